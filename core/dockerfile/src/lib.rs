//! The Dockerfile language: directives, lexer, parser, typed instructions, word expansion and build checks.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod error;
pub mod expand;
mod quote;
mod space;
mod suggest;
pub mod syntax;
mod vintage;

pub use error::{Lines, ParseError, ParseErrorKind};
pub use quote::go_quote;
pub use suggest::{Case, suggest, with_suggestion};
pub use vintage::Vintage;
