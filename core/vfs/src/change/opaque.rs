use bstr::BString;

use super::diff::join;
use crate::{Ino, Inode, Tree};

/// The paths below `path` that were in the old directory and are not in the new one that took its place: the topmost
/// ones only.
pub(super) fn hidden(old: &Tree, old_ino: Ino, new: &Tree, new_ino: Ino, path: &BString) -> Vec<BString> {
    let mut paths = Vec::new();
    let mut pending = vec![(path.clone(), old_ino, new_ino)];
    while let Some((path, old_ino, new_ino)) = pending.pop() {
        if !is_dir(old, old_ino) || !is_dir(new, new_ino) {
            continue;
        }
        for (name, old_child) in old.entries(old_ino) {
            match new.lookup(new_ino, name) {
                Ok(new_child) => pending.push((join(&path, name), old_child, new_child)),
                Err(_) => paths.push(join(&path, name)),
            }
        }
    }
    paths
}

fn is_dir(tree: &Tree, ino: Ino) -> bool {
    tree.inode(ino).is_some_and(Inode::is_dir)
}
