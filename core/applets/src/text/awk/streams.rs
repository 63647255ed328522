//! Files and commands that a program reads and writes.

use std::collections::BTreeMap;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Exit, ExitStatus, Fd, Pid, Process, WaitFlags, WaitFor};
use pattern::Regex;
use vfs::Errno;

use crate::frame::stream::{self, STDIN, STDOUT};

/// The bytes that are gathered before they are written.
const BUFFER: usize = 4096;

/// What ends a record.
pub(super) enum Separator {
    Byte(u8),
    /// Empty lines.
    Paragraph,
    Regex(Rc<Regex>),
}

/// An input that is read record by record.
pub(super) struct Reader {
    pub(super) fd: Fd,
    buffer: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Reader {
    pub(super) fn new(fd: Fd) -> Reader {
        Reader { fd, buffer: Vec::new(), taken: 0, ended: false }
    }

    /// The next record, its separator removed; `None` at the end.
    pub(super) async fn record(
        &mut self,
        p: &mut Process,
        separator: &Separator,
    ) -> Result<Option<Rc<[u8]>>, Errno> {
        if let Separator::Paragraph = separator {
            self.skip_newlines(p).await?;
        }
        let mut searched = 0;
        loop {
            let waiting = &self.buffer[self.taken..];
            if let Some((end, next)) = self.find(separator, searched) {
                let record = Rc::from(&waiting[..end]);
                self.taken += next;
                return Ok(Some(record));
            }
            if self.ended {
                if waiting.is_empty() {
                    return Ok(None);
                }
                let record = Rc::from(waiting);
                self.taken = self.buffer.len();
                return Ok(Some(record));
            }
            searched = waiting.len();
            self.fill(p).await?;
        }
    }

    /// The end of the first record that is waiting and the start of the next; the first `searched` bytes have no
    /// separator of one byte.
    fn find(&self, separator: &Separator, searched: usize) -> Option<(usize, usize)> {
        let waiting = &self.buffer[self.taken..];
        match separator {
            Separator::Byte(b'\n') => {
                // A NUL ends a line, too.
                let at = searched + waiting[searched..].find_byteset(b"\n\0")?;
                Some((at, at + 1))
            }
            Separator::Byte(byte) => {
                let at = searched + waiting[searched..].find_byte(*byte)?;
                Some((at, at + 1))
            }
            Separator::Paragraph => {
                let at = waiting.find(b"\n\n")?;
                let blank = waiting[at..].iter().take_while(|byte| **byte == b'\n').count();
                let whole = self.ended || at + blank < waiting.len();
                whole.then_some((at, at + blank))
            }
            Separator::Regex(regex) => {
                let found = regex.find(waiting, 0, false).filter(|found| found.start() < found.end())?;
                // A match that ends where the buffer does may be longer.
                (self.ended || found.end() < waiting.len()).then_some((found.start(), found.end()))
            }
        }
    }

    async fn skip_newlines(&mut self, p: &mut Process) -> Result<(), Errno> {
        loop {
            let newlines = self.buffer[self.taken..].iter().take_while(|byte| **byte == b'\n').count();
            self.taken += newlines;
            if self.ended || self.taken < self.buffer.len() {
                return Ok(());
            }
            self.fill(p).await?;
        }
    }

    async fn fill(&mut self, p: &mut Process) -> Result<(), Errno> {
        let chunk = p.read(self.fd, stream::CHUNK).await?;
        self.ended = chunk.is_empty();
        self.buffer.drain(..self.taken);
        self.taken = 0;
        p.hold_memory(self.buffer.len() as u64, (self.buffer.len() + chunk.len()) as u64);
        self.buffer.extend_from_slice(&chunk);
        Ok(())
    }
}

/// What a name stands for.
enum Stream {
    Input(Reader, Option<Pid>),
    Output(Fd, Vec<u8>, Option<Pid>),
}

/// All that is open, by name.
#[derive(Default)]
pub(super) struct Streams {
    open: BTreeMap<BString, Stream>,
}

/// How an output begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Truncate,
    Append,
    Command,
}

impl Streams {
    /// Writes to a file or command, which is opened when it is not yet.
    pub(super) async fn write(
        &mut self,
        p: &mut Process,
        name: &[u8],
        begin: Begin,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        if name == b"/dev/stdout" && begin != Begin::Command {
            return p.print(bytes).await;
        }
        if name == b"/dev/stderr" && begin != Begin::Command {
            p.flush().await?;
            p.eprint(bytes).await;
            return Ok(());
        }
        if !self.open.contains_key(name.as_bstr()) {
            let stream = open_output(p, name, begin).await?;
            self.open.insert(name.into(), stream);
        }
        if let Some(Stream::Output(fd, buffer, _)) = self.open.get_mut(name.as_bstr()) {
            buffer.extend_from_slice(bytes);
            if buffer.len() >= BUFFER {
                let bytes = std::mem::take(buffer);
                p.write_all(*fd, &bytes).await?;
            }
        }
        Ok(())
    }

