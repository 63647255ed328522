//! SHA-256 digests, streaming hashing and short ids.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
