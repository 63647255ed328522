//! The simulated hub and Alpine mirror: facts, loaders and the behaviours of packaged programs.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
