//! The lines of several operands, one after the other.

use bstr::{BString, ByteSlice};
use kernel::{Fd, Process};

use crate::frame::say;
use crate::frame::stream::{self, Lines};

/// Reads the lines of all operands as one stream; what cannot be opened is said and left out.
pub(super) struct Input {
    waiting: std::vec::IntoIter<BString>,
    open: Option<(Fd, Lines)>,
    /// Whether an operand could not be opened.
    pub(super) failed: bool,
}

impl Input {
    /// The lines of the operands, of standard input when there is none.
    pub(super) fn new(operands: Vec<BString>) -> Input {
        Input { waiting: stream::or_stdin(operands).into_iter(), open: None, failed: false }
    }

    /// The next line, with its newline if it has one.
    pub(super) async fn line(&mut self, p: &mut Process) -> Option<BString> {
        loop {
            if self.open.is_none() {
                let name = self.waiting.next()?;
                self.open(p, name).await;
                continue;
            }
            let (fd, lines) = self.open.as_mut()?;
            p.tick(1).await;
            // stdio's readers take an error for the end of the file.
            match lines.next(p).await {
                Ok(Some(line)) => return Some(line),
                _ => {
                    stream::close(p, *fd);
                    self.open = None;
                }
            }
        }
    }

    /// All lines that are there, in one piece: see [`Lines::batch`].
    pub(super) async fn batch(&mut self, p: &mut Process) -> Option<Vec<u8>> {
        loop {
            if self.open.is_none() {
                let name = self.waiting.next()?;
                self.open(p, name).await;
                continue;
            }
            let (fd, lines) = self.open.as_mut()?;
            match lines.batch(p).await {
                Ok(Some(batch)) => return Some(batch),
                _ => {
                    stream::close(p, *fd);
                    self.open = None;
                }
            }
        }
    }

    async fn open(&mut self, p: &mut Process, name: BString) {
        match stream::open(p, name.as_bstr()).await {
            Ok(fd) => self.open = Some((fd, Lines::new(fd))),
            Err(errno) => {
                say::errno(p, &name, errno).await;
                self.failed = true;
            }
        }
    }

    /// The exit status so far.
    pub(super) fn status(&self) -> u8 {
        u8::from(self.failed)
    }
}
