use bstr::BString;

use super::Tree;
use crate::walk::{self, Resolved, Space};
use crate::{Content, Errno, Follow, Ino, Inode, Metadata, Node, Time};

/// A tree alone: nothing mounted, nothing forbidden.
impl Space for Tree {
    type Place = Ino;

    fn inode(&self, place: Ino) -> Option<&Inode> {
        Tree::inode(self, place)
    }

    fn child(&self, _dir: Ino, ino: Ino) -> Ino {
        ino
    }

    fn parent(&self, dir: Ino, root: Ino) -> Option<Ino> {
        if dir == root { Some(dir) } else { Tree::parent(self, dir) }
    }

    fn may_search(&self, _dir: Ino) -> Result<(), Errno> {
        Ok(())
    }
}

/// Paths as the superuser sees them, without mounts; relative ones start at the root. For hosts, engines and tests.
impl Tree {
    /// Where `path` leads.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`, `ELOOP`, `ENAMETOOLONG`.
    pub fn walk_path(&self, path: impl AsRef<[u8]>, follow: Follow) -> Result<Resolved<Ino>, Errno> {
        walk::resolve(self, self.root, self.root, path.as_ref(), follow)
    }

    /// The inode at `path`.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`].
    pub fn resolve(&self, path: impl AsRef<[u8]>, follow: Follow) -> Result<Ino, Errno> {
        self.walk_path(path, follow)?.target.ok_or(Errno::ENOENT)
    }

    /// The inode at `path`, a last link followed.
    pub fn get(&self, path: impl AsRef<[u8]>) -> Option<&Inode> {
        self.inode(self.resolve(path, Follow::Yes).ok()?)
    }

    /// The whole content of the file at `path`, links followed.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`] and [`Tree::content`].
    pub fn read_file(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>, Errno> {
        let ino = self.resolve(path, Follow::Yes)?;
        Ok(self.content(ino)?.to_vec())
    }

    /// Writes the file at `path`, links followed: gives an existing one new content and keeps its metadata, or makes
    /// a new one with `mode`, owned by root. Its directory must exist.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`] and [`Tree::content`].
    pub fn write_file(
        &mut self,
        path: impl AsRef<[u8]>,
        content: impl Into<Content>,
        mode: u32,
        now: Time,
    ) -> Result<Ino, Errno> {
        let found = self.walk_path(path, Follow::Yes)?;
        match found.target {
            Some(ino) => self.set_content(ino, content.into(), now).map(|()| ino),
            None if found.trailing_slash => Err(Errno::EISDIR),
            None => {
                let node = Node::File(content.into());
                self.create(found.parent, found.name, node, Metadata::new(mode, now), now)
            }
        }
    }

    /// Makes the directory at `path` and those above it that are missing, with `mode`, owned by root. Links are
    /// followed. An existing directory is left as it is.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`]; `ENOTDIR` if something else is in the way.
    pub fn mkdir_all(&mut self, path: impl AsRef<[u8]>, mode: u32, now: Time) -> Result<Ino, Errno> {
        let path = path.as_ref();
        let ends = path.iter().enumerate().filter(|(at, byte)| **byte == b'/' && *at > 0).map(|(at, _)| at);
        let mut ino = self.root;
        for end in ends.chain([path.len()]) {
            let found = self.walk_path(&path[..end], Follow::Yes)?;
            ino = match found.target {
                Some(ino) => ino,
                None => {
                    self.create(found.parent, found.name, Node::directory(), Metadata::new(mode, now), now)?
                }
            };
        }
        if self.get_inode(ino)?.is_dir() { Ok(ino) } else { Err(Errno::ENOTDIR) }
    }

    /// Makes a symbolic link at `path`, mode 777, owned by root.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`] and [`Tree::create`].
    pub fn symlink(
        &mut self,
        target: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
        now: Time,
    ) -> Result<Ino, Errno> {
        let found = self.walk_path(path, Follow::Create)?;
        let node = Node::Symlink(BString::from(target.as_ref()));
        self.create(found.parent, found.name, node, Metadata::new(0o777, now), now)
    }

    /// Removes what is at `path`, with all below it; a link, not its target. Removed inodes are reaped.
    ///
    /// # Errors
    /// Those of [`Tree::walk_path`]; `EBUSY` for the root.
    pub fn remove_all(&mut self, path: impl AsRef<[u8]>, now: Time) -> Result<(), Errno> {
        let found = self.walk_path(path, Follow::Remove)?;
        let target = found.target.ok_or(Errno::ENOENT)?;
        if target == self.root {
            return Err(Errno::EBUSY);
        }
        self.remove_tree(found.parent, &found.name, now)
    }

    /// Removes the entry `name` of `dir` with all below it, and reaps what has no name left.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`.
    pub fn remove_tree(&mut self, dir: Ino, name: impl AsRef<[u8]>, now: Time) -> Result<(), Errno> {
        let name = name.as_ref();
        let top = self.lookup(dir, name)?;
        self.clear(top, now)?;
        self.detach(dir, name, top, now)?;
        self.reap(top);
        Ok(())
    }

    /// Removes everything below `dir`, and reaps what has no name left.
    ///
    /// # Errors
    /// None in a sound tree.
    pub(crate) fn clear(&mut self, dir: Ino, now: Time) -> Result<(), Errno> {
        let below: Vec<Ino> =
            self.walk_from(dir, "").map(|visit| visit.ino).filter(|ino| *ino != dir).collect();
        for ino in below.into_iter().rev() {
            // A file with two names below is met twice: both go at the first time.
            let links = self.inode(ino).map(|inode| inode.links.clone()).unwrap_or_default();
            for link in links {
                if self.is_within(link.dir, dir) {
                    self.detach(link.dir, &link.name, ino, now)?;
                }
            }
            self.reap(ino);
        }
        Ok(())
    }
}
