//! Vertices that belong to no instruction: what the client sends, what is asked of registries.

use std::time::Duration;

use digest::{Digest, sha256};

/// What asking for a file of the client takes.
pub(super) const TRANSFER_COST: Duration = Duration::from_micros(9_180);
/// What looking an image up takes.
pub(super) const METADATA_COST: Duration = Duration::from_micros(18_420);
/// What making sure of an image's digest takes.
pub(super) const RESOLVE_COST: Duration = Duration::from_micros(7_310);
/// What fetching a layer takes, without its bytes.
pub(super) const FETCH_COST: Duration = Duration::from_micros(104_600);
/// What unpacking a layer takes.
pub(super) const EXTRACT_COST: Duration = Duration::from_micros(151_900);
/// What starting and ending a process takes.
pub(super) const EXEC_COST: Duration = Duration::from_micros(61_730);
/// What a copy takes, without its bytes.
pub(super) const COPY_COST: Duration = Duration::from_micros(32_910);
/// What putting a layer on a base takes.
pub(super) const MERGE_COST: Duration = Duration::from_micros(14_040);
/// What writing the layers of a result takes.
pub(super) const EXPORT_COST: Duration = Duration::from_micros(52_480);
/// What writing one small thing takes.
pub(super) const WRITE_COST: Duration = Duration::from_micros(5_120);

/// The digest of a vertex that is known by its name.
pub(super) fn named(name: &str) -> Digest {
    sha256(name)
}
