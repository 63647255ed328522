//! Recorded docker sessions, replayed against the program under the name `docker`.

mod base;
mod case;
mod normalize;
mod screen;
mod status;
mod transcript;
mod wrapper;

pub use base::write_rootfs;
pub use case::{Case, Outcome, Replay, copy_tree};
pub use normalize::normalize;
pub use transcript::normalize_transcript;
pub use wrapper::install;
