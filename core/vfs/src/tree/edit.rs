use std::sync::Arc;

use super::{MAX_LINKS, Shared, Tree};
use crate::node::{Directory, Link};
use crate::{Errno, Ino, Inode, Metadata, Name, Node, Time};

/// Longest name of a directory entry.
pub(crate) const NAME_MAX: usize = 255;

impl Tree {
    /// Makes an inode in the directory `dir`. The directory's times become `now`; the new inode's are those of `meta`.
    /// A directory begins empty, whatever `node` holds.
    ///
    /// # Errors
    /// `ENOTDIR`, `ENOENT` (`dir` was removed), `EEXIST`, `ENAMETOOLONG`, `EINVAL` (a name with `/` or NUL, an
    /// overlong link target is `ENAMETOOLONG`, an empty one `ENOENT`).
    pub fn create(
        &mut self,
        dir: Ino,
        name: impl AsRef<[u8]>,
        node: Node,
        meta: Metadata,
        now: Time,
    ) -> Result<Ino, Errno> {
        let name = self.vacant(dir, name.as_ref())?;
        let node = match node {
            Node::Directory(_) => Node::Directory(Directory { layer: self.layer, ..Directory::default() }),
            Node::Symlink(target) if target.is_empty() => return Err(Errno::ENOENT),
            Node::Symlink(target) if target.len() >= crate::walk::PATH_MAX => {
                return Err(Errno::ENAMETOOLONG);
            }
            other => other,
        };
        let ino = Ino(self.next);
        self.next += 1;
        let inode = Inode { node, meta, links: Default::default() };
        self.inodes.insert(ino, Shared(Arc::new(inode)));
        self.attach(dir, name, ino, now)?;
        Ok(ino)
    }

    /// Gives an inode a further name.
    ///
    /// # Errors
    /// `EPERM` for a directory, `EMLINK`, `ENOENT` for an inode without names, and those of [`Tree::create`].
    pub fn link(&mut self, ino: Ino, dir: Ino, name: impl AsRef<[u8]>, now: Time) -> Result<(), Errno> {
        let name = self.vacant(dir, name.as_ref())?;
        let inode = self.get_inode(ino)?;
        if inode.is_dir() {
            return Err(Errno::EPERM);
        }
        if inode.links.is_empty() {
            return Err(Errno::ENOENT);
        }
        if inode.links.len() >= MAX_LINKS {
            return Err(Errno::EMLINK);
        }
        self.edit(ino)?.meta.ctime = now;
        self.attach(dir, name, ino, now)
    }

    /// Takes away a name of anything but a directory. The inode lives on, without names, until [`Tree::reap`].
    ///
    /// # Errors
    /// `EISDIR` (Linux's answer, where POSIX says `EPERM`), `ENOENT`, `ENOTDIR`, `ENAMETOOLONG`.
    pub fn unlink(&mut self, dir: Ino, name: impl AsRef<[u8]>, now: Time) -> Result<Ino, Errno> {
        let name = name.as_ref();
        if matches!(name, b"." | b".." | b"/") {
            return Err(Errno::EISDIR);
        }
        let ino = self.lookup(dir, name)?;
        if self.get_inode(ino)?.is_dir() {
            return Err(Errno::EISDIR);
        }
        self.edit(ino)?.meta.ctime = now;
        self.detach(dir, name, ino, now)?;
        Ok(ino)
    }

    /// Removes an empty directory. It lives on, without a name, until [`Tree::reap`].
    ///
    /// # Errors
    /// `ENOTDIR`, `ENOTEMPTY`, `ENOENT`, `EINVAL` (`.`), `EBUSY` (`/`), `ENAMETOOLONG`.
    pub fn rmdir(&mut self, dir: Ino, name: impl AsRef<[u8]>, now: Time) -> Result<Ino, Errno> {
        let name = name.as_ref();
        match name {
            b"." => return Err(Errno::EINVAL),
            b".." => return Err(Errno::ENOTEMPTY),
            b"/" => return Err(Errno::EBUSY),
            _ => {}
        }
        let ino = self.lookup(dir, name)?;
        match &self.get_inode(ino)?.node {
            Node::Directory(directory) if directory.is_empty() => {}
            Node::Directory(_) => return Err(Errno::ENOTEMPTY),
            _ => return Err(Errno::ENOTDIR),
        }
        self.edit(ino)?.meta.ctime = now;
        self.detach(dir, name, ino, now)?;
        Ok(ino)
    }

    /// Forgets an inode that has no name left and that nothing holds open any more; others are kept.
    pub fn reap(&mut self, ino: Ino) {
        if ino != self.root && self.inode(ino).is_some_and(|inode| inode.links.is_empty()) {
            self.inodes.remove(&ino);
        }
    }

    /// Checks that `dir` can take an entry called `name`.
    fn vacant(&self, dir: Ino, name: &[u8]) -> Result<Name, Errno> {
        let inode = self.get_inode(dir)?;
        let Node::Directory(directory) = &inode.node else { return Err(Errno::ENOTDIR) };
        check_name(name)?;
        if inode.links.is_empty() && dir != self.root {
            return Err(Errno::ENOENT);
        }
        if directory.get(name).is_some() {
            return Err(Errno::EEXIST);
        }
        Ok(Name::from(name))
    }

    /// Enters `ino` under a free `name`.
    pub(super) fn attach(&mut self, dir: Ino, name: Name, ino: Ino, now: Time) -> Result<(), Errno> {
        let inode = self.edit(ino)?;
        inode.links.push(Link { dir, name: name.clone() });
        let is_dir = inode.is_dir();
        let directory = self.edit_directory(dir, now)?;
        directory.entries.insert(name, ino);
        directory.subdirs += u32::from(is_dir);
        Ok(())
    }

    /// Takes the name away from `ino`, which it names.
    pub(super) fn detach(&mut self, dir: Ino, name: &[u8], ino: Ino, now: Time) -> Result<(), Errno> {
        let inode = self.edit(ino)?;
        inode.links.retain(|link| link.dir != dir || *link.name != *name);
        let is_dir = inode.is_dir();
        let directory = self.edit_directory(dir, now)?;
        directory.entries.remove(name);
        directory.subdirs -= u32::from(is_dir);
        Ok(())
    }

    fn edit_directory(&mut self, dir: Ino, now: Time) -> Result<&mut Directory, Errno> {
        self.copy_up(dir);
        let inode = self.edit(dir)?;
        inode.meta.mtime = now;
        inode.meta.ctime = now;
        match &mut inode.node {
            Node::Directory(directory) => Ok(directory),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// The inode for a change: from here on it counts as touched.
    pub(super) fn edit(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
        self.inodes.get_mut(&ino).map(|shared| Arc::make_mut(&mut shared.0)).ok_or(Errno::ENOENT)
    }
}

/// Whether a new entry may be called so.
pub(super) fn check_name(name: &[u8]) -> Result<(), Errno> {
    match name {
        b"" => Err(Errno::ENOENT),
        b"." | b".." | b"/" => Err(Errno::EEXIST),
        _ if name.len() > NAME_MAX => Err(Errno::ENAMETOOLONG),
        _ if name.contains(&b'/') || name.contains(&0) => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}
