//! The Almquist shell as busybox has it: lexer, parser, expansion, redirection, execution and builtins.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

pub mod arith;
mod ash;
pub mod ast;
mod builtins;
mod exec;
mod expand;
mod lex;
pub mod limits;
mod parse;
mod prompt;
mod quote;
mod startup;
mod state;
mod text;

pub use ash::Ash;
pub use lex::OpenAliases;
pub use parse::{Parsed, SyntaxError, parse_command};
pub use state::Aliases;
