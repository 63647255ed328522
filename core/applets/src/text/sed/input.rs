use std::collections::VecDeque;

use bstr::{BString, ByteSlice};
use kernel::{Fd, Process};

use crate::frame::{say, stream};

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Newline,
    /// A NUL ends a line too.
    Nul,
    /// A NUL, and the file ended.
    LastNul,
    /// The file ended.
    Missing,
}

/// A line without what ended it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: BString,
    pub(super) ending: Ending,
}

/// The lines of all input files, one after the other.
pub(super) struct Input {
    names: VecDeque<BString>,
    open: Option<Fd>,
    pending: Vec<u8>,
    taken: usize,
    failed: bool,
}

impl Input {
    pub(super) fn new(names: Vec<BString>) -> Input {
        Input { names: names.into(), open: None, pending: Vec::new(), taken: 0, failed: false }
    }

    /// Whether a file could not be read.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// The next line, of the next file when one ends.
    pub(super) async fn next(&mut self, p: &mut Process) -> Option<Line> {
        loop {
            let fd = match self.open {
                Some(fd) => fd,
                None => self.open_next(p).await?,
            };
            if let Some(mut line) = self.take_line() {
                if line.ending == Ending::Nul && self.at_end(p, fd).await {
                    line.ending = Ending::LastNul;
                }
                return Some(line);
            }
            let chunk = match p.read(fd, stream::CHUNK).await {
                Ok(chunk) => chunk,
                Err(errno) => {
                    self.failed = true;
                    say::errno(p, "read error", errno).await;
                    Vec::new()
                }
            };
            self.pending.drain(..self.taken);
            self.taken = 0;
            if chunk.is_empty() {
                stream::close(p, fd);
                self.open = None;
                if !self.pending.is_empty() {
                    let text = std::mem::take(&mut self.pending).into();
                    return Some(Line { text, ending: Ending::Missing });
                }
            }
            self.pending.extend_from_slice(&chunk);
        }
    }

    /// Whether nothing is left of the open file.
    async fn at_end(&mut self, p: &mut Process, fd: Fd) -> bool {
        if self.taken == self.pending.len() {
            // An error is met again by the next read.
            self.pending = p.read(fd, stream::CHUNK).await.unwrap_or_default();
            self.taken = 0;
        }
        self.pending.is_empty()
    }

    fn take_line(&mut self) -> Option<Line> {
        let waiting = &self.pending[self.taken..];
        let end = waiting.find_byteset(b"\n\0")?;
        let ending = if waiting[end] == 0 { Ending::Nul } else { Ending::Newline };
        let text = BString::from(&waiting[..end]);
        self.taken += end + 1;
        Some(Line { text, ending })
    }

    async fn open_next(&mut self, p: &mut Process) -> Option<Fd> {
        loop {
            let name = self.names.pop_front()?;
            match stream::open(p, name.as_bstr()).await {
                Ok(fd) => {
                    self.open = Some(fd);
                    return Some(fd);
                }
                Err(errno) => {
                    self.failed = true;
                    say::errno(p, &name, errno).await;
                }
            }
        }
    }
}
