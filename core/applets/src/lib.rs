//! The busybox applets: one file an applet, a folder and a table per theme.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

#[macro_use]
mod bytes;
mod archive;
mod calc;
pub mod files;
pub mod frame;
mod libc;
mod log;
mod net;
mod process;
pub mod script;
mod system;
pub mod text;
pub mod time;
pub mod users;

pub use frame::busybox::Busybox;
pub use frame::table::{Applet, Place, find, table};
pub use script::{echo, printf, test};
