//! The Dockerfile language: directives, lexer, parser, typed instructions, word expansion and build checks.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
