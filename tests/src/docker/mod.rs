//! Docker command lines with what a real dockerd answered, kept as text: `tests/tests/docker/*.txt`.
//!
//! `cargo xtask record docker` asks a real daemon again; the test `docker` asks the simulated one. Both sides go through
//! the same [`Normalizer`], and so does what the files hold.

mod fixture;
mod normal;
mod real;
mod simulated;

pub use fixture::{Case, Step, cases, notation, render};
pub use normal::Normalizer;
pub use real::Real;
pub use simulated::World;

/// What came of one line: what it printed, and its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Both streams as they came.
    pub output: Vec<u8>,
    /// The status.
    pub status: u8,
}
