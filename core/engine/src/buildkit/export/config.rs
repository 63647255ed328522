use oci::ImageConfig;
use vfs::Time;

use crate::buildkit::front::State;
use crate::buildkit::schedule::Product;
use crate::buildkit::solve::Solve;

impl Solve<'_> {
    /// The configuration of the image: layers, times, labels of the command line.
    pub(super) fn image_config(&self, state: State, product: Option<&Product>) -> ImageConfig {
        let mut config = state.image;
        let chain = product.and_then(|product| product.chain);
        config.rootfs.diff_ids = self.engine.diff_ids(chain);
        if !self.request.labels.is_empty() {
            let labels = config.config.labels.get_or_insert_default();
            for (key, value) in &self.request.labels {
                labels.insert(key.clone(), value.clone());
            }
        }
        let mut times = Vec::new();
        let mut next = chain;
        while let Some(id) = next {
            times.push(self.engine.build_cache.made.get(&id).copied());
            next = self.engine.layers.get(&id).and_then(|layer| layer.parent);
        }
        times.reverse();
        self.date(&mut config, &times);
        config
    }

    /// Gives rows of the history that have no time the time of their layer, or of the next one, or of the last one.
    fn date(&self, config: &mut ImageConfig, layers: &[Option<Time>]) {
        let epoch = self.request.source_date_epoch;
        let mut layer = 0;
        for row in &mut config.history {
            if !row.empty_layer {
                if row.created.is_none() {
                    row.created = epoch.or(layers.get(layer).copied().flatten());
                }
                layer += 1;
            }
        }
        let first_undated = config.history.iter().position(|row| row.created.is_none());
        let after = first_undated
            .and_then(|at| config.history[at..].iter().find_map(|row| row.created))
            .or_else(|| config.history.iter().rev().find_map(|row| row.created));
        let mut last = after;
        let mut undated = false;
        for row in &mut config.history {
            match row.created {
                Some(time) => {
                    if undated {
                        last = Some(time);
                    }
                }
                None => {
                    undated = true;
                    row.created = epoch.or(last).or(Some(self.clock));
                }
            }
        }
        config.created =
            config.history.last().and_then(|row| row.created).or(config.created).or(Some(self.clock));
    }
}
