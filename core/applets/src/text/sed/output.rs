use kernel::{Exit, Fd, Process};

use super::input::Ending;
use crate::frame::say;

/// Bytes kept before they are written to a file.
const BUFFER: usize = 4096;

/// Where lines go: standard output or a file.
pub(super) struct Sink {
    fd: Option<Fd>,
    buffer: Vec<u8>,
    /// The last line lacks its newline; it gets one when another line follows.
    open_line: bool,
}

impl Sink {
    pub(super) fn stdout() -> Sink {
        Sink { fd: None, buffer: Vec::new(), open_line: false }
    }

    pub(super) fn file(fd: Fd) -> Sink {
        Sink { fd: Some(fd), buffer: Vec::new(), open_line: false }
    }

    /// Prints a line, ended the way that its input line was.
    pub(super) async fn line(&mut self, p: &mut Process, text: &[u8], ending: Ending) -> Result<(), Exit> {
        let mut bytes = Vec::with_capacity(text.len() + 2);
        if self.open_line {
            bytes.push(b'\n');
            self.open_line = false;
        }
        bytes.extend_from_slice(text);
        match ending {
            Ending::Newline => bytes.push(b'\n'),
            Ending::Nul => bytes.push(0),
            Ending::LastNul => {
                bytes.push(0);
                self.open_line = true;
            }
            Ending::Missing => self.open_line = !text.is_empty(),
        }
        if self.fd.is_none() {
            return say::print(p, bytes).await;
        }
        self.buffer.extend_from_slice(&bytes);
        if self.buffer.len() >= BUFFER {
            self.flush(p).await?;
        }
        Ok(())
    }

    pub(super) async fn flush(&mut self, p: &mut Process) -> Result<(), Exit> {
        let Some(fd) = self.fd else { return Ok(()) };
        let bytes = std::mem::take(&mut self.buffer);
        match p.write_all(fd, &bytes).await {
            Ok(()) => Ok(()),
            Err(errno) => Err(say::die_errno(p, "write error", errno).await),
        }
    }
}
