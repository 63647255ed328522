use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bstr::BString;

use crate::datagram::MailEnd;
use crate::device::Device;
use crate::lock::Held;
use crate::output::Stream;
use crate::pin::Pinned;
use crate::pipe::{ReadEnd, WriteEnd};
use crate::socket::ListenEnd;
use crate::tty::Tty;
use crate::{OpenFlags, ProcessId};

/// An open file description: what descriptors share after dup and fork.
pub(crate) struct OpenFile {
    pub(crate) kind: FileKind,
    pub(crate) flags: Cell<OpenFlags>,
    pub(crate) offset: Cell<u64>,
    /// As `/proc/PID/fd` shows it.
    pub(crate) path: BString,
    pub(crate) lock: RefCell<Option<Held>>,
}

/// What is open.
pub(crate) enum FileKind {
    Regular(Pinned),
    Directory(Pinned),
    /// A pipe or FIFO, with the ends that the description holds.
    Pipe {
        reader: Option<ReadEnd>,
        writer: Option<WriteEnd>,
        node: Option<Pinned>,
    },
    Device {
        device: Device,
        node: Option<Pinned>,
    },
    Terminal {
        tty: Rc<Tty>,
        node: Option<Pinned>,
    },
    /// Output that the host captures.
    Capture {
        process: ProcessId,
        stream: Stream,
        serial: u64,
    },
    /// A port listened on.
    Listener(ListenEnd),
    /// A connected stream socket.
    Connection {
        reader: ReadEnd,
        writer: RefCell<Option<WriteEnd>>,
    },
    /// A datagram socket.
    Datagram(MailEnd),
}

impl OpenFile {
    pub(crate) fn new(kind: FileKind, flags: OpenFlags, path: impl Into<BString>) -> Rc<OpenFile> {
        Rc::new(OpenFile {
            kind,
            flags: Cell::new(flags),
            offset: Cell::new(0),
            path: path.into(),
            lock: RefCell::default(),
        })
    }

    /// The inode that it was opened by.
    pub(crate) fn node(&self) -> Option<&Pinned> {
        match &self.kind {
            FileKind::Regular(node) | FileKind::Directory(node) => Some(node),
            FileKind::Pipe { node, .. } | FileKind::Device { node, .. } | FileKind::Terminal { node, .. } => {
                node.as_ref()
            }
            FileKind::Capture { .. }
            | FileKind::Listener(_)
            | FileKind::Connection { .. }
            | FileKind::Datagram(_) => None,
        }
    }
}
