//! SHA-256 digests, streaming hashing and short ids.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod hasher;
mod hex;
mod name;

pub use hasher::{Hasher, sha256};
pub use name::{Digest, Id, ParseDigestError};
