//! What every applet stands on: the row of a table, options, usage text, messages, streams.

mod absent;
mod answer;
pub mod ask;
pub mod busybox;
pub mod cformat;
pub mod command;
pub(crate) mod daemon;
pub mod duration;
pub mod escape;
pub mod getopt;
pub mod human;
pub mod number;
pub mod path;
pub mod say;
pub mod stream;
pub mod table;
pub mod usage;
pub mod walk;
