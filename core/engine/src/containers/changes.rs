use api::{ApiError, FileChange, FileChangeKind};
use vfs::{ChangeKind, ChangeSet, Difference, Tree, diff};

use crate::Engine;

impl Engine {
    /// `docker diff`: changes of a container's files against its image.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn changes(&self, name: &str) -> Result<Vec<FileChange>, ApiError> {
        let container = self.container(self.find_container(name)?)?;
        let files = container.files();
        Ok(file_changes(&diff(&files.base, &files.tree), &files.base))
    }

    /// `docker export`: the whole file system, without what is mounted.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn export(&self, name: &str) -> Result<Tree, ApiError> {
        Ok(self.container(self.find_container(name)?)?.files().tree.clone())
    }
}

/// A change set against the tree below it, as docker tells it.
pub(crate) fn file_changes(changes: &ChangeSet, base: &Tree) -> Vec<FileChange> {
    let told = changes.differences(base).filter(|(change, _)| change.path != "/");
    told.map(|(change, difference)| FileChange {
        path: change.path.clone(),
        kind: match difference {
            Difference::Added => FileChangeKind::Added,
            Difference::Modified => FileChangeKind::Changed,
            Difference::Deleted => FileChangeKind::Deleted,
        },
        size: match change.kind {
            ChangeKind::Put { ino, .. } => changes.source().content(ino).map_or(0, vfs::Content::len),
            ChangeKind::Delete => 0,
        },
    })
    .collect()
}
