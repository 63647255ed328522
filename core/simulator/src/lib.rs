//! The composition root: one simulated Docker world that answers the api.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod backend;
mod hub;
mod layout;
pub mod machine;
mod recipes;
mod script;
pub mod session;
mod snapshots;
pub mod version;
pub mod whatif;

pub use backend::{OpenError, Options, Simulator};
pub use engine::{LoadError, Parts, Saved};
pub use script::{Script, bare_machine};
pub use snapshots::{origins, same_file, snapshot};
