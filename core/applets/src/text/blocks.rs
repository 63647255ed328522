//! The bytes of several operands as one run of blocks, for the dumps.

use bstr::{BString, ByteSlice};
use kernel::{Fd, Process};

use crate::frame::{say, stream};

/// Reads operands one after the other; what cannot be opened is said and left out.
pub(super) struct Blocks {
    waiting: std::vec::IntoIter<BString>,
    open: Option<Fd>,
    buffer: Vec<u8>,
    taken: usize,
    left: u64,
    /// Whether an operand could not be opened.
    pub(super) failed: bool,
    /// Whether an operand could be opened.
    pub(super) opened: bool,
}

impl Blocks {
    /// At most `limit` bytes of the operands, of standard input when there is none.
    pub(super) fn new(operands: Vec<BString>, limit: u64) -> Blocks {
        let waiting = stream::or_stdin(operands).into_iter();
        Blocks {
            waiting,
            open: None,
            buffer: Vec::new(),
            taken: 0,
            left: limit,
            failed: false,
            opened: false,
        }
    }

    /// Skips bytes, which the limit does not count; how many there were.
    pub(super) async fn skip(&mut self, p: &mut Process, count: u64) -> u64 {
        let limit = std::mem::replace(&mut self.left, u64::MAX);
        let mut skipped = 0;
        while skipped < count {
            let size = usize::try_from(count - skipped).unwrap_or(usize::MAX).min(stream::CHUNK);
            let block = self.next(p, size).await;
            skipped += block.len() as u64;
            if block.is_empty() {
                break;
            }
        }
        self.left = limit;
        skipped
    }

    /// The next block; a short one is the last.
    pub(super) async fn next(&mut self, p: &mut Process, size: usize) -> Vec<u8> {
        let size = size.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        p.tick(1).await;
        while self.buffer.len() - self.taken < size {
            if !self.fill(p).await {
                break;
            }
        }
        let end = self.buffer.len().min(self.taken + size);
        let block = self.buffer[self.taken..end].to_vec();
        self.taken = end;
        self.left -= block.len() as u64;
        block
    }

    async fn fill(&mut self, p: &mut Process) -> bool {
        loop {
            let Some(fd) = self.open else {
                let Some(name) = self.waiting.next() else { return false };
                match stream::open(p, name.as_bstr()).await {
                    Ok(fd) => {
                        self.open = Some(fd);
                        self.opened = true;
                    }
                    Err(errno) => {
                        say::errno(p, &name, errno).await;
                        self.failed = true;
                    }
                }
                continue;
            };
            // stdio's readers take an error for the end of the file.
            let chunk = p.read(fd, stream::CHUNK).await.unwrap_or_default();
            if chunk.is_empty() {
                stream::close(p, fd);
                self.open = None;
                continue;
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            self.buffer.extend_from_slice(&chunk);
            return true;
        }
    }
}
