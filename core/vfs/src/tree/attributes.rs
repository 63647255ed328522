use super::Tree;
use crate::{Content, Errno, Ino, Metadata, Mode, Node, Time};

/// Longest value of an extended attribute that Linux takes.
const XATTR_SIZE_MAX: usize = 64 << 10;

impl Tree {
    /// Writes into a regular file; a gap before `offset` becomes a hole. Content and inode are changed `now`.
    ///
    /// # Errors
    /// `EFBIG`, and those of [`Tree::content`].
    pub fn write(&mut self, ino: Ino, offset: u64, bytes: &[u8], now: Time) -> Result<(), Errno> {
        self.edit_content(ino, now, |content| content.write(offset, bytes))
    }

    /// Cuts or extends a regular file.
    ///
    /// # Errors
    /// `EFBIG`, and those of [`Tree::content`].
    pub fn truncate(&mut self, ino: Ino, len: u64, now: Time) -> Result<(), Errno> {
        self.edit_content(ino, now, |content| content.truncate(len))
    }

    /// Replaces the content of a regular file.
    ///
    /// # Errors
    /// Those of [`Tree::content`].
    pub fn set_content(&mut self, ino: Ino, content: Content, now: Time) -> Result<(), Errno> {
        self.edit_content(ino, now, |old| {
            *old = content;
            Ok(())
        })
    }

    fn edit_content(
        &mut self,
        ino: Ino,
        now: Time,
        change: impl FnOnce(&mut Content) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        self.content(ino)?;
        let inode = self.edit_copied_up(ino)?;
        if let Node::File(content) = &mut inode.node {
            change(content)?;
            inode.meta.mtime = now;
            inode.meta.ctime = now;
        }
        Ok(())
    }

    /// Marks an inode as changed without changing it: what overlayfs does when a lower file is opened for writing.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode.
    pub fn touch(&mut self, ino: Ino) -> Result<(), Errno> {
        self.edit(ino).map(drop)
    }

    /// Sets the permission bits.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode, `ENOTSUP` for a symbolic link.
    pub fn set_mode(&mut self, ino: Ino, mode: Mode, now: Time) -> Result<(), Errno> {
        if matches!(self.get_inode(ino)?.node, Node::Symlink(_)) {
            return Err(Errno::ENOTSUP);
        }
        let meta = &mut self.edit_copied_up(ino)?.meta;
        meta.mode = mode;
        meta.ctime = now;
        Ok(())
    }

    /// Sets owner and group, where given. Anything but a directory loses its set-user-id bit, and its set-group-id
    /// bit when the group may execute it: Linux does so even for root.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode.
    pub fn set_owner(
        &mut self,
        ino: Ino,
        uid: Option<u32>,
        gid: Option<u32>,
        now: Time,
    ) -> Result<(), Errno> {
        let inode = self.edit_copied_up(ino)?;
        let keeps_set_id = inode.is_dir();
        let meta = &mut inode.meta;
        meta.uid = uid.unwrap_or(meta.uid);
        meta.gid = gid.unwrap_or(meta.gid);
        if !keeps_set_id {
            meta.mode = meta.mode.without_set_id();
        }
        meta.ctime = now;
        Ok(())
    }

    /// Sets the times, where given; the inode is changed `now`.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode.
    pub fn set_times(
        &mut self,
        ino: Ino,
        atime: Option<Time>,
        mtime: Option<Time>,
        now: Time,
    ) -> Result<(), Errno> {
        let meta = &mut self.edit_copied_up(ino)?.meta;
        meta.atime = atime.unwrap_or(meta.atime);
        meta.mtime = mtime.unwrap_or(meta.mtime);
        meta.ctime = now;
        Ok(())
    }

    /// Replaces all metadata, as an archive's reader does.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode.
    pub fn set_metadata(&mut self, ino: Ino, meta: Metadata) -> Result<(), Errno> {
        self.edit_copied_up(ino)?.meta = meta;
        Ok(())
    }

    /// Sets an extended attribute.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode, `ERANGE` for a bad name, `E2BIG` for a value over 64 KiB.
    pub fn set_xattr(&mut self, ino: Ino, name: &[u8], value: &[u8], now: Time) -> Result<(), Errno> {
        if name.is_empty() || name.len() > super::edit::NAME_MAX {
            return Err(Errno::ERANGE);
        }
        if value.len() > XATTR_SIZE_MAX {
            return Err(Errno::E2BIG);
        }
        let meta = &mut self.edit_copied_up(ino)?.meta;
        meta.xattrs.set(name, value);
        meta.ctime = now;
        Ok(())
    }

    /// Removes an extended attribute.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode, `ENODATA` if it has no such attribute.
    pub fn remove_xattr(&mut self, ino: Ino, name: &[u8], now: Time) -> Result<(), Errno> {
        if self.get_inode(ino)?.meta.xattrs.get(name).is_none() {
            return Err(Errno::ENODATA);
        }
        let meta = &mut self.edit_copied_up(ino)?.meta;
        meta.xattrs.remove(name);
        meta.ctime = now;
        Ok(())
    }
}
