use super::{Mounts, Place, Walk};
use crate::{Errno, Time};

impl Mounts {
    /// Moves an entry as rename(2) does (both paths walked with [`Follow::Remove`](crate::Follow::Remove)), with the rules of mounts and overlays on top of those of
    /// [`Tree::rename`](crate::Tree::rename). Gives the place that lost its name, to be reaped.
    ///
    /// # Errors
    /// `EXDEV` between mounts, and for a directory of an overlay's lower layers (`mv` copies it then); `EROFS`; `EBUSY`
    /// for mount points; those of [`Tree::rename`](crate::Tree::rename). Permissions are the caller's to check.
    pub fn rename(&mut self, from: &Walk, to: &Walk, now: Time) -> Result<Option<Place>, Errno> {
        let (mount, from_dir, to_dir) = (from.parent.mount, from.parent.ino, to.parent.ino);
        if mount != to.parent.mount {
            return Err(Errno::EXDEV);
        }
        let moved = self.tree(mount).ok_or(Errno::ENOENT)?.lookup(from_dir, &from.name);
        let slash = from.trailing_slash || to.trailing_slash;
        if slash
            && moved.is_ok_and(|ino| self.inode(Place { mount, ino }).is_some_and(|inode| !inode.is_dir()))
        {
            return Err(Errno::ENOTDIR);
        }
        if self.is_read_only(mount) {
            return Err(Errno::EROFS);
        }
        if let Ok(ino) = moved
            && self.covers.contains_key(&Place { mount, ino })
        {
            return Err(Errno::EBUSY);
        }
        if let Ok(ino) = self.tree(mount).ok_or(Errno::ENOENT)?.lookup(to_dir, &to.name)
            && self.covers.contains_key(&Place { mount, ino })
        {
            return Err(Errno::EBUSY);
        }
        let file_system = self.mounts.get(&mount).map(|mount| mount.file_system).ok_or(Errno::ENOENT)?;
        let file_system = self.file_systems.get_mut(&file_system).ok_or(Errno::ENOENT)?;
        let lower = file_system.lower.as_ref();
        let of_lower = moved.is_ok_and(|ino| {
            let inode = file_system.tree.inode(ino);
            inode.is_some_and(|inode| inode.is_dir()) && lower.is_some_and(|lower| lower.inode(ino).is_some())
        });
        let mut tree = file_system.tree.clone();
        let replaced = tree.rename(from_dir, &from.name, to_dir, &to.name, now)?;
        if of_lower && !(from_dir == to_dir && from.name == to.name) {
            return Err(Errno::EXDEV);
        }
        file_system.tree = tree;
        Ok(replaced.map(|ino| Place { mount, ino }))
    }
}
