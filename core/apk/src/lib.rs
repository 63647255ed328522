//! The Alpine package manager: versions, dependencies, indexes, the solver, the installed database and the commands.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
