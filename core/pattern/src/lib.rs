//! Pattern languages: fnmatch, POSIX regular expressions, Go filepath.Match and .dockerignore rules.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
