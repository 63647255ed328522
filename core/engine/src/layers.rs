use digest::{Digest, sha256};
use im::OrdMap;
use vfs::{ChangeSet, Tree};

/// A layer of the local store, with the file system that it and the layers below it make.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Chain id of the layer below.
    pub parent: Option<Digest>,
    /// SHA-256 of the layer's uncompressed tar.
    pub diff_id: Digest,
    /// Sum of the sizes of the files in the layer.
    pub size: u64,
    /// What the layer does to the tree below.
    pub changes: ChangeSet,
    /// The tree with this layer on top.
    pub tree: Tree,
}

/// The layers by chain id. Equal chains are stored once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers {
    by_chain: OrdMap<Digest, Layer>,
}

impl Layers {
    /// The layer on top of a chain.
    pub(crate) fn get(&self, chain: &Digest) -> Option<&Layer> {
        self.by_chain.get(chain)
    }

    /// Adds a layer unless its chain is known, and gives the chain id.
    pub(crate) fn add(&mut self, layer: Layer) -> Digest {
        let chain = chain_id(layer.parent, layer.diff_id);
        if !self.by_chain.contains_key(&chain) {
            self.by_chain.insert(chain, layer);
        }
        chain
    }

    /// Removes the top of `chain` and what is below it, as far as `is_used` allows; gives what went, topmost first.
    pub(crate) fn release(
        &mut self,
        chain: Option<Digest>,
        is_used: impl Fn(&Digest) -> bool,
    ) -> Vec<(Digest, u64)> {
        let mut removed = Vec::new();
        let mut next = chain;
        while let Some(chain) = next {
            let has_child = self.by_chain.values().any(|layer| layer.parent == Some(chain));
            if has_child || is_used(&chain) {
                break;
            }
            let Some(layer) = self.by_chain.remove(&chain) else { break };
            removed.push((chain, layer.size));
            next = layer.parent;
        }
        removed
    }

    /// All layers, by chain id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Digest, &Layer)> {
        self.by_chain.iter()
    }
}

/// The id of a chain of layers (OCI image specification, "Layer ChainID").
pub(crate) fn chain_id(parent: Option<Digest>, diff_id: Digest) -> Digest {
    match parent {
        Some(parent) => sha256(format!("{parent} {diff_id}")),
        None => diff_id,
    }
}
