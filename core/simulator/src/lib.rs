//! The composition root: one simulated Docker world that answers the api.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod backend;
mod hub;
mod script;

pub use backend::{Options, Simulator};
pub use script::{Script, bare_machine};
