use api::{ApiError, DockerVersion};
use digest::Digest;
use oci::layer::LayerStyle;
use vfs::ChangeSet;

use crate::Engine;

impl Engine {
    /// Stores changes as a layer on a chain, also when nothing has changed, and gives the new chain.
    ///
    /// # Errors
    /// Changes that do not fit the tree below.
    pub(super) fn put_layer(
        &mut self,
        parent: Option<Digest>,
        changes: ChangeSet,
    ) -> Result<Digest, ApiError> {
        let style = self.graph_style();
        let diff_id = oci::layer::digest(&changes, style).diff_id;
        self.register_layer(parent, diff_id, style, changes)
    }

    /// How this Docker's BuildKit spells layers.
    pub(super) fn graph_style(&self) -> LayerStyle {
        match self.version {
            DockerVersion::V20_10 => LayerStyle::Docker20_10,
            DockerVersion::V29 => LayerStyle::BuildKit { rewrite: None },
        }
    }

    /// The diff ids of a chain, lowest first.
    pub(super) fn diff_ids(&self, chain: Option<Digest>) -> Vec<Digest> {
        let mut ids = Vec::new();
        let mut next = chain;
        while let Some(layer) = next.and_then(|chain| self.layers.get(&chain)) {
            ids.push(layer.diff_id);
            next = layer.parent;
        }
        ids.reverse();
        ids
    }
}
