//! The Almquist shell as busybox has it: lexer, parser, expansion, redirection, execution and builtins.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
