use api::{BindChange, MountKind};
use vfs::{Errno, Ino, Node, Time, Tree};

use super::{Bind, Shared};
use crate::Engine;

impl Engine {
    /// The folders of the client's host that running containers have mounted.
    pub fn bound(&self) -> Vec<String> {
        let running = self.containers.values().filter(|container| container.is_running());
        let mounts = running.flat_map(|container| &container.mounts);
        let mut sources: Vec<String> =
            mounts.filter(|mount| mount.kind == MountKind::Bind).map(|mount| mount.source.clone()).collect();
        sources.sort();
        sources.dedup();
        sources
    }

    /// Takes over what a folder of the host holds now.
    pub fn set_bind(&mut self, source: &str, tree: Tree) {
        let now = self.clock;
        let Some(bind) = self.binds.get(source).cloned() else {
            let bind = Bind { files: Shared::new(tree.clone()), known: Some(tree) };
            self.binds.insert(source.to_owned(), bind);
            return;
        };
        let shared = bind.files.get_or_read(|part| self.read_shared(part)).cloned();
        let next = match shared {
            Ok(mut shared) => {
                let mut reached = shared.tree.clone();
                match follow(&mut reached, &tree, now) {
                    Ok(false) => {}
                    Ok(true) => shared = Shared { tree: reached, version: shared.version + 1 },
                    Err(_) => shared = Shared { tree: tree.clone(), version: shared.version + 1 },
                }
                shared
            }
            Err(_) => Shared { tree: tree.clone(), version: 1 },
        };
        let known = Some(next.tree.clone());
        self.binds.insert(source.to_owned(), Bind { files: crate::saved::Shelf::new(next), known });
    }

    /// What containers did to the host's folders since the client gave them, or was told.
    pub fn take_bind_changes(&mut self) -> Vec<BindChange> {
        let mut changes = Vec::new();
        let sources: Vec<String> = self.binds.keys().cloned().collect();
        for source in sources {
            let Some(bind) = self.binds.get_mut(&source) else { continue };
            let (Some(before), Some(shared)) = (&bind.known, bind.files.get()) else { continue };
            if !before.ptr_eq(&shared.tree) {
                let (before, after) = (before.clone(), shared.tree.clone());
                bind.known = Some(after.clone());
                changes.push(BindChange { source, before, after });
            }
        }
        changes
    }
}

/// Makes `tree` say what `wanted` says, with as few changes as can be: files that stay keep their inodes. Whether
/// anything changed.
fn follow(tree: &mut Tree, wanted: &Tree, now: Time) -> Result<bool, Errno> {
    let (root, wanted_root) = (tree.root(), wanted.root());
    if kind(tree, root) != kind(wanted, wanted_root) {
        return Err(Errno::EINVAL);
    }
    same_entry(tree, root, wanted, wanted_root, now)
}

fn kind(tree: &Tree, ino: Ino) -> Option<bool> {
    tree.inode(ino).map(vfs::Inode::is_dir)
}

/// Makes one directory or file equal to another of the same kind.
fn same_entry(tree: &mut Tree, ino: Ino, wanted: &Tree, from: Ino, now: Time) -> Result<bool, Errno> {
    let (Some(old), Some(new)) = (tree.inode(ino), wanted.inode(from)) else { return Err(Errno::ENOENT) };
    let (mode, metadata) = (new.metadata().mode, new.metadata().clone());
    let mode_differs = old.metadata().mode != mode;
    let mut changed = mode_differs;
    if new.is_dir() {
        changed |= same_directory(tree, ino, wanted, from, now)?;
    } else if let (Node::File(old), Node::File(new)) = (old.node(), new.node())
        && (old.len() != new.len() || old.to_vec() != new.to_vec())
    {
        let content = new.clone();
        tree.set_content(ino, content, now)?;
        changed = true;
    }
    if changed {
        tree.set_mode(ino, mode, now)?;
        if !wanted.inode(from).is_some_and(vfs::Inode::is_dir) {
            tree.set_times(ino, Some(metadata.atime), Some(metadata.mtime), now)?;
        }
    }
    Ok(changed)
}

fn same_directory(tree: &mut Tree, dir: Ino, wanted: &Tree, from: Ino, now: Time) -> Result<bool, Errno> {
    let mut changed = false;
    let names: Vec<_> = tree.entries(dir).map(|(name, ino)| (name.to_vec(), ino)).collect();
    for (name, ino) in names {
        let stays = wanted.lookup(from, &name).is_ok_and(|other| same_kind(tree, ino, wanted, other));
        if !stays {
            tree.remove_tree(dir, &name, now)?;
            changed = true;
        }
    }
    for (name, other) in wanted.entries(from) {
        match tree.lookup(dir, name) {
            Ok(ino) => changed |= same_entry(tree, ino, wanted, other, now)?,
            Err(_) => {
                tree.graft(wanted, other, dir, name, now)?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

/// Links and devices are replaced when they differ; files and directories are changed in place.
fn same_kind(tree: &Tree, ino: Ino, wanted: &Tree, other: Ino) -> bool {
    let (Some(old), Some(new)) = (tree.inode(ino), wanted.inode(other)) else { return false };
    match (old.node(), new.node()) {
        (Node::Directory(_), Node::Directory(_)) | (Node::File(_), Node::File(_)) => true,
        (Node::Symlink(old), Node::Symlink(new)) => old == new,
        _ => false,
    }
}
