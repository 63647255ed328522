//! The simulated kernel: processes, descriptors, pipes, signals, the virtual clock and its executor.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
