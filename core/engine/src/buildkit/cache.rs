use std::sync::Arc;

use api::{ApiError, KeyPart};
use bstr::BString;
use digest::Digest;
use im::OrdMap;
use serde::{Deserialize, Serialize};
use vfs::{Time, Tree};

use super::transfer::Sent;
use crate::Engine;
use crate::saved::Shelf;

/// What BuildKit keeps from build to build.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildCache {
    /// Results by cache key: the topmost layer, none for an empty file system.
    pub(crate) results: OrdMap<Digest, Option<Digest>>,
    /// What the keys of results were made of, to explain later misses.
    pub(crate) facts: OrdMap<Digest, Vec<KeyPart>>,
    /// When layers were made.
    pub(crate) made: OrdMap<Digest, Time>,
    /// Images that a build has worked on.
    pub(crate) bases: OrdMap<Digest, ()>,
    /// Cache mounts by id.
    pub(crate) mounts: OrdMap<String, Arc<Shelf<Tree>>>,
    /// What was sent of each folder.
    pub(crate) sent: OrdMap<String, Arc<Shelf<SentFiles>>>,
}

/// The files of a folder that were sent, as they are stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SentFiles(Vec<(BString, (u32, u64, i64))>);

impl BuildCache {
    /// Layers that results stand on.
    pub(crate) fn chains(&self) -> impl Iterator<Item = Digest> {
        self.results.values().filter_map(|chain| *chain)
    }

    /// Notes what was sent of a folder.
    pub(super) fn note_sent(&mut self, key: &str, sent: Sent) {
        let files = SentFiles(sent.into_iter().collect());
        self.sent.insert(key.to_owned(), Arc::new(Shelf::new(files)));
    }
}

impl Engine {
    /// What was sent of a folder before. What cannot be read any more is sent again.
    pub(super) fn sent_before(&self, key: &str) -> Sent {
        let Some(shelf) = self.build_cache.sent.get(key) else { return Sent::new() };
        let read = shelf.get_or_read(|part| self.layers.read::<SentFiles>(part));
        read.map(|files| files.0.iter().cloned().collect()).unwrap_or_default()
    }

    /// The files of a cache mount.
    pub(super) fn cache_mount(&self, id: &str) -> Result<Option<Tree>, ApiError> {
        match self.build_cache.mounts.get(id) {
            Some(shelf) => shelf.get_or_read(|part| self.layers.read(part)).cloned().map(Some),
            None => Ok(None),
        }
    }
}
