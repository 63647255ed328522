//! Datagram sockets within one sandbox: UDP on loopback, and Unix sockets at paths.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use vfs::{Device, Errno, FileType, Follow, Mode, Place};

use crate::file::{FileKind, OpenFile};
use crate::process::Process;
use crate::ready::WaitQueue;
use crate::sandbox::Sandbox;
use crate::state::BlockedOn;
use crate::{Fd, OpenFlags};

/// Messages that wait to be read; more are dropped, as UDP does.
const BACKLOG: usize = 256;
/// The first port that is given to who names none.
const EPHEMERAL: u16 = 32_768;

/// What a socket is bound to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    Port(u16),
    Path(Place),
}

/// The bound sockets of a sandbox.
pub(crate) type Mailboxes = RefCell<BTreeMap<Name, Rc<Mailbox>>>;

/// What waits for a socket's reader.
#[derive(Default)]
pub(crate) struct Mailbox {
    messages: RefCell<VecDeque<(Option<u16>, Vec<u8>)>>,
    changed: WaitQueue,
}

/// An open socket; its name is free again when it is dropped.
pub(crate) struct MailEnd {
    mailbox: Rc<Mailbox>,
    name: Option<Name>,
    peer: Cell<Option<Name>>,
    /// The last message met nobody.
    refused: Cell<bool>,
    sandbox: Rc<Sandbox>,
}

impl MailEnd {
    /// Whether a read would not wait.
    pub(crate) fn has_mail(&self) -> bool {
        self.refused.get() || !self.mailbox.messages.borrow().is_empty()
    }

    pub(crate) fn changed(&self) -> &WaitQueue {
        &self.mailbox.changed
    }
}

impl Drop for MailEnd {
    fn drop(&mut self) {
        if let Some(name) = self.name {
            self.sandbox.mailboxes.borrow_mut().remove(&name);
        }
    }
}

impl Process {
    /// A UDP socket on a port of the sandbox; 0 chooses one. `EADDRINUSE` when it is taken.
    pub fn bind_datagram(&mut self, port: u16) -> Result<Fd, Errno> {
        self.charge_steps(1);
        let mailboxes = self.state.sandbox.mailboxes.borrow();
        let is_free = |port: &u16| !mailboxes.contains_key(&Name::Port(*port));
        let port = if port == 0 { (EPHEMERAL..).find(is_free) } else { Some(port).filter(is_free) };
        drop(mailboxes);
        self.install_mailbox(Some(Name::Port(port.ok_or(Errno::EADDRINUSE)?)))
    }

    /// A Unix datagram socket at a path, which is made with `mode` less the umask. `EADDRINUSE` when the path is
    /// there already; it stays when the socket is closed.
    pub fn bind_datagram_at(&mut self, path: impl AsRef<[u8]>, mode: Mode) -> Result<Fd, Errno> {
        let path = path.as_ref();
        self.mknod(path, FileType::Socket, mode, Device { major: 0, minor: 0 }).map_err(
            |errno| match errno {
                Errno::EEXIST => Errno::EADDRINUSE,
                other => other,
            },
        )?;
        let place = self.place(path, Follow::Yes)?;
        self.install_mailbox(Some(Name::Path(place)))
    }

    /// A Unix datagram socket that writes to the one at a path. `ECONNREFUSED` when nobody has it open.
    pub fn connect_datagram_at(&mut self, path: impl AsRef<[u8]>) -> Result<Fd, Errno> {
        let place = self.place(path.as_ref(), Follow::Yes)?;
        self.check_access(place, vfs::Access::WRITE)?;
        let peer = Name::Path(place);
        if !self.state.sandbox.mailboxes.borrow().contains_key(&peer) {
            return Err(Errno::ECONNREFUSED);
        }
        let fd = self.install_mailbox(None)?;
        self.set_peer(fd, peer)?;
        Ok(fd)
    }

