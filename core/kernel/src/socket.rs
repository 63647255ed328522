//! Stream sockets within one sandbox: a port, a backlog, and two pipes per connection.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use vfs::Errno;

use crate::file::{FileKind, OpenFile};
use crate::pipe::{Pipe, ReadEnd, WriteEnd};
use crate::process::Process;
use crate::ready::WaitQueue;
use crate::sandbox::Sandbox;
use crate::state::BlockedOn;
use crate::{Fd, OpenFlags};

/// Connections that may wait to be accepted.
const BACKLOG: usize = 128;

/// A port that a process listens on.
pub(crate) struct Listener {
    port: u16,
    closed: Cell<bool>,
    waiting: RefCell<VecDeque<(ReadEnd, WriteEnd)>>,
    changed: WaitQueue,
}

/// The open end of a listener; the port is free again when it is dropped.
pub(crate) struct ListenEnd {
    listener: Rc<Listener>,
    sandbox: Rc<Sandbox>,
}

impl ListenEnd {
    /// Whether a connection waits to be accepted.
    pub(crate) fn has_waiting(&self) -> bool {
        !self.listener.waiting.borrow().is_empty()
    }

    pub(crate) fn changed(&self) -> &WaitQueue {
        &self.listener.changed
    }
}

impl Drop for ListenEnd {
    fn drop(&mut self) {
        self.listener.closed.set(true);
        self.sandbox.listeners.borrow_mut().remove(&self.listener.port);
        self.listener.waiting.borrow_mut().clear();
    }
}

impl Process {
    /// Listens on a TCP port of the sandbox. `EADDRINUSE` when it is taken, `EACCES` never: containers may bind
    /// low ports.
    pub fn listen(&mut self, port: u16) -> Result<Fd, Errno> {
        let sandbox = &self.state.sandbox;
        if sandbox.listeners.borrow().contains_key(&port) {
            return Err(Errno::EADDRINUSE);
        }
        let listener = Rc::new(Listener {
            port,
            closed: Cell::new(false),
            waiting: RefCell::default(),
            changed: WaitQueue::default(),
        });
        sandbox.listeners.borrow_mut().insert(port, Rc::clone(&listener));
        let end = ListenEnd { listener, sandbox: Rc::clone(sandbox) };
        let path = format!("socket:[{}]", self.state.machine.serial());
        self.install(OpenFile::new(FileKind::Listener(end), OpenFlags::RDWR, path))
    }

    /// The ports of the sandbox on which somebody listens, in order.
    pub fn listening(&self) -> Vec<u16> {
        self.state.sandbox.listeners.borrow().keys().copied().collect()
    }

    /// Connects to a port of the sandbox itself. `ECONNREFUSED` when nobody listens there.
    pub async fn connect(&mut self, port: u16) -> Result<Fd, Errno> {
        self.tick(1).await;
        let (near, far) = (self.new_pipe(), self.new_pipe());
        offer(&self.state.sandbox, port, || (ReadEnd::new(&near), WriteEnd::new(&far)))?;
        self.install(connection(ReadEnd::new(&far), WriteEnd::new(&near)))
    }

    /// Waits for a connection to a listening descriptor and opens it. `EINVAL` for any other descriptor.
    pub async fn accept(&mut self, fd: Fd) -> Result<Fd, Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        let FileKind::Listener(ListenEnd { listener, .. }) = &file.kind else { return Err(Errno::EINVAL) };
        let (reader, writer) = self
            .block(BlockedOn::Connection, |cx| {
                let next = listener.waiting.borrow_mut().pop_front();
                if next.is_none() {
                    listener.changed.register(cx.waker());
                }
                next
            })
            .await?;
        self.install(connection(reader, writer))
    }

    /// Ends the writing half of a connection; the other side reads its end. `ENOTSOCK` for other descriptors.
    pub fn shutdown_write(&mut self, fd: Fd) -> Result<(), Errno> {
        match &self.file(fd)?.kind {
            FileKind::Connection { writer, .. } => {
                let end = writer.take();
                drop(end);
                Ok(())
            }
            _ => Err(Errno::ENOTSOCK),
        }
    }

    pub(crate) fn new_pipe(&self) -> Rc<Pipe> {
        Pipe::new(self.state.machine.serial(), self.state.sandbox.limits.pipe)
    }
}

/// Puts a connection in front of a port. `ECONNREFUSED` when nobody listens there.
pub(crate) fn offer(
    sandbox: &Sandbox,
    port: u16,
    connection: impl FnOnce() -> (ReadEnd, WriteEnd),
) -> Result<(), Errno> {
    let listener = sandbox.listeners.borrow().get(&port).cloned();
    let listener = listener.filter(|open| !open.closed.get()).ok_or(Errno::ECONNREFUSED)?;
    if listener.waiting.borrow().len() >= BACKLOG {
        return Err(Errno::ETIMEDOUT);
    }
    listener.waiting.borrow_mut().push_back(connection());
    listener.changed.wake_all();
    Ok(())
}

pub(crate) fn connection(reader: ReadEnd, writer: WriteEnd) -> Rc<OpenFile> {
    let path = format!("socket:[{}]", reader.0.id);
    let kind = FileKind::Connection { reader, writer: RefCell::new(Some(writer)) };
    OpenFile::new(kind, OpenFlags::RDWR, path)
}
