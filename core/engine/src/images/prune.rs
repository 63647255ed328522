use api::{ApiError, ImageQuery, ImageRemoval, ImageSummary, PruneReport};
use digest::Digest;

use crate::Engine;

impl Engine {
    /// `docker image prune`: images without a tag, or with `all` every one that no container uses; oldest first. Those
    /// that `keep` wants stay.
    ///
    /// # Errors
    /// None; images that cannot go are passed over, as docker does.
    pub fn prune_images(
        &mut self,
        all: bool,
        keep: &dyn Fn(&ImageSummary) -> bool,
    ) -> Result<PruneReport, ApiError> {
        let query = ImageQuery { all: true, reference: None, filters: Vec::new() };
        let kept: Vec<Digest> =
            self.list_images(&query)?.iter().filter(|image| keep(image)).map(|image| image.id).collect();
        let mut report = PruneReport::default();
        for id in self.candidates(all).into_iter().filter(|id| !kept.contains(id)) {
            let names = self.references.of(id);
            let has_tag = names.iter().any(|name| name.tag().is_some());
            let wanted = if names.is_empty() {
                vec![id.hex()]
            } else if all || !has_tag {
                names.iter().map(|name| name.familiar()).collect()
            } else {
                Vec::new()
            };
            for name in wanted {
                let before = self.layers.clone();
                let Ok(removed) = self.remove_image(&name, false, true) else { continue };
                for removal in &removed {
                    if let ImageRemoval::Deleted(digest) = removal {
                        report.reclaimed += before.get(digest).map_or(0, |layer| layer.size);
                    }
                }
                report.removed.extend(removed);
            }
        }
        Ok(report)
    }

    /// Images that are not just a step below another one. Docker goes through them in no order; here by age.
    fn candidates(&self, all: bool) -> Vec<Digest> {
        let is_candidate = |id: Digest| {
            let is_head = self.children(id).next().is_none();
            is_head || all && !self.references.of(id).is_empty()
        };
        let mut found: Vec<_> = self
            .images
            .iter()
            .filter(|(id, _)| is_candidate(**id))
            .map(|(id, image)| (image.config.created, *id))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}
