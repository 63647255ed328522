use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice};

use super::{ChangeKind, ChangeSet};
use crate::{Errno, Follow, Ino, Node, Time, Tree};

impl Tree {
    /// The tree with the changes made. Directories that are missing above a change are made as root's, mode 755;
    /// links above it are followed, as an unpacked layer's are.
    ///
    /// # Errors
    /// What the changes want cannot be: `ENOTDIR` or `ELOOP` on the way to a path. Changes found by
    /// [`diff`](crate::diff) apply to their old tree.
    pub fn apply(&self, changes: &ChangeSet) -> Result<Tree, Errno> {
        let mut applier =
            Applier { tree: self.clone(), changes, placed: BTreeMap::new(), directories: Vec::new() };
        applier.tree.begin_layer();
        for change in changes.changes() {
            match change.kind {
                ChangeKind::Delete => applier.delete(change.path.as_bstr())?,
                ChangeKind::Put { ino, opaque } => applier.put(change.path.as_bstr(), ino, opaque)?,
            }
        }
        applier.finish()
    }
}

struct Applier<'a> {
    tree: Tree,
    changes: &'a ChangeSet,
    /// Where the source's inodes went, for hard links.
    placed: BTreeMap<Ino, Ino>,
    /// Directories with their source: their metadata is set last, for filling them changes their times.
    directories: Vec<(Ino, Ino)>,
}

impl Applier<'_> {
    fn delete(&mut self, path: &BStr) -> Result<(), Errno> {
        match self.tree.walk_path(path, Follow::No) {
            Ok(found) if found.target.is_some_and(|ino| ino != self.tree.root()) => {
                let now = self.directory_time(found.parent);
                self.tree.remove_tree(found.parent, &found.name, now)
            }
            Ok(_) | Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    fn put(&mut self, path: &BStr, source_ino: Ino, opaque: bool) -> Result<(), Errno> {
        let source = self.changes.source().get_inode(source_ino)?;
        if path == "/" {
            self.directories.push((self.tree.root(), source_ino));
            return Ok(());
        }
        let now = source.metadata().mtime;
        let (dir, name) = self.place(path, now)?;
        if let Ok(existing) = self.tree.lookup(dir, name) {
            let joins = source.is_dir() && !opaque && self.tree.get_inode(existing)?.is_dir();
            if joins {
                self.directories.push((existing, source_ino));
                return Ok(());
            }
            self.tree.remove_tree(dir, name, now)?;
        }
        if let Some(linked) = self.placed.get(&source_ino).copied() {
            return self.tree.link(linked, dir, name, now);
        }
        let node = if source.is_dir() { Node::directory() } else { source.node().clone() };
        let ino = self.tree.create(dir, name, node, source.metadata().clone(), now)?;
        if source.is_dir() {
            self.directories.push((ino, source_ino));
        } else {
            self.placed.insert(source_ino, ino);
        }
        Ok(())
    }

    /// The directory for a path, made if it is missing, and the name in it.
    fn place<'p>(&mut self, path: &'p BStr, now: Time) -> Result<(Ino, &'p BStr), Errno> {
        let at = path.rfind_byte(b'/').ok_or(Errno::EINVAL)?;
        let name = &path[at + 1..];
        let dir = match &path[..at] {
            above if above.is_empty() => self.tree.root(),
            above => match self.tree.resolve(above, Follow::Yes) {
                Ok(dir) => dir,
                Err(Errno::ENOENT) => self.tree.mkdir_all(above, 0o755, now)?,
                Err(errno) => return Err(errno),
            },
        };
        Ok((dir, name.as_bstr()))
    }

    fn finish(mut self) -> Result<Tree, Errno> {
        for (ino, source_ino) in self.directories {
            let meta = self.changes.source().get_inode(source_ino)?.metadata().clone();
            self.tree.set_metadata(ino, meta)?;
        }
        for (source_ino, ino) in self.placed {
            let meta = self.changes.source().get_inode(source_ino)?.metadata().clone();
            self.tree.set_metadata(ino, meta)?;
        }
        Ok(self.tree)
    }

    fn directory_time(&self, dir: Ino) -> Time {
        self.tree.inode(dir).map_or(Time::EPOCH, |inode| inode.metadata().mtime)
    }
}
