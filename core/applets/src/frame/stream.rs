//! Reading operands and copying streams.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Fd, OpenFlags, Process};
use vfs::{Errno, Mode};

use super::say;

/// The descriptor of standard input.
pub const STDIN: Fd = 0;
/// The descriptor of standard output.
pub const STDOUT: Fd = 1;

/// The bytes asked for in one read(2).
pub const CHUNK: usize = 64 * 1024;

/// The bytes of a line, about: what one step of fuel is worth where lines are taken by the batch.
const LINE: usize = 64;

/// Opens an operand for reading; `-` is standard input.
pub async fn open(p: &mut Process, name: &BStr) -> Result<Fd, Errno> {
    if name == "-" { Ok(STDIN) } else { p.open(name, OpenFlags::RDONLY, Mode::default()).await }
}

/// [`open`], or the message `NAME: can't open 'x': ...`.
pub async fn open_or_warn(p: &mut Process, name: &BStr) -> Option<Fd> {
    match open(p, name).await {
        Ok(fd) => Some(fd),
        Err(errno) => {
            say::errno(p, bytes!("can't open '{}'", name), errno).await;
            None
        }
    }
}

/// Closes what [`open`] opened; standard input stays open.
pub fn close(p: &mut Process, fd: Fd) {
    if fd != STDIN {
        // Closing a file that was only read cannot fail in a way that matters.
        let _ = p.close(fd);
    }
}

/// The operands, or `-` alone when there is none.
pub fn or_stdin(operands: Vec<BString>) -> Vec<BString> {
    if operands.is_empty() { vec!["-".into()] } else { operands }
}

/// Which side of a copy failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyError {
    /// read(2) failed.
    Read(Errno),
    /// write(2) failed.
    Write(Errno),
}

/// Copies up to `limit` bytes; the number of bytes copied.
pub async fn copy(p: &mut Process, from: Fd, to: Fd, limit: u64) -> Result<u64, CopyError> {
    let mut copied = 0;
    while copied < limit {
        let most = CHUNK.min(usize::try_from(limit - copied).unwrap_or(CHUNK));
        let chunk = p.read(from, most).await.map_err(CopyError::Read)?;
        if chunk.is_empty() {
            break;
        }
        p.write_all(to, &chunk).await.map_err(CopyError::Write)?;
        copied += chunk.len() as u64;
    }
    Ok(copied)
}

/// The whole of a stream.
pub async fn read_all(p: &mut Process, fd: Fd) -> Result<Vec<u8>, Errno> {
    let mut all = Vec::new();
    loop {
        let chunk = p.read(fd, CHUNK).await?;
        if chunk.is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(&chunk);
    }
}

/// The whole of an operand.
pub async fn read_operand(p: &mut Process, name: &BStr) -> Result<Vec<u8>, Errno> {
    let fd = open(p, name).await?;
    let all = read_all(p, fd).await;
    close(p, fd);
    all
}

/// Lines of a stream, read chunk by chunk.
#[derive(Debug)]
pub struct Lines {
    fd: Fd,
    pending: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Lines {
    /// The lines of `fd`, which stays the caller's to close.
    pub fn new(fd: Fd) -> Self {
        Self { fd, pending: Vec::new(), taken: 0, ended: false }
    }

    /// What was read beyond the last line; a new search begins with what comes after it.
    pub fn rest(&mut self) -> Vec<u8> {
        let rest = self.pending.split_off(self.taken);
        self.pending.clear();
        self.taken = 0;
        rest
    }

    /// The next line with its newline (the last one may have none); `None` at the end.
    pub async fn next(&mut self, p: &mut Process) -> Result<Option<BString>, Errno> {
        self.next_until(p, b'\n').await
    }

    /// All whole lines that are there, at least one, in one piece; the last of the input may lack its newline.
    /// `None` at the end.
    pub async fn batch(&mut self, p: &mut Process) -> Result<Option<Vec<u8>>, Errno> {
        loop {
            let waiting = &self.pending[self.taken..];
            let length = match waiting.rfind_byte(b'\n') {
                Some(at) => at + 1,
                None if self.ended => waiting.len(),
                None => 0,
            };
            if length > 0 {
                let batch = waiting[..length].to_vec();
                self.taken += length;
                p.tick(1 + u32::try_from(batch.len() / LINE).unwrap_or(u32::MAX)).await;
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            let chunk = p.read(self.fd, CHUNK).await?;
            self.ended = chunk.is_empty();
            self.pending.drain(..self.taken);
            self.taken = 0;
            self.pending.extend_from_slice(&chunk);
        }
    }

    /// Like [`Lines::next`] for records that end with another byte, as `-z` and `-0` want.
    pub async fn next_until(&mut self, p: &mut Process, end: u8) -> Result<Option<BString>, Errno> {
        let mut searched = 0;
        loop {
            let waiting = &self.pending[self.taken..];
            if let Some(at) = waiting[searched..].find_byte(end) {
                let line = BString::from(&waiting[..=searched + at]);
                self.taken += line.len();
                return Ok(Some(line));
            }
            searched = waiting.len();
            if self.ended {
                let line = BString::from(waiting);
                self.taken = self.pending.len();
                return Ok((!line.is_empty()).then_some(line));
            }
            let chunk = p.read(self.fd, CHUNK).await?;
            self.ended = chunk.is_empty();
            self.pending.drain(..self.taken);
            self.taken = 0;
            self.pending.extend_from_slice(&chunk);
        }
    }
}
