//! BuildKit's cache in a saved state.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::KeyPart;
use digest::Digest;
use serde::{Deserialize, Serialize};
use vfs::Time;

use super::{Shelf, Writer};
use crate::buildkit::BuildCache;

#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoredBuildCache {
    results: Vec<(Digest, Option<Digest>)>,
    #[serde(default)]
    facts: Vec<(Digest, Vec<KeyPart>)>,
    made: Vec<(Digest, Time)>,
    bases: Vec<Digest>,
    /// Parts by the mounts' ids.
    mounts: BTreeMap<String, Digest>,
    /// Parts by folder.
    sent: BTreeMap<String, Digest>,
}

impl StoredBuildCache {
    pub(super) fn of(cache: &BuildCache, writer: &mut Writer) -> Self {
        let mut mounts = BTreeMap::new();
        for (id, shelf) in &cache.mounts {
            mounts.extend(writer.part(shelf, Clone::clone).map(|part| (id.clone(), part)));
        }
        let mut sent = BTreeMap::new();
        for (key, shelf) in &cache.sent {
            sent.extend(writer.part(shelf, Clone::clone).map(|part| (key.clone(), part)));
        }
        StoredBuildCache {
            results: cache.results.iter().map(|(key, chain)| (*key, *chain)).collect(),
            facts: cache.facts.iter().map(|(key, facts)| (*key, facts.clone())).collect(),
            made: cache.made.iter().map(|(chain, time)| (*chain, *time)).collect(),
            bases: cache.bases.keys().copied().collect(),
            mounts,
            sent,
        }
    }

    pub(super) fn load(self) -> BuildCache {
        BuildCache {
            results: self.results.into_iter().collect(),
            facts: self.facts.into_iter().collect(),
            made: self.made.into_iter().collect(),
            bases: self.bases.into_iter().map(|digest| (digest, ())).collect(),
            mounts: self.mounts.into_iter().map(|(id, part)| (id, Arc::new(Shelf::saved(part)))).collect(),
            sent: self.sent.into_iter().map(|(key, part)| (key, Arc::new(Shelf::saved(part)))).collect(),
        }
    }
}
