use std::rc::Rc;
use std::time::Duration;

use vfs::Errno;

use super::Process;
use super::blocking::Alarm;
use crate::device::Device;
use crate::file::{FileKind, OpenFile};
use crate::pipe::Pipe;
use crate::signal_delivery::Origin;
use crate::state::BlockedOn;
use crate::tty::Tty;
use crate::{Action, Fd, Limit, OpenFlags, Signal};

/// Bytes that one step of work moves.
pub(crate) const STEP_BYTES: usize = 1024;

impl Process {
    /// Reads up to `max` bytes; an empty vector is the end. Waits while there is nothing to read but may be later.
    pub async fn read(&mut self, fd: Fd, max: usize) -> Result<Vec<u8>, Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        if !file.flags.get().readable() {
            return Err(Errno::EBADF);
        }
        let bytes = match &file.kind {
            FileKind::Regular(node) => {
                let (place, offset) = (node.place(), file.offset.get());
                let bytes = self.with_tree(place, |tree| tree.read(place.ino, offset, max))?;
                file.offset.set(offset + bytes.len() as u64);
                bytes
            }
            FileKind::Directory(_) => return Err(Errno::EISDIR),
            FileKind::Pipe { reader, .. } => {
                let pipe = &reader.as_ref().ok_or(Errno::EBADF)?.0;
                self.read_pipe(&file, pipe, max).await?
            }
            FileKind::Connection { reader, .. } => self.read_pipe(&file, &reader.0, max).await?,
            FileKind::Device { device, .. } => self.read_device(*device, max)?,
            FileKind::Terminal { tty, .. } => self.read_terminal(&file, tty, max).await?,
            FileKind::Capture { .. } => return Err(Errno::EBADF),
            FileKind::Listener(_) => return Err(Errno::ENOTCONN),
            FileKind::Datagram(end) => self.receive_datagram(&file, end, max).await?.1,
        };
        self.charge_steps((bytes.len() / STEP_BYTES) as u32);
        Ok(bytes)
    }

    async fn read_pipe(&self, file: &OpenFile, pipe: &Rc<Pipe>, max: usize) -> Result<Vec<u8>, Errno> {
        if file.flags.get().contains(OpenFlags::NONBLOCK) {
            return pipe.try_read(max).ok_or(Errno::EAGAIN);
        }
        let on = if pipe.from_outside { BlockedOn::Stdin } else { BlockedOn::Pipe };
        self.block(on, |cx| {
            let bytes = pipe.try_read(max);
            if bytes.is_none() {
                pipe.changed.register(cx.waker());
            }
            bytes
        })
        .await
    }

    fn read_device(&self, device: Device, max: usize) -> Result<Vec<u8>, Errno> {
        let limits = &self.state.sandbox.limits;
        if device != Device::Null && max as u64 > limits.memory {
            self.state.sandbox.hit(&self.state.machine, Limit::Memory);
            return Err(Errno::ENOMEM);
        }
        Ok(device.read(&self.state.machine, max))
    }

    async fn read_terminal(&mut self, file: &OpenFile, tty: &Rc<Tty>, max: usize) -> Result<Vec<u8>, Errno> {
        loop {
            self.await_foreground(tty).await?;
            if file.flags.get().contains(OpenFlags::NONBLOCK) {
                return tty.try_read(max).ok_or(Errno::EAGAIN);
            }
            let read = self.block(BlockedOn::Stdin, |cx| {
                if tty.foreground.get() != self.state.group.get() {
                    // It was put into the background while it waited.
                    return Some(None);
                }
                let bytes = tty.try_read(max);
                if bytes.is_none() {
                    tty.changed.register(cx.waker());
                }
                bytes.map(Some)
            });
            if let Some(bytes) = read.await? {
                return Ok(bytes);
            }
        }
    }

    /// Only the foreground reads: the groups of others are stopped by `SIGTTIN`, or they are refused.
    async fn await_foreground(&mut self, tty: &Tty) -> Result<(), Errno> {
        while tty.foreground.get() != self.state.group.get() {
            self.state.sandbox.signal_group(self.state.group.get(), Signal::TTIN, Origin::Inside);
            match self.state.action(Signal::TTIN) {
                Action::Default => self.yield_now().await,
                Action::Ignore => return Err(Errno::EIO),
                Action::Catch => return Err(Errno::EINTR),
            }
        }
        Ok(())
    }

    /// Reads until the end.
    pub async fn read_to_end(&mut self, fd: Fd) -> Result<Vec<u8>, Errno> {
        let mut all = Vec::new();
        loop {
            let bytes = self.read(fd, 64 << 10).await?;
            if bytes.is_empty() {
                return Ok(all);
            }
            all.extend_from_slice(&bytes);
            if all.len() as u64 > self.state.sandbox.limits.memory {
                self.state.sandbox.hit(&self.state.machine, Limit::Memory);
            }
        }
    }

    /// Waits until a read would not wait, or for a time at most; tells which came first. What is neither a pipe, a
    /// terminal nor a socket is always ready.
    pub async fn wait_readable(&mut self, fd: Fd, timeout: Option<Duration>) -> Result<bool, Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        let mut alarm = timeout.map(|timeout| Alarm::new(self, timeout));
        let on = match (&alarm, &file.kind) {
            (Some(_), _) => BlockedOn::Clock,
            (None, FileKind::Terminal { .. }) => BlockedOn::Stdin,
            (None, FileKind::Pipe { reader: Some(end), .. }) if end.0.from_outside => BlockedOn::Stdin,
            _ => BlockedOn::Pipe,
        };
        self.block(on, |cx| {
            let (ready, changed) = match &file.kind {
                FileKind::Pipe { reader: Some(end), .. } | FileKind::Connection { reader: end, .. } => {
                    (end.0.is_readable(), &end.0.changed)
                }
                FileKind::Terminal { tty, .. } => (tty.is_readable(), &tty.changed),
                FileKind::Listener(end) => (end.has_waiting(), end.changed()),
                FileKind::Datagram(end) => (end.has_mail(), end.changed()),
                _ => return Some(true),
            };
            if ready {
                return Some(true);
            }
            changed.register(cx.waker());
            alarm.as_mut()?.check(cx).map(|()| false)
        })
        .await
    }
}
