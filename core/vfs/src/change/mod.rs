mod apply;
mod diff;
mod opaque;
mod stored;

use std::cmp::Ordering;

use bstr::BString;

use crate::{Follow, Ino, Node, Tree};
pub use diff::diff;

/// What one tree has that another has not: the content of an image layer.
///
/// It follows overlayfs: an inode that was touched is a change even when its bytes are as before; all directories
/// above a change are listed, the root included; what was removed is listed once, by its topmost path.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    changes: Vec<Change>,
    source: Tree,
}

/// A change at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Absolute path, without links or `..` in it.
    pub path: BString,
    /// What happens there.
    pub kind: ChangeKind,
}

/// What happens at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The inode of the source tree is put there. A directory joins the one that is there, unless it is opaque: then
    /// it hides all that was there.
    Put {
        /// The inode in the source tree. Two paths with the same one are hard links.
        ino: Ino,
        /// Whether a directory hides what was below that path.
        opaque: bool,
    },
    /// What is there is removed, with all below it. Also listed inside opaque directories, where it says nothing new.
    Delete,
}

/// How a path differs from what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was not there.
    Added,
    /// It was there.
    Modified,
    /// It is gone.
    Deleted,
}

impl ChangeSet {
    /// Changes that put inodes of `source` at paths. They are sorted; of several for one path the last one counts.
    pub fn new(changes: impl IntoIterator<Item = Change>, source: Tree) -> Self {
        let mut changes: Vec<Change> = changes.into_iter().collect();
        changes.sort_by(|a, b| path_order(&a.path, &b.path));
        changes.reverse();
        changes.dedup_by(|a, b| a.path == b.path);
        changes.reverse();
        ChangeSet { changes, source }
    }

    /// The changes that make `tree` out of nothing but its root.
    pub fn from_tree(tree: &Tree) -> Self {
        let put = |ino| ChangeKind::Put { ino, opaque: false };
        let changes = tree.walk().map(|visit| Change { path: visit.path, kind: put(visit.ino) });
        ChangeSet { changes: changes.collect(), source: tree.clone() }
    }

    /// The changes in the order of a directory walk: each directory before its entries, entries sorted by bytes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The change at a path.
    pub fn get(&self, path: impl AsRef<[u8]>) -> Option<&Change> {
        let at = self.changes.binary_search_by(|change| path_order(&change.path, path.as_ref())).ok()?;
        self.changes.get(at)
    }

    /// Whether nothing was touched.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The tree that the changes take their inodes from.
    pub fn source(&self) -> &Tree {
        &self.source
    }

    /// How each change differs from `old`.
    pub fn differences<'a>(&'a self, old: &'a Tree) -> impl Iterator<Item = (&'a Change, Difference)> {
        self.changes.iter().map(|change| {
            let difference = match change.kind {
                ChangeKind::Delete => Difference::Deleted,
                ChangeKind::Put { .. } if old.resolve(&change.path, Follow::No).is_ok() => {
                    Difference::Modified
                }
                ChangeKind::Put { .. } => Difference::Added,
            };
            (change, difference)
        })
    }

    /// Sum of the sizes of the files and links put; hard links count once. Docker's size of a layer.
    pub fn size(&self) -> u64 {
        let mut seen = std::collections::BTreeSet::new();
        let sizes = self.changes.iter().filter_map(|change| match change.kind {
            ChangeKind::Put { ino, .. } if seen.insert(ino) => match self.source.inode(ino)?.node() {
                Node::File(content) => Some(content.len()),
                Node::Symlink(target) => Some(target.len() as u64),
                _ => None,
            },
            _ => None,
        });
        sizes.sum()
    }
}

/// The order in which a walk meets paths: by components, so that `/a/b` comes before `/a-b`.
pub(crate) fn path_order(a: &[u8], b: &[u8]) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
    a.iter().map(key).cmp(b.iter().map(key))
}
