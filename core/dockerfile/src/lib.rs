//! The Dockerfile language: directives, lexer, parser, typed instructions, word expansion and build checks.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod error;
pub mod expand;
mod git_ref;
pub mod instruction;
pub mod lint;
mod port;
mod quote;
mod space;
mod stage;
mod suggest;
pub mod syntax;
mod vintage;

pub use error::{Lines, ParseError, ParseErrorKind};
pub use git_ref::{GitRef, GitRefError};
pub use instruction::{Command, Instruction};
pub use port::{PortError, PortSpec, parse_port};
pub use quote::go_quote;
pub use stage::{Dockerfile, Stage, TargetError};
pub use suggest::{Case, suggest, with_suggestion};
pub use vintage::Vintage;
