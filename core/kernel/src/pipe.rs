use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use vfs::Errno;

use crate::ready::WaitQueue;

/// Writes of at most this many bytes are never split (`PIPE_BUF`), and no write goes in smaller pieces.
const ATOMIC: usize = 4096;

/// A bounded byte queue with counted ends: a pipe, a FIFO, one direction of a socket, or standard input.
pub(crate) struct Pipe {
    pub(crate) id: u64,
    capacity: usize,
    data: RefCell<VecDeque<u8>>,
    readers: Cell<u32>,
    writers: Cell<u32>,
    /// How often each end was opened, for the rendezvous of `open(2)` on a FIFO.
    pub(crate) reader_opens: Cell<u64>,
    pub(crate) writer_opens: Cell<u64>,
    pub(crate) changed: WaitQueue,
    /// Whether the writing end belongs to the world outside the simulation.
    pub(crate) from_outside: bool,
}

impl Pipe {
    pub(crate) fn new(id: u64, capacity: usize) -> Rc<Pipe> {
        Rc::new(Pipe::bare(id, capacity, false))
    }

    /// Standard input that the host feeds: unbounded, for the host decides how much there is.
    pub(crate) fn outside(id: u64) -> Rc<Pipe> {
        Rc::new(Pipe::bare(id, usize::MAX, true))
    }

    /// One direction of a connection that crosses the border: whoever carries the bytes decides how many.
    pub(crate) fn unbounded(id: u64) -> Rc<Pipe> {
        Rc::new(Pipe::bare(id, usize::MAX, false))
    }

    fn bare(id: u64, capacity: usize, from_outside: bool) -> Pipe {
        Pipe {
            id,
            capacity,
            data: RefCell::default(),
            readers: Cell::new(0),
            writers: Cell::new(0),
            reader_opens: Cell::new(0),
            writer_opens: Cell::new(0),
            changed: WaitQueue::default(),
            from_outside,
        }
    }

    /// Bytes that are there, or an empty vector at the end; none when a reader has to wait.
    pub(crate) fn try_read(&self, max: usize) -> Option<Vec<u8>> {
        let mut data = self.data.borrow_mut();
        if data.is_empty() {
            return (self.writers.get() == 0 || max == 0).then(Vec::new);
        }
        let count = max.min(data.len());
        let bytes = if count == data.len() {
            Vec::from(std::mem::take(&mut *data))
        } else {
            data.drain(..count).collect()
        };
        drop(data);
        self.changed.wake_all();
        Some(bytes)
    }

    /// How many bytes went in; none when the writer has to wait; `EPIPE` when nobody can ever read.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> Result<Option<usize>, Errno> {
        if self.readers.get() == 0 {
            return Err(Errno::EPIPE);
        }
        let mut data = self.data.borrow_mut();
        let room = self.capacity - data.len();
        if room < bytes.len().min(ATOMIC) {
            return Ok(None);
        }
        let count = room.min(bytes.len());
        data.extend(&bytes[..count]);
        drop(data);
        self.changed.wake_all();
        Ok(Some(count))
    }

    /// Whether a write of `len` bytes would not wait.
    pub(crate) fn has_room_for(&self, len: usize) -> bool {
        let room = self.capacity - self.data.borrow().len();
        self.readers.get() == 0 || room >= len.min(ATOMIC)
    }

    /// Whether a read would not wait.
    pub(crate) fn is_readable(&self) -> bool {
        self.writers.get() == 0 || !self.data.borrow().is_empty()
    }

    pub(crate) fn has_readers(&self) -> bool {
        self.readers.get() > 0
    }

    pub(crate) fn has_writers(&self) -> bool {
        self.writers.get() > 0
    }
}

/// A counted reading end.
pub(crate) struct ReadEnd(pub(crate) Rc<Pipe>);

impl ReadEnd {
    pub(crate) fn new(pipe: &Rc<Pipe>) -> Self {
        pipe.readers.set(pipe.readers.get() + 1);
        pipe.reader_opens.set(pipe.reader_opens.get() + 1);
        pipe.changed.wake_all();
        ReadEnd(Rc::clone(pipe))
    }
}

impl Drop for ReadEnd {
    fn drop(&mut self) {
        self.0.readers.set(self.0.readers.get() - 1);
        self.0.changed.wake_all();
    }
}

/// A counted writing end.
pub(crate) struct WriteEnd(pub(crate) Rc<Pipe>);

impl WriteEnd {
    pub(crate) fn new(pipe: &Rc<Pipe>) -> Self {
        pipe.writers.set(pipe.writers.get() + 1);
        pipe.writer_opens.set(pipe.writer_opens.get() + 1);
        pipe.changed.wake_all();
        WriteEnd(Rc::clone(pipe))
    }
}

impl Drop for WriteEnd {
    fn drop(&mut self) {
        self.0.writers.set(self.0.writers.get() - 1);
        self.0.changed.wake_all();
    }
}
