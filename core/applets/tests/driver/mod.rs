//! A container with busybox in it, and a toy shell to write the cases in.

mod lex;
mod shell;
pub(crate) mod world;
