//! The busybox applets: one file an applet, one table.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
