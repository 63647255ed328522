use std::collections::BTreeMap;

use digest::Digest;

use crate::Engine;

impl Engine {
    /// Bytes of all layers that images are made of, each counted once.
    pub fn layers_size(&self) -> u64 {
        self.uses().keys().filter_map(|chain| self.layer(chain)).map(|layer| layer.size).sum()
    }

    /// For each image: bytes of its layers that no other one has, and of those that others have too.
    pub fn image_sizes(&self) -> Vec<(Digest, u64, u64)> {
        let uses = self.uses();
        let size = |image: &super::Image, shared: bool| {
            let chains = image.config.rootfs.chain_ids();
            let wanted = chains.iter().filter(|chain| (uses.get(*chain).copied().unwrap_or(0) > 1) == shared);
            wanted.filter_map(|chain| self.layer(chain)).map(|layer| layer.size).sum()
        };
        self.images.iter().map(|(id, image)| (*id, size(image, false), size(image, true))).collect()
    }

    /// How many images, those that are not steps of others, have each layer.
    fn uses(&self) -> BTreeMap<Digest, usize> {
        let mut uses = BTreeMap::new();
        for (id, image) in &self.images {
            let is_step = self.images.values().any(|other| other.parent == Some(*id));
            if is_step && self.references.of(*id).is_empty() {
                continue;
            }
            for chain in image.config.rootfs.chain_ids() {
                *uses.entry(chain).or_insert(0) += 1;
            }
        }
        uses
    }
}
