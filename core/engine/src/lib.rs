//! The build engine: image store, cache, classic builder and containers.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
