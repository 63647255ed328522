//! The docker command line: flags, commands, progress views, tables and format templates.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