    /// What is written to a UDP socket goes to this port of the sandbox, and only what comes from there is read.
    pub fn connect_datagram(&mut self, fd: Fd, port: u16) -> Result<(), Errno> {
        self.set_peer(fd, Name::Port(port))
    }

    /// Waits for a message: the port that it comes from (none for Unix sockets), and what it says.
    pub async fn receive_from(&mut self, fd: Fd, max: usize) -> Result<(Option<u16>, Vec<u8>), Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        let FileKind::Datagram(end) = &file.kind else { return Err(Errno::ENOTSOCK) };
        self.receive_datagram(&file, end, max).await
    }

    /// Which port the message that waits comes from; none if there is no message, or no port.
    pub fn next_sender(&self, fd: Fd) -> Option<u16> {
        match &self.file(fd).ok()?.kind {
            FileKind::Datagram(end) => end.mailbox.messages.borrow().front()?.0,
            _ => None,
        }
    }

    fn set_peer(&self, fd: Fd, peer: Name) -> Result<(), Errno> {
        match &self.file(fd)?.kind {
            FileKind::Datagram(end) => {
                end.peer.set(Some(peer));
                Ok(())
            }
            _ => Err(Errno::ENOTSOCK),
        }
    }

    fn install_mailbox(&mut self, name: Option<Name>) -> Result<Fd, Errno> {
        let mailbox = Rc::new(Mailbox::default());
        let sandbox = Rc::clone(&self.state.sandbox);
        if let Some(name) = name {
            sandbox.mailboxes.borrow_mut().insert(name, Rc::clone(&mailbox));
        }
        let end = MailEnd { mailbox, name, peer: Cell::new(None), refused: Cell::new(false), sandbox };
        let path = format!("socket:[{}]", self.state.machine.serial());
        self.install(OpenFile::new(FileKind::Datagram(end), OpenFlags::RDWR, path))
    }

    pub(crate) fn send_datagram(&self, end: &MailEnd, bytes: &[u8]) -> Result<usize, Errno> {
        let peer = end.peer.get().ok_or(Errno::EDESTADDRREQ)?;
        if end.refused.take() {
            return Err(Errno::ECONNREFUSED);
        }
        let mailbox = self.state.sandbox.mailboxes.borrow().get(&peer).cloned();
        let own = match end.name {
            Some(Name::Port(port)) => Some(port),
            _ => None,
        };
        match (mailbox, peer) {
            (Some(mailbox), _) => {
                let mut messages = mailbox.messages.borrow_mut();
                if messages.len() < BACKLOG {
                    messages.push_back((own, bytes.to_vec()));
                }
                drop(messages);
                mailbox.changed.wake_all();
            }
            (None, Name::Path(_)) => return Err(Errno::ECONNREFUSED),
            // The answer that nobody is there comes after the message.
            (None, Name::Port(_)) => {
                end.refused.set(true);
                end.mailbox.changed.wake_all();
            }
        }
        Ok(bytes.len())
    }

    /// The next message, cut to `max` bytes.
    pub(crate) async fn receive_datagram(
        &self,
        file: &OpenFile,
        end: &MailEnd,
        max: usize,
    ) -> Result<(Option<u16>, Vec<u8>), Errno> {
        let attempt = || {
            if end.refused.take() {
                return Some(Err(Errno::ECONNREFUSED));
            }
            let mut messages = end.mailbox.messages.borrow_mut();
            loop {
                let (from, mut bytes) = messages.pop_front()?;
                let wanted = match end.peer.get() {
                    Some(Name::Port(port)) => from == Some(port),
                    _ => true,
                };
                if wanted {
                    bytes.truncate(max);
                    return Some(Ok((from, bytes)));
                }
            }
        };
        if file.flags.get().contains(OpenFlags::NONBLOCK) {
            return attempt().unwrap_or(Err(Errno::EAGAIN));
        }
        self.block(BlockedOn::Connection, |cx| {
            let message = attempt();
            if message.is_none() {
                end.mailbox.changed.register(cx.waker());
            }
            message
        })
        .await?
    }
}
