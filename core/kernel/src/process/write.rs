use vfs::{Errno, Place};

use super::Process;
use super::read::STEP_BYTES;
use crate::file::{FileKind, OpenFile};
use crate::output::{Output, Stream};
use crate::pipe::Pipe;
use crate::state::BlockedOn;
use crate::tty::Tty;
use crate::{Fd, Limit, OpenFlags, ProcessId, Signal};

impl Process {
    /// Writes, waiting for room in a pipe; the count is smaller than asked only when a caught signal came in between.
    /// A pipe without readers gives `SIGPIPE`, and `EPIPE` to who survives it.
    pub async fn write(&mut self, fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        if !file.flags.get().writable() {
            return Err(Errno::EBADF);
        }
        self.charge_steps((bytes.len() / STEP_BYTES) as u32);
        match &file.kind {
            FileKind::Regular(node) => self.write_regular(&file, node.place(), bytes).await,
            FileKind::Directory(_) => Err(Errno::EISDIR),
            FileKind::Pipe { writer, .. } => {
                let pipe = &writer.as_ref().ok_or(Errno::EBADF)?.0;
                self.write_pipe(&file, pipe, bytes).await
            }
            FileKind::Connection { writer, .. } => {
                let pipe = writer.borrow().as_ref().map(|end| end.0.clone()).ok_or(Errno::EPIPE)?;
                self.write_pipe(&file, &pipe, bytes).await
            }
            FileKind::Device { device, .. } => device.write(bytes),
            FileKind::Terminal { tty, .. } => {
                self.emit(tty.owner, Tty::STREAM, &tty.render(bytes));
                Ok(bytes.len())
            }
            FileKind::Capture { process, stream, .. } => {
                self.emit(*process, *stream, bytes);
                Ok(bytes.len())
            }
            FileKind::Listener(_) => Err(Errno::ENOTCONN),
            FileKind::Datagram(end) => self.send_datagram(end, bytes),
        }
    }

    /// Writes everything, going on after interruptions by signals.
    pub async fn write_all(&mut self, fd: Fd, bytes: &[u8]) -> Result<(), Errno> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.write(fd, rest).await {
                Ok(count) => rest = &rest[count..],
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }

    async fn write_regular(&mut self, file: &OpenFile, place: Place, bytes: &[u8]) -> Result<usize, Errno> {
        let appends = file.flags.get().contains(OpenFlags::APPEND);
        let offset = match appends {
            true => self.with_tree(place, |tree| tree.content(place.ino).map(vfs::Content::len))?,
            false => file.offset.get(),
        };
        let count = self.admit(offset, bytes.len() as u64).await?;
        let bytes = &bytes[..usize::try_from(count).unwrap_or(bytes.len())];
        let (now, sandbox, machine) = (self.now(), &self.state.sandbox, &self.state.machine);
        let mut mounts = sandbox.mounts.borrow_mut();
        let tree = mounts.tree_mut(place.mount).ok_or(Errno::EIO)?;
        let before = tree.content(place.ino)?.blocks() * 512;
        let end = offset.saturating_add(bytes.len() as u64);
        if end > sandbox.limits.file_size {
            drop(mounts);
            sandbox.hit(machine, Limit::FileSize);
            return Err(Errno::EFBIG);
        }
        tree.write(place.ino, offset, bytes, now)?;
        let after = tree.content(place.ino)?.blocks() * 512;
        drop(mounts);
        sandbox.charge(machine, before, after);
        file.offset.set(end);
        Ok(bytes.len())
    }

    async fn write_pipe(&mut self, file: &OpenFile, pipe: &Pipe, bytes: &[u8]) -> Result<usize, Errno> {
        let mut written = 0;
        loop {
            match pipe.try_write(&bytes[written..]) {
                Ok(Some(count)) => {
                    written += count;
                    if written == bytes.len() {
                        return Ok(written);
                    }
                    continue;
                }
                Ok(None) if file.flags.get().contains(OpenFlags::NONBLOCK) => {
                    return if written > 0 { Ok(written) } else { Err(Errno::EAGAIN) };
                }
                Ok(None) => {}
                Err(errno) => {
                    self.signal_self(Signal::PIPE).await;
                    return Err(errno);
                }
            }
            let waited = self.block(BlockedOn::Pipe, |cx| {
                if pipe.has_room_for(bytes.len() - written) {
                    return Some(());
                }
                pipe.changed.register(cx.waker());
                None
            });
            if waited.await.is_err() {
                return if written > 0 { Ok(written) } else { Err(Errno::EINTR) };
            }
        }
    }

    /// Hands output to the host.
    fn emit(&self, pid: ProcessId, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let at = self.now();
        self.state.machine.emit(&self.state.sandbox, Output { pid, stream, bytes: bytes.into(), at });
    }
}
