use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, Process};
use vfs::Errno;

use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::stream::{self, CopyError, Lines, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-nbvteA] [FILE]...

Print FILEs, one after the other

	-n	Number the lines
	-b	Number the lines that are not empty
	-v	Show unprintable bytes as ^x or M-x
	-t	-v, and tabs as ^I
	-e	-v, and $ at the end of lines
	-A	-vte";

const OPTIONS: Options = Options::new(USAGE, "etvAnbu");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut view = View::new(&opts);
    let mut status = 0;
    let operands = stream::or_stdin(opts.operands.clone());
    if view.only_numbers() {
        return numbered(p, &operands, opts.has('b')).await;
    }
    for name in operands {
        let Some(fd) = stream::open_or_warn(p, name.as_bstr()).await else {
            status = 1;
            continue;
        };
        let copied = if view.is_plain() { plain(p, fd).await } else { view.show(p, fd).await };
        stream::close(p, fd);
        match copied {
            Ok(()) => {}
            Err(CopyError::Read(errno)) => {
                say::errno(p, "read error", errno).await;
                status = 1;
            }
            Err(CopyError::Write(errno)) => return Err(say::die_errno(p, "write error", errno).await),
        }
    }
    Ok(Exit(status))
}

async fn plain(p: &mut Process, fd: Fd) -> Result<(), CopyError> {
    stream::copy(p, fd, STDOUT, u64::MAX).await.map(drop)
}

/// `-n` and `-b` alone: a line ends at a NUL too, and each is printed with a newline.
async fn numbered(p: &mut Process, operands: &[BString], nonempty: bool) -> Ended {
    let mut status = 0;
    let mut number = 0_u64;
    for name in operands {
        let fd = match stream::open(p, name.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => {
                say::errno(p, name, errno).await;
                status = 1;
                continue;
            }
        };
        let mut lines = Lines::new(fd);
        // What cannot be read is taken for an end, as stdio's loop does.
        while let Ok(Some(line)) = lines.next(p).await {
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            for part in line.split(|byte| *byte == 0) {
                if nonempty && part.is_empty() {
                    say::print(p, "\n").await?;
                    continue;
                }
                number += 1;
                say::print(p, bytes!("{}\t{}\n", format!("{number:6}"), part)).await?;
            }
        }
        stream::close(p, fd);
    }
    Ok(Exit(status))
}

/// How the bytes are shown; line numbers go on from file to file.
struct View {
    number: bool,
    nonempty: bool,
    ends: bool,
    tabs: bool,
    visible: bool,
    line: u64,
    in_line: bool,
}

impl View {
    fn new(opts: &Matches) -> Self {
        let all = opts.has('A');
        let (tabs, ends) = (all || opts.has('t'), all || opts.has('e'));
        Self {
            number: opts.has('n') || opts.has('b'),
            nonempty: opts.has('b'),
            ends,
            tabs,
            visible: tabs || ends || opts.has('v'),
            line: 0,
            in_line: false,
        }
    }

    fn is_plain(&self) -> bool {
        !self.number && !self.visible
    }

    fn only_numbers(&self) -> bool {
        self.number && !self.visible
    }

    async fn show(&mut self, p: &mut Process, fd: Fd) -> Result<(), CopyError> {
        let mut lines = Lines::new(fd);
        while let Some(line) = lines.next(p).await.map_err(CopyError::Read)? {
            let text = self.render(&line);
            p.print(&text).await.map_err(|errno: Errno| CopyError::Write(errno))?;
        }
        Ok(())
    }

    fn render(&mut self, line: &[u8]) -> BString {
        let (body, end) = line.strip_suffix(b"\n").map_or((line, false), |body| (body, true));
        let mut text = BString::default();
        if self.number && !self.in_line && !(self.nonempty && body.is_empty()) {
            self.line += 1;
            text.extend_from_slice(format!("{:6}  ", self.line).as_bytes());
        }
        self.in_line = !end;
        for &byte in body {
            if self.visible && (byte != b'\t' || self.tabs) {
                push_visible(byte, &mut text);
            } else {
                text.push(byte);
            }
        }
        if end {
            text.extend_from_slice(if self.ends { b"$\n" } else { b"\n" });
        }
        text
    }
}

fn push_visible(byte: u8, text: &mut BString) {
    if byte >= 128 {
        text.extend_from_slice(b"M-");
    }
    match byte & 127 {
        127 => text.extend_from_slice(b"^?"),
        low @ ..32 => text.extend_from_slice(&[b'^', low + 64]),
        shown => text.push(shown),
    }
}
