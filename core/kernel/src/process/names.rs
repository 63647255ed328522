use bstr::BString;
use vfs::{Capability, Device, Errno, FileType, Follow, Mode, Node, Place, Resolved};

use super::Process;
use super::open::INODE_BYTES;

impl Process {
    /// Makes a directory with `mode` less the umask.
    pub fn mkdir(&mut self, path: impl AsRef<[u8]>, mode: Mode) -> Result<(), Errno> {
        self.charge_steps(1);
        let found = self.vacant(path.as_ref())?;
        self.make_node(&found, Node::directory(), mode).map(drop)
    }

    /// Makes a symbolic link at `path` that says `target`.
    pub fn symlink(&mut self, target: impl AsRef<[u8]>, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let target = BString::from(target.as_ref());
        if target.is_empty() {
            return Err(Errno::ENOENT);
        }
        let found = self.vacant_file(path.as_ref())?;
        self.make_node(&found, Node::Symlink(target), Mode::new(0o777)).map(drop)
    }

    /// Makes a file, FIFO, socket or device. `EPERM` for block devices and unless root for any device; `EINVAL` for
    /// other kinds.
    pub fn mknod(
        &mut self,
        path: impl AsRef<[u8]>,
        file_type: FileType,
        mode: Mode,
        device: Device,
    ) -> Result<(), Errno> {
        self.charge_steps(1);
        let node = match file_type {
            FileType::Regular => Node::empty_file(),
            FileType::Fifo => Node::Fifo,
            FileType::Socket => Node::Socket,
            FileType::CharDevice => Node::CharDevice(device),
            FileType::BlockDevice => Node::BlockDevice(device),
            FileType::Directory => return Err(Errno::EPERM),
            FileType::Symlink => return Err(Errno::EINVAL),
        };
        let found = self.vacant_file(path.as_ref())?;
        let is_device = matches!(file_type, FileType::CharDevice | FileType::BlockDevice);
        if is_device && !self.credentials().can(Capability::MKNOD) {
            return Err(Errno::EPERM);
        }
        self.make_node(&found, node, mode).map(drop)
    }

    /// A path where something other than a directory can be made.
    fn vacant_file(&self, path: &[u8]) -> Result<Resolved<Place>, Errno> {
        let found = self.vacant(path)?;
        if found.trailing_slash { Err(Errno::ENOENT) } else { Ok(found) }
    }

    /// Gives a file a second name, on the same mount. Symbolic links are not followed.
    pub fn link(&mut self, old: impl AsRef<[u8]>, new: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = self.place(old.as_ref(), Follow::No)?;
        let found = self.vacant_file(new.as_ref())?;
        if found.parent.mount != place.mount {
            return Err(Errno::EXDEV);
        }
        self.check_create(found.parent)?;
        self.edit(place, |tree, now| tree.link(place.ino, found.parent.ino, &found.name, now))
    }

    /// Removes a name of anything but a directory.
    pub fn unlink(&mut self, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let (found, place) = self.removable(path.as_ref())?;
        if is_dot(&found.name) {
            return Err(Errno::EISDIR);
        }
        self.edit(found.parent, |tree, now| tree.unlink(found.parent.ino, &found.name, now))?;
        self.forget(place);
        Ok(())
    }

    /// Removes an empty directory.
    pub fn rmdir(&mut self, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let (found, place) = self.removable(path.as_ref())?;
        match found.name.as_slice() {
            b"." => return Err(Errno::EINVAL),
            b".." => return Err(Errno::ENOTEMPTY),
            b"/" => return Err(Errno::EBUSY),
            _ => {}
        }
        self.edit(found.parent, |tree, now| tree.rmdir(found.parent.ino, &found.name, now))?;
        self.forget(place);
        Ok(())
    }

    /// Moves `old` to `new`, replacing what is there, on the same mount.
    pub fn rename(&mut self, old: impl AsRef<[u8]>, new: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let (from, source) = self.entry(old.as_ref())?;
        let (to, replaced) = self.entry(new.as_ref())?;
        if from.parent.mount != to.parent.mount {
            return Err(Errno::EXDEV);
        }
        if is_dot(&from.name) || is_dot(&to.name) {
            return Err(Errno::EBUSY);
        }
        let source = source.ok_or(Errno::ENOENT)?;
        self.check_removal(&from, source)?;
        match replaced {
            Some(place) => self.check_removal(&to, place)?,
            None => self.check_create(to.parent)?,
        }
        let is_dir = self.inspect(source, |node| node.file_type() == FileType::Directory)?;
        if !is_dir && (to.trailing_slash || from.trailing_slash) {
            return Err(Errno::ENOTDIR);
        }
        let now = self.now();
        let mut mounts = self.state.sandbox.mounts.borrow_mut();
        let lost = mounts.rename(&from, &to, now)?;
        drop(mounts);
        if let Some(place) = lost {
            self.forget(place);
        }
        Ok(())
    }

    /// Parent and place of a name that this process may remove.
    fn removable(&self, path: &[u8]) -> Result<(Resolved<Place>, Place), Errno> {
        let (found, place) = self.entry(path)?;
        let place = place.ok_or(Errno::ENOENT)?;
        if !is_dot(&found.name) {
            self.check_removal(&found, place)?;
        }
        Ok((found, place))
    }

    fn forget(&self, place: Place) {
        self.state.sandbox.charge(&self.state.machine, INODE_BYTES, 0);
        self.state.sandbox.reap_unlinked(place);
    }
}

fn is_dot(name: &[u8]) -> bool {
    matches!(name, b"." | b".." | b"/")
}
