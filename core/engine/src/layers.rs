use std::fmt;
use std::sync::{Arc, OnceLock};

use api::{ApiError, ErrorKind};
use digest::{Digest, sha256};
use im::OrdMap;
use oci::layer::LayerStyle;
use serde::de::DeserializeOwned;
use vfs::{ChangeSet, Content, Metadata, Time, Tree};

use crate::saved::{Parts, Shelf, read_part};

/// A layer of the local store.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Chain id of the layer below.
    pub parent: Option<Digest>,
    /// SHA-256 of the layer's uncompressed tar.
    pub diff_id: Digest,
    /// Sum of the sizes of the files in the layer.
    pub size: u64,
    /// How its tar is spelled.
    pub style: LayerStyle,
    pub(crate) changes: Arc<Shelf<ChangeSet>>,
    /// The tar itself, where it came from elsewhere and we would write another one.
    pub(crate) tar: Option<Arc<Shelf<Content>>>,
    tree: Arc<OnceLock<Tree>>,
}

impl Layer {
    /// A layer with its changes, and the tree that has it on top.
    pub(crate) fn new(
        parent: Option<Digest>,
        diff_id: Digest,
        size: u64,
        style: LayerStyle,
        changes: ChangeSet,
        tree: Tree,
    ) -> Self {
        let (changes, tree) = (Arc::new(Shelf::new(changes)), Arc::new(tree.into()));
        Layer { parent, diff_id, size, style, changes, tar: None, tree }
    }

    /// A layer whose changes are in a part of a saved state.
    pub(crate) fn saved(
        parent: Option<Digest>,
        diff_id: Digest,
        size: u64,
        style: LayerStyle,
        changes: Digest,
        tar: Option<Digest>,
    ) -> Self {
        let changes = Arc::new(Shelf::saved(changes));
        let tar = tar.map(|part| Arc::new(Shelf::saved(part)));
        Layer { parent, diff_id, size, style, changes, tar, tree: Arc::default() }
    }
}

/// The layers by chain id. Equal chains are stored once.
#[derive(Clone, Default)]
pub(crate) struct Layers {
    by_chain: OrdMap<Digest, Layer>,
    parts: Option<Arc<dyn Parts>>,
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers").field("by_chain", &self.by_chain).finish_non_exhaustive()
    }
}

impl Layers {
    /// The layers of a saved state.
    pub(crate) fn saved(layers: impl IntoIterator<Item = Layer>, parts: Arc<dyn Parts>) -> Self {
        let by_chain = layers.into_iter().map(|layer| (chain_id(layer.parent, layer.diff_id), layer));
        Layers { by_chain: by_chain.collect(), parts: Some(parts) }
    }

    /// What a layer changes.
    ///
    /// # Errors
    /// There is none with this chain id, or the saved one cannot be read.
    pub(crate) fn changes(&self, chain: &Digest) -> Result<&ChangeSet, ApiError> {
        let layer = self
            .by_chain
            .get(chain)
            .ok_or_else(|| ApiError::new(ErrorKind::Server, format!("layer {chain} does not exist")))?;
        layer.changes.get_or_read(|part| self.read(part))
    }

    /// Keeps the tar that a layer came as.
    pub(crate) fn keep_tar(&mut self, chain: &Digest, tar: Content) {
        if let Some(layer) = self.by_chain.get_mut(chain) {
            layer.tar = Some(Arc::new(Shelf::new(tar)));
        }
    }

    /// A layer's tar, where it is kept.
    ///
    /// # Errors
    /// As for [`Layers::changes`].
    pub(crate) fn tar(&self, chain: &Digest) -> Result<Option<&Content>, ApiError> {
        let tar = self.by_chain.get(chain).and_then(|layer| layer.tar.as_ref());
        tar.map(|tar| tar.get_or_read(|part| self.read(part))).transpose()
    }

    /// Reads a part of the saved state that this store came from.
    pub(crate) fn read<T: DeserializeOwned>(&self, part: Option<Digest>) -> Result<T, ApiError> {
        read_part(self.parts.as_deref(), part)
    }

    /// The tree with a chain's layers, lowest first; that of no layers is one empty directory.
    ///
    /// # Errors
    /// As for [`Layers::changes`].
    pub(crate) fn tree(&self, chain: Option<Digest>, now: Time) -> Result<Tree, ApiError> {
        let mut above = Vec::new();
        let mut next = chain;
        let mut tree = loop {
            let Some(chain) = next else { break Tree::new(Metadata::new(0o755, now)) };
            let Some(layer) = self.by_chain.get(&chain) else { break Tree::new(Metadata::new(0o755, now)) };
            if let Some(tree) = layer.tree.get() {
                break tree.clone();
            }
            above.push((chain, layer));
            next = layer.parent;
        };
        for (chain, layer) in above.into_iter().rev() {
            let applied = tree.apply(self.changes(&chain)?).map_err(|errno| {
                ApiError::new(ErrorKind::Server, format!("failed to register layer: {errno}"))
            })?;
            tree = layer.tree.get_or_init(|| applied).clone();
        }
        Ok(tree)
    }

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
