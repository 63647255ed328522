//! paste.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::stream::{self, Lines};
use crate::frame::table::Ended;
use crate::frame::{escape, say};

pub(crate) const USAGE: &str = "[-d LIST] [-s] [FILE]...

Print the lines of FILEs side by side, with tabs between

	-d LIST	The characters of LIST in turn instead of tabs
	-s	One file after the other";

const OPTIONS: Options = Options::new(USAGE, "d:s");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let delimiters = opts.value('d').map_or_else(|| "\t".into(), |list| delimiters(list));
    if delimiters.is_empty() {
        return Err(say::die(p, "-d '' is not supported").await);
    }
    let mut files = Vec::new();
    for name in stream::or_stdin(opts.operands.clone()) {
        match stream::open(p, name.as_bstr()).await {
            Ok(fd) => files.push(fd),
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        }
    }
    // Operands that are the same descriptor share what was read ahead.
    let mut readers: Vec<(kernel::Fd, Lines)> = Vec::new();
    for fd in &files {
        if readers.iter().all(|(known, _)| known != fd) {
            readers.push((*fd, Lines::new(*fd)));
        }
    }
    let mut paste = Paste { delimiters, readers };
    if opts.has('s') { paste.serial(p, &files).await } else { paste.parallel(p, files).await }
}

fn delimiters(list: &[u8]) -> BString {
    let mut bytes = BString::default();
    let mut rest = list;
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, taken) = match byte {
            b'\\' => escape::escape(after).map_or((b'\\', 1), |(byte, taken)| (byte, taken + 1)),
            byte => (byte, 1),
        };
        bytes.push(byte);
        rest = &rest[taken..];
    }
    bytes
}

struct Paste {
    delimiters: BString,
    readers: Vec<(kernel::Fd, Lines)>,
}

impl Paste {
    async fn line(&mut self, p: &mut Process, fd: kernel::Fd) -> Option<BString> {
        p.tick(1).await;
        let (_, lines) = self.readers.iter_mut().find(|(known, _)| *known == fd)?;
        let mut line = lines.next(p).await.ok().flatten()?;
        if line.ends_with(b"\n") {
            line.pop();
        }
        Some(line)
    }

    /// The delimiter of a column; a NUL stands for none.
    fn delimiter(&self, column: usize) -> &[u8] {
        let byte = &self.delimiters[column % self.delimiters.len()..][..1];
        if byte == b"\0" { b"" } else { byte }
    }

    async fn serial(&mut self, p: &mut Process, files: &[kernel::Fd]) -> Ended {
        for fd in files {
            let mut column = 0;
            while let Some(line) = self.line(p, *fd).await {
                let mark: &[u8] = if column == 0 { b"" } else { self.delimiter(column - 1) };
                let text = bytes!("{}{}", mark, line);
                say::print(p, text).await?;
                column += 1;
            }
            if column > 0 {
                say::print(p, "\n").await?;
            }
        }
        Ok(Exit(0))
    }

    async fn parallel(&mut self, p: &mut Process, files: Vec<kernel::Fd>) -> Ended {
        let last = files.len() - 1;
        let mut open: Vec<Option<kernel::Fd>> = files.into_iter().map(Some).collect();
        while open.iter().any(Option::is_some) {
            // A file that has ended takes no delimiter, and the newline comes from the last file alone.
            let mut next = 0;
            for (column, place) in open.iter_mut().enumerate() {
                let Some(fd) = *place else { continue };
                let Some(line) = self.line(p, fd).await else {
                    *place = None;
                    continue;
                };
                let mark = if column == last { b"\n" } else { self.delimiter(next) };
                next += 1;
                let text = bytes!("{}{}", line, mark);
                say::print(p, text).await?;
            }
        }
        Ok(Exit(0))
    }
}
