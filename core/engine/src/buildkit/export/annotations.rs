//! `--annotation [LEVEL:]NAME=VALUE`.

use super::Exporting;
use crate::buildkit::record::End;
use crate::buildkit::solve::{Failure, Solve};

/// Where annotations can stand; the first is meant where no level is named.
const LEVELS: [&str; 4] = ["manifest", "index", "manifest-descriptor", "index-descriptor"];

impl Solve<'_> {
    /// The annotations of a level.
    pub(super) fn annotations(&self, level: &str) -> impl Iterator<Item = (String, String)> {
        let own = self.request.annotations.iter().filter_map(move |(key, value)| {
            let (levels, name) = split(key);
            levels.split(',').any(|known| known == level).then(|| (name.to_owned(), value.clone()))
        });
        own.collect::<Vec<_>>().into_iter()
    }

    /// A result that is one manifest has no index to annotate.
    pub(super) fn refuse_index_annotations(&mut self, exporting: &Exporting) -> Result<(), Failure> {
        let Some(level) =
            ["index", "index-descriptor"].into_iter().find(|level| self.annotations(level).count() > 0)
        else {
            return Ok(());
        };
        let message =
            format!("{} annotations not supported for single platform export", level.replace('-', " "));
        self.record.completed(self.clock, exporting.digest, End::Failed(message.clone()));
        Err(Failure::Failed { message, lines: None })
    }
}

/// The levels before the first colon, if those are levels.
fn split(key: &str) -> (&str, &str) {
    match key.split_once(':') {
        Some((levels, name)) if levels.split(',').all(|level| LEVELS.contains(&level)) => (levels, name),
        _ => (LEVELS[0], key),
    }
}
