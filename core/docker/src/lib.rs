//! The docker command line: flags, commands, progress views, tables and format templates.
//!
//! [`run`] takes an argument vector, a [`api::Backend`] and a [`Host`], and nothing else: the same commands and views
//! drive the simulator and a real daemon, in a terminal and in a browser.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod command;
mod commands;
mod context;
mod failure;
mod flags;
mod host;
mod listing;
mod run;
mod table;
mod template;
mod units;
pub mod views;

pub use command::{ArgRule, Command};
pub use flags::{Flag, FlagKind};
pub use host::{Host, HostError, HostErrorKind, HostMetadata, Select, TerminalSize};
pub use run::{COMMANDS, Persona, complete, only_reads, run};
pub use units::{bytes_size, human_duration, human_size, human_size_precise};
