//! A container's files in a saved state: what they change of its image's.

use api::{ApiError, ErrorKind, Stream};
use bstr::BString;
use digest::Digest;
use serde::{Deserialize, Serialize};
use vfs::{ChangeSet, Time, Tree, diff};

use crate::Engine;
use crate::containers::{Files, Journal, LogEntry, Start, Step};

#[derive(Serialize, Deserialize)]
pub(super) struct StoredFiles {
    /// From the image's tree to the tree that changes are counted from.
    base: ChangeSet,
    /// From there to the tree as it is.
    changes: ChangeSet,
    log: Vec<(Time, Stream, BString)>,
    journal: Option<StoredJournal>,
}

#[derive(Serialize, Deserialize)]
struct StoredJournal {
    start: Start,
    /// From the tree that changes are counted from to the tree at the start.
    changes: ChangeSet,
    volumes: Vec<Tree>,
    seen: Vec<u64>,
    until: (Time, u64),
    steps: Vec<(Time, u64, Step)>,
}

impl StoredFiles {
    pub(super) fn of(files: &Files, image: &Tree) -> Self {
        let journal = |journal: &Journal| StoredJournal {
            start: journal.start.clone(),
            changes: diff(&files.base, &journal.tree),
            volumes: journal.volumes.clone(),
            seen: journal.seen.clone(),
            until: journal.until,
            steps: journal.steps.iter().cloned().collect(),
        };
        StoredFiles {
            base: diff(image, &files.base),
            changes: diff(&files.base, &files.tree),
            log: files.log.iter().map(|entry| (entry.at, entry.stream, entry.bytes.clone())).collect(),
            journal: files.journal.as_ref().map(journal),
        }
    }

    fn files(self, image: &Tree) -> Result<Files, ApiError> {
        let failed = |errno: vfs::Errno| {
            ApiError::new(
                ErrorKind::Server,
                format!("the saved state is damaged: a container's files: {errno}"),
            )
        };
        let base = image.apply(&self.base).map_err(failed)?;
        let tree = base.apply(&self.changes).map_err(failed)?;
        let journal = |stored: StoredJournal| -> Result<Journal, ApiError> {
            Ok(Journal {
                start: stored.start,
                tree: base.apply(&stored.changes).map_err(failed)?,
                volumes: stored.volumes,
                seen: stored.seen,
                until: stored.until,
                steps: stored.steps.into_iter().collect(),
            })
        };
        Ok(Files {
            journal: self.journal.map(journal).transpose()?,
            base,
            tree,
            log: self.log.into_iter().map(|(at, stream, bytes)| LogEntry { at, stream, bytes }).collect(),
        })
    }
}

impl Engine {
    /// The files of a container, from their part.
    pub(crate) fn read_files(&self, chain: Option<Digest>, part: Option<Digest>) -> Result<Files, ApiError> {
        let stored: StoredFiles = self.layers.read(part)?;
        stored.files(&self.tree_of(chain)?)
    }
}
