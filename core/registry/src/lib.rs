//! Image registries: the trait and the in-memory registry.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
