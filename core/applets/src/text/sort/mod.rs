//! sort.

mod compare;
mod key;

use std::cell::Cell;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use self::compare::{Comparison, Line};
use self::key::{Flags, Key};
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::stream::{self, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str =
    "[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...

Put lines in order

	-o FILE	Write to FILE
	-c	Only say whether the input is in order
	-b	Blanks at the start do not count
	-f	Upper and lower case are the same
	-i	Only printable characters count
	-d	Only blanks, letters and digits count
	-n	By numeric value
	-g	By numeric value, with words before numbers
	-h	By numeric value with suffixes (2K 1G)
	-M	By the name of a month
	-V	By version
	-t CHAR	Fields end with CHAR
	-k N[,M] Compare fields N to M
	-r	Reverse
	-s	Lines that compare equal stay in their order
	-u	One line of those that compare equal
	-z	Lines end with NUL";

const OPTIONS: Options = Options::new(USAGE, "ngMucszbrdfiVhmS:T:o:k:t:").misuse_status(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let comparison = match plan(&opts) {
        Ok(comparison) => comparison,
        Err(message) => return fail(p, message).await,
    };
    let zero = opts.has('z');
    let text = read(p, &opts).await?;
    // A NUL ends a line too, as it ends busybox's strings.
    let ends = |byte: &u8| *byte == 0 || (*byte == b'\n' && !zero);
    let body = if text.last().is_some_and(ends) { &text[..text.len() - 1] } else { text.as_slice() };
    let mut lines: Vec<Line<'_>> = Vec::new();
    if !text.is_empty() {
        lines.extend(body.split(ends).map(|line| comparison.line(line)));
    }
    p.tick(u32::try_from(lines.len()).unwrap_or(u32::MAX)).await;
    let checked = opts.has('c').then(|| first_wrong(&lines, &comparison, opts.has('u')));
    if checked.is_none() {
        comparison.sort(&mut lines);
    }
    if comparison.is_lost.get() {
        return fail(p, "unknown sort type").await;
    }
    if let Some(wrong) = checked {
        return report(p, wrong).await;
    }
    if opts.has('u') {
        lines.dedup_by(|later, first| comparison.by_keys(first, later).is_eq());
    }
    let end = if zero { 0 } else { b'\n' };
    let mut out = Vec::with_capacity(text.len() + 1);
    for line in &lines {
        out.extend_from_slice(line.text);
        out.push(end);
    }
    write(p, &opts, &out).await
}

async fn fail(p: &mut Process, message: impl AsRef<[u8]>) -> Ended {
    say::error(p, message).await;
    Err(Exit(2))
}

fn plan(opts: &Matches) -> Result<Comparison, BString> {
    let mut flags = Flags::default();
    let mut keys = Vec::new();
    let mut separator = None;
    for (letter, value) in opts.given() {
        match (letter, value) {
            ('k', Some(value)) => keys.push(Key::parse(value)?),
            ('t', Some(value)) if value.len() == 1 => separator = Some(value[0]),
            ('t', _) => return Err("bad -t parameter".into()),
            _ => {
                flags.set(letter, false);
            }
        }
    }
    if keys.is_empty() {
        keys.push(Key::LINE);
    }
    Ok(Comparison { keys, flags, separator, stable: opts.has('s'), is_lost: Cell::new(false) })
}

/// All input in one piece.
async fn read(p: &mut Process, opts: &Matches) -> Result<Vec<u8>, Exit> {
    let end = if opts.has('z') { 0 } else { b'\n' };
    let mut text = Vec::new();
    for name in stream::or_stdin(opts.operands.clone()) {
        let fd = match stream::open(p, name.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => {
                say::errno(p, &name, errno).await;
                return Err(Exit(2));
            }
        };
        if text.last().is_some_and(|last| *last != end) {
            text.push(end);
        }
        // A read that fails ends the file, as stdio has it.
        while let Ok(chunk) = p.read(fd, stream::CHUNK).await {
            if chunk.is_empty() {
                break;
            }
            p.hold_memory(text.len() as u64, (text.len() + chunk.len()) as u64);
            text.extend_from_slice(&chunk);
        }
        stream::close(p, fd);
    }
    Ok(text)
}

/// The first line that is followed by one that belongs before it.
fn first_wrong(lines: &[Line<'_>], comparison: &Comparison, strict: bool) -> Option<usize> {
    lines.windows(2).position(|pair| {
        let order = comparison.by_keys(&pair[0], &pair[1]);
        let order = if comparison.stable || strict { order } else { comparison.total(&pair[0], &pair[1]) };
        order.is_gt() || (strict && order.is_eq())
    })
}

async fn report(p: &mut Process, wrong: Option<usize>) -> Ended {
    let Some(index) = wrong else { return Ok(Exit(0)) };
    p.eprint(format!("Check line {}\n", index + 1)).await;
    Ok(Exit(1))
}

async fn write(p: &mut Process, opts: &Matches, out: &[u8]) -> Ended {
    let Some(name) = opts.value('o') else {
        return print(p, out).await;
    };
    let fd = match create(p, name).await {
        Ok(fd) => fd,
        Err(errno) => return fail(p, bytes!("can't open '{}': {}", name, errno.to_string())).await,
    };
    let written = p.write_all(fd, out).await;
    stream::close(p, fd);
    match written {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => fail(p, bytes!("{}: {}", name, errno.to_string())).await,
    }
}

/// Opens a file for writing from its start.
pub(super) async fn create(p: &mut Process, name: &BStr) -> Result<kernel::Fd, vfs::Errno> {
    let flags = OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::TRUNC;
    p.open(name, flags, Mode::new(0o666)).await
}

async fn print(p: &mut Process, out: &[u8]) -> Ended {
    match p.write_all(STDOUT, out).await {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => fail(p, bytes!("standard output: {}", errno.to_string())).await,
    }
}
