//! Where a program is read from: line by line, so that it runs as it comes.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::Mode;

use crate::frame::say;
use crate::frame::stream::{self, Lines};

/// A program text of which not all may be there yet.
pub(super) struct Source {
    /// What messages call it; standard input and options have no name.
    pub(super) name: Option<BString>,
    /// What has been read and not been taken.
    pub(super) text: Vec<u8>,
    /// The number of the first line of `text`.
    pub(super) line: usize,
    /// Whether `text` ends with the end of the program.
    pub(super) ended: bool,
}

impl Source {
    pub(super) fn stream(name: Option<BString>) -> Source {
        Source { name, text: Vec::new(), line: 1, ended: false }
    }

    pub(super) fn whole(text: &[u8]) -> Source {
        Source { name: None, text: text.to_vec(), line: 1, ended: true }
    }

    /// Adds a line, or learns that there is none.
    pub(super) async fn more_or_die(&mut self, p: &mut Process, lines: &mut Lines) -> Result<(), Exit> {
        say::flush(p).await?;
        match lines.next(p).await {
            Ok(Some(line)) => self.text.extend_from_slice(&line),
            Ok(None) => self.ended = true,
            Err(errno) => return Err(say::die_errno(p, "input error", errno).await),
        }
        Ok(())
    }

    /// Drops what has been understood.
    pub(super) fn take(&mut self, length: usize) {
        self.line += self.text[..length].find_iter(b"\n").count();
        self.text.drain(..length);
    }
}

/// Opens a program; `-` is a file like any other.
pub(super) async fn open(p: &mut Process, name: &BStr) -> Result<Fd, Exit> {
    match p.open(name, OpenFlags::RDONLY, Mode::default()).await {
        Ok(fd) => Ok(fd),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
    }
}

/// The lines of standard input, of which the program and `read()` both take.
pub(super) fn standard_input() -> Lines {
    Lines::new(stream::STDIN)
}

/// Prints a message, with the place in the program where the text has a name.
pub(super) async fn complain(p: &mut Process, source: &Source, line: usize, message: &[u8]) {
    match &source.name {
        None => say::error(p, message).await,
        Some(name) => {
            // The file stands where another message has the applet's own text.
            let _ = p.flush().await;
            let line = bytes!("{}: {}:{}: {}\n", say::name(p), name, line.to_string(), message);
            p.eprint(&line).await;
        }
    }
}