    /// The reader of a file or command, opened when it is not yet.
    pub(super) async fn reader(
        &mut self,
        p: &mut Process,
        name: &[u8],
        command: bool,
    ) -> Result<&mut Reader, Errno> {
        if !self.open.contains_key(name.as_bstr()) {
            let stream = if command {
                let (fd, pid) = start(p, name, STDOUT).await?;
                Stream::Input(Reader::new(fd), Some(pid))
            } else {
                let is_stdin = matches!(name, b"-" | b"/dev/stdin");
                let fd = if is_stdin { STDIN } else { stream::open(p, name.as_bstr()).await? };
                if !is_stdin {
                    p.set_cloexec(fd, true)?;
                }
                Stream::Input(Reader::new(fd), None)
            };
            self.open.insert(name.into(), stream);
        }
        match self.open.get_mut(name.as_bstr()) {
            Some(Stream::Input(reader, _)) => Ok(reader),
            _ => Err(Errno::EBADF),
        }
    }

    /// Writes out what is gathered for one name, or for all.
    pub(super) async fn flush(&mut self, p: &mut Process, only: Option<&[u8]>) {
        for (name, stream) in &mut self.open {
            if let Stream::Output(fd, buffer, _) = stream
                && only.is_none_or(|only| only == name.as_slice())
            {
                let bytes = std::mem::take(buffer);
                // Who does not read any more gets SIGPIPE's answer, not ours.
                let _ = p.write_all(*fd, &bytes).await;
            }
        }
    }

    /// Closes a stream: the raw status of its command, 0 for a file and for what is not open.
    pub(super) async fn close(&mut self, p: &mut Process, name: &[u8]) -> u32 {
        self.flush(p, Some(name)).await;
        let (fd, pid) = match self.open.remove(name.as_bstr()) {
            None => return 0,
            Some(Stream::Input(reader, pid)) => (reader.fd, pid),
            Some(Stream::Output(fd, _, pid)) => (fd, pid),
        };
        stream::close(p, fd);
        match pid {
            None => 0,
            Some(pid) => match p.wait(WaitFor::Pid(pid), WaitFlags::default()).await {
                Ok((_, ExitStatus::Exited(status))) => u32::from(status) << 8,
                Ok((_, ExitStatus::Signaled(signal))) => u32::from(signal.number()),
                Err(_) => 0,
            },
        }
    }

    /// Closes all.
    pub(super) async fn close_all(&mut self, p: &mut Process) {
        while let Some(name) = self.open.keys().next().cloned() {
            self.close(p, &name).await;
        }
    }
}

async fn open_output(p: &mut Process, name: &[u8], begin: Begin) -> Result<Stream, Errno> {
    use kernel::OpenFlags;
    let flags = match begin {
        Begin::Command => {
            let (fd, pid) = start(p, name, STDIN).await?;
            return Ok(Stream::Output(fd, Vec::new(), Some(pid)));
        }
        Begin::Truncate => OpenFlags::OUTPUT,
        Begin::Append => OpenFlags::APPENDING,
    };
    let fd = p.open(name, flags | OpenFlags::CLOEXEC, vfs::Mode::new(0o666)).await?;
    Ok(Stream::Output(fd, Vec::new(), None))
}

/// Starts a shell command with its end of a pipe as `end`; our end of the pipe and the child.
async fn start(p: &mut Process, command: &[u8], end: Fd) -> Result<(Fd, Pid), Errno> {
    p.flush().await?;
    let (read, write) = p.pipe()?;
    let (ours, theirs) = if end == STDIN { (write, read) } else { (read, write) };
    p.set_cloexec(ours, true)?;
    let argv: Vec<BString> = vec!["sh".into(), "-c".into(), command.into()];
    let pid = p.fork(|mut child| async move {
        let placed = child.dup2(theirs, end).and_then(|_| child.close(theirs));
        let env = child.env().clone();
        match placed {
            Ok(()) => child.exec("/bin/sh", &argv, &env).await.unwrap_or(Exit(127)),
            Err(_) => Exit(127),
        }
    })?;
    p.close(theirs)?;
    Ok((ours, pid))
}
