use std::io::SeekFrom;

use vfs::Errno;

use super::Process;
use crate::file::FileKind;
use crate::signal_delivery::Origin;
use crate::{Fd, Limit, Resource, Signal};

impl Process {
    /// Moves the offset of a description and returns it. `ESPIPE` for what has none.
    pub fn lseek(&mut self, fd: Fd, to: SeekFrom) -> Result<u64, Errno> {
        self.charge_steps(1);
        let file = self.file(fd)?;
        let size = match &file.kind {
            FileKind::Regular(node) => {
                let place = node.place();
                self.with_tree(place, |tree| tree.content(place.ino).map(vfs::Content::len))?
            }
            FileKind::Directory(_) | FileKind::Device { .. } => 0,
            _ => return Err(Errno::ESPIPE),
        };
        let offset = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(by) => file.offset.get().checked_add_signed(by),
            SeekFrom::End(by) => size.checked_add_signed(by),
        };
        let offset = offset.filter(|offset| *offset <= i64::MAX as u64).ok_or(Errno::EINVAL)?;
        file.offset.set(offset);
        Ok(offset)
    }

    /// Cuts or lengthens an open file. `EINVAL` when it is not a regular file open for writing.
    pub fn ftruncate(&mut self, fd: Fd, len: u64) -> Result<(), Errno> {
        self.charge_steps(1);
        let file = self.file(fd)?;
        match &file.kind {
            FileKind::Regular(node) if file.flags.get().writable() => self.resize(node.place(), len),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(super) fn resize(&mut self, place: vfs::Place, len: u64) -> Result<(), Errno> {
        let sandbox = &self.state.sandbox;
        if len > sandbox.limits.file_size {
            sandbox.hit(&self.state.machine, Limit::FileSize);
            return Err(Errno::EFBIG);
        }
        let size = self.with_tree(place, |tree| tree.content(place.ino).map(vfs::Content::len))?;
        if len > size && len > self.rlimit(Resource::FileSize).soft {
            self.state.receive(Signal::XFSZ, Origin::Inside);
            return Err(Errno::EFBIG);
        }
        let (before, after) = self.edit(place, |tree, now| {
            let before = tree.content(place.ino)?.blocks();
            tree.truncate(place.ino, len, now)?;
            Ok((before, tree.content(place.ino)?.blocks()))
        })?;
        sandbox.charge(&self.state.machine, before * 512, after * 512);
        Ok(())
    }
}
