//! What the build cache holds, and its removal.

use std::collections::BTreeSet;

use api::{ApiError, CacheKind, CacheRecord};
use digest::{Digest, sha256};
use vfs::{Node, Time, Tree};

use crate::{Engine, images::Image};

/// Letters of a record's id.
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// How many of them an id has.
const ID_LEN: usize = 25;

/// What a record stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Thing {
    Sent(String),
    Mount(String),
    Layer(Digest),
}

impl Engine {
    /// What BuildKit's cache holds: folders that were sent, cache mounts, layers from the newest to the oldest.
    ///
    /// # Errors
    /// A part of the saved state cannot be read.
    pub fn build_cache_records(&self) -> Result<Vec<CacheRecord>, ApiError> {
        Ok(self.cached_things()?.into_iter().map(|(_, record)| record).collect())
    }

    /// Forgets records by their ids; a layer on which another one stands that is kept stays. Gives the ids of those gone.
    ///
    /// # Errors
    /// A part of the saved state cannot be read.
    pub fn prune_build_cache(&mut self, ids: &[String]) -> Result<Vec<String>, ApiError> {
        let (doomed, kept): (Vec<_>, Vec<_>) =
            self.cached_things()?.into_iter().partition(|(_, record)| ids.contains(&record.id));
        let mut needed = BTreeSet::new();
        for (thing, _) in &kept {
            if let Thing::Layer(chain) = thing {
                needed.extend(self.chain_below(*chain));
            }
        }
        let mut gone = Vec::new();
        for (thing, record) in doomed {
            match thing {
                Thing::Layer(chain) if needed.contains(&chain) => continue,
                Thing::Layer(chain) => self.forget_layer(chain),
                Thing::Sent(key) => drop(self.build_cache.sent.remove(&key)),
                Thing::Mount(id) => drop(self.build_cache.mounts.remove(&id)),
            }
            gone.push(record.id);
        }
        Ok(gone)
    }

    fn cached_things(&self) -> Result<Vec<(Thing, CacheRecord)>, ApiError> {
        let cache = &self.build_cache;
        let mut all = Vec::new();
        let record = |kind: CacheKind, key: String, size: u64, shared: bool, created: Time| {
            let id = id(&format!("{kind:?} {key}"));
            CacheRecord { id, kind, size, shared, created }
        };
        for key in cache.sent.keys() {
            let size = self.sent_before(key).values().map(|(_, size, _)| size).sum();
            let thing = Thing::Sent(key.clone());
            all.push((thing, record(CacheKind::Local, key.clone(), size, false, self.clock)));
        }
        for id in cache.mounts.keys() {
            let size = self.cache_mount(id)?.map_or(0, |tree| files_size(&tree));
            let thing = Thing::Mount(id.clone());
            all.push((thing, record(CacheKind::Mount, id.clone(), size, false, self.clock)));
        }
        let of_images: BTreeSet<Digest> =
            self.images.values().filter_map(Image::chain).flat_map(|chain| self.chain_below(chain)).collect();
        let chains: BTreeSet<Digest> = cache.chains().collect();
        let mut layers: Vec<_> = chains
            .into_iter()
            .filter_map(|chain| Some((chain, self.layer(&chain)?)))
            .map(|(chain, layer)| {
                let made = cache.made.get(&chain).copied().unwrap_or(self.clock);
                let shared = of_images.contains(&chain);
                let record = record(CacheKind::Regular, chain.to_string(), layer.size, shared, made);
                (Thing::Layer(chain), record)
            })
            .collect();
        layers.sort_by_key(|(_, record)| std::cmp::Reverse(record.created));
        all.extend(layers);
        Ok(all)
    }

    /// A layer and those that it stands on.
    fn chain_below(&self, top: Digest) -> Vec<Digest> {
        std::iter::successors(Some(top), |chain| self.layer(chain)?.parent).collect()
    }

    fn forget_layer(&mut self, chain: Digest) {
        let cache = &mut self.build_cache;
        let keys: Vec<Digest> =
            cache.results.iter().filter(|(_, top)| **top == Some(chain)).map(|(key, _)| *key).collect();
        for key in keys {
            cache.results.remove(&key);
            cache.facts.remove(&key);
        }
        cache.made.remove(&chain);
        cache.bases.remove(&chain);
        self.release_layers(Some(chain));
    }
}

/// A record's id in BuildKit's letters: that of the same thing is the same.
fn id(thing: &str) -> String {
    let digest = sha256(thing);
    digest
        .as_bytes()
        .iter()
        .take(ID_LEN)
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

fn files_size(tree: &Tree) -> u64 {
    let sizes = tree.walk().map(|visit| match visit.inode.node() {
        Node::File(content) => content.len(),
        _ => 0,
    });
    sizes.sum()
}
