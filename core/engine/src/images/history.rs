use crate::Reference;
use api::{ApiError, HistoryRow};
use vfs::Time;

use super::store::no_such_image;
use crate::Engine;

impl Engine {
    /// `docker history`: one row for each step, newest first. Rows have ids as far down as parents are known.
    ///
    /// # Errors
    /// `No such image: NAME`
    pub fn history(&self, name: &str) -> Result<Vec<HistoryRow>, ApiError> {
        let id = self.find_image(name)?;
        let image = self.images.get(&id).ok_or_else(|| no_such_image(name))?;
        let mut chains = image.config.rootfs.chain_ids().into_iter();
        let mut rows: Vec<HistoryRow> = Vec::new();
        for step in &image.config.history {
            let chain = if step.empty_layer { None } else { chains.next() };
            rows.push(HistoryRow {
                id: None,
                created: step.created.unwrap_or(Time::EPOCH),
                created_by: step.created_by.clone(),
                size: chain.and_then(|chain| self.layers.get(&chain)).map_or(0, |layer| layer.size),
                comment: step.comment.clone(),
                tags: Vec::new(),
            });
        }
        rows.reverse();
        let mut next = Some(id);
        for row in &mut rows {
            let Some(id) = next else { break };
            row.id = Some(id);
            row.tags = self.tags_of(id);
            next = self.images.get(&id).and_then(|image| image.parent);
        }
        Ok(rows)
    }

    fn tags_of(&self, id: digest::Digest) -> Vec<String> {
        let named = self.references.of(id);
        named.iter().filter(|reference| reference.tag().is_some()).map(Reference::familiar).collect()
    }
}
