use std::rc::Rc;

use vfs::Errno;

use super::Process;
use crate::fd_table::Descriptor;
use crate::file::{FileKind, OpenFile};
use crate::pipe::{ReadEnd, WriteEnd};
use crate::{Fd, OpenFlags, Resource};

impl Process {
    /// The open file description of a descriptor.
    pub(crate) fn file(&self, fd: Fd) -> Result<Rc<OpenFile>, Errno> {
        Ok(Rc::clone(&self.state.fds.borrow().get(fd)?.file))
    }

    /// Notes that the descriptors have changed.
    fn touch(&self) {
        self.state.listing.set(None);
        self.state.sandbox.touch();
    }

    fn file_limit(&self) -> u32 {
        let own = self.state.rlimits.borrow().soft(Resource::Files);
        self.state.sandbox.limits.files.min(u32::try_from(own).unwrap_or(u32::MAX))
    }

    /// Gives a description the lowest free descriptor.
    pub(crate) fn install(&mut self, file: Rc<OpenFile>) -> Result<Fd, Errno> {
        self.install_from(Descriptor { file, cloexec: false }, 0)
    }

    pub(crate) fn install_from(&mut self, descriptor: Descriptor, min: Fd) -> Result<Fd, Errno> {
        self.touch();
        let limit = self.file_limit();
        self.state.fds.borrow_mut().insert(descriptor, min, limit)
    }

    /// Closes a descriptor. `EBADF` when it is not open.
    pub fn close(&mut self, fd: Fd) -> Result<(), Errno> {
        self.charge_steps(1);
        let closed = self.state.fds.borrow_mut().remove(fd)?;
        self.touch();
        drop(closed);
        Ok(())
    }

    /// A second descriptor, the lowest free one, for the same description.
    pub fn dup(&mut self, fd: Fd) -> Result<Fd, Errno> {
        self.dup_from(fd, 0)
    }

    /// A second descriptor, the lowest free one from `min` up (`F_DUPFD`).
    pub fn dup_from(&mut self, fd: Fd, min: Fd) -> Result<Fd, Errno> {
        self.charge_steps(1);
        let file = self.file(fd)?;
        self.install_from(Descriptor { file, cloexec: false }, min)
    }

    /// Makes `to` a second descriptor for what `from` is, closing what it was.
    pub fn dup2(&mut self, from: Fd, to: Fd) -> Result<Fd, Errno> {
        self.charge_steps(1);
        let file = self.file(from)?;
        if from != to {
            let limit = self.file_limit();
            let old = self.state.fds.borrow_mut().replace(to, Descriptor { file, cloexec: false }, limit)?;
            self.touch();
            drop(old);
        }
        Ok(to)
    }

    /// Sets whether exec closes a descriptor.
    pub fn set_cloexec(&mut self, fd: Fd, cloexec: bool) -> Result<(), Errno> {
        self.state.fds.borrow_mut().get_mut(fd)?.cloexec = cloexec;
        Ok(())
    }

    /// Whether exec closes a descriptor.
    pub fn cloexec(&self, fd: Fd) -> Result<bool, Errno> {
        Ok(self.state.fds.borrow().get(fd)?.cloexec)
    }

    /// The status flags of a descriptor's description (`F_GETFL`).
    pub fn file_flags(&self, fd: Fd) -> Result<OpenFlags, Errno> {
        Ok(self.file(fd)?.flags.get())
    }

    /// Makes reads and writes of a description return `EAGAIN` where they would wait, or wait again.
    pub fn set_nonblocking(&mut self, fd: Fd, nonblocking: bool) -> Result<(), Errno> {
        let file = self.file(fd)?;
        let flags = file.flags.get().without(OpenFlags::NONBLOCK);
        file.flags.set(if nonblocking { flags | OpenFlags::NONBLOCK } else { flags });
        Ok(())
    }

    /// The open descriptors, ascending.
    pub fn descriptors(&self) -> Vec<Fd> {
        self.state.fds.borrow().iter().map(|(fd, _)| fd).collect()
    }

    /// A pipe: its reading and its writing descriptor.
    pub fn pipe(&mut self) -> Result<(Fd, Fd), Errno> {
        self.charge_steps(1);
        let pipe = self.new_pipe();
        let path = format!("pipe:[{}]", pipe.id);
        let end = |reader, writer, flags| {
            OpenFile::new(FileKind::Pipe { reader, writer, node: None }, flags, path.as_str())
        };
        let reading = end(Some(ReadEnd::new(&pipe)), None, OpenFlags::RDONLY);
        let writing = end(None, Some(WriteEnd::new(&pipe)), OpenFlags::WRONLY);
        let reader = self.install(reading)?;
        match self.install(writing) {
            Ok(writer) => Ok((reader, writer)),
            Err(errno) => {
                self.close(reader)?;
                Err(errno)
            }
        }
    }

    /// Whether a descriptor is a terminal; false for one that is not open.
    pub fn isatty(&self, fd: Fd) -> bool {
        self.file(fd).is_ok_and(|file| matches!(file.kind, FileKind::Terminal { .. }))
    }
}
