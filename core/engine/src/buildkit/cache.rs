use digest::Digest;
use im::OrdMap;
use vfs::{Time, Tree};

use super::transfer::Sent;

/// What BuildKit keeps from build to build.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildCache {
    /// Results by cache key: the topmost layer, none for an empty file system.
    pub(super) results: OrdMap<Digest, Option<Digest>>,
    /// Operations that were carried out, by the digest of their definition.
    pub(super) definitions: OrdMap<Digest, ()>,
    /// When layers were made.
    pub(super) made: OrdMap<Digest, Time>,
    /// Images that a build has worked on.
    pub(super) bases: OrdMap<Digest, ()>,
    /// Cache mounts by id.
    pub(super) mounts: OrdMap<String, Tree>,
    /// What was sent of each folder.
    pub(super) sent: OrdMap<String, Sent>,
}

impl BuildCache {
    /// Layers that results stand on.
    pub(crate) fn chains(&self) -> impl Iterator<Item = Digest> {
        self.results.values().filter_map(|chain| *chain)
    }
}
