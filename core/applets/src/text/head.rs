use std::io::SeekFrom;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream};

pub(crate) const USAGE: &str = "[OPTIONS] [FILE]...

Print the first 10 lines of FILEs (or stdin).
Several FILEs get a header with their name each.

	-n N[bkm]	Print the first N lines
	-n -N[bkm]	Print all but the last N lines
	-c [-]N[bkm]	The same with bytes
			(b:*512 k:*1024 m:*1024^2)
	-q		No headers
	-v		Headers always";

const OPTIONS: Options = Options::new(USAGE, "n:c:qv").short_only();

/// What to print of a file.
#[derive(Debug, Clone, Copy)]
struct Part {
    count: u64,
    bytes: bool,
    /// All but the last `count`.
    but: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse_words(p, &modern(p.args())).await?;
    let mut part = Part { count: 10, bytes: false, but: false };
    for (key, value) in opts.given().filter(|(key, _)| matches!(key, 'n' | 'c')) {
        let value = value.unwrap_or_default();
        part.bytes = key == 'c';
        part.but = value.starts_with(b"-");
        let digits = value.strip_prefix(b"-").unwrap_or(value).as_bstr();
        match number::unsigned(digits, 0, i64::MAX as u64, number::BKM) {
            Ok(count) => part.count = count,
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    let files = stream::or_stdin(opts.operands.clone());
    let headers = opts.last_of(&['q', 'v']).map_or(files.len() > 1, |key| key == 'v');
    let mut status = 0;
    let mut first = true;
    for file in files {
        let fd = match stream::open(p, file.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
                first = false;
                continue;
            }
        };
        if headers {
            header(p, file.as_bstr(), first).await?;
        }
        first = false;
        let printed = print(p, fd, part).await;
        stream::close(p, fd);
        if let Err(errno) = printed? {
            say::errno(p, &file, errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}

/// `==> name <==`, after an empty line unless it is the first.
pub(super) async fn header(p: &mut Process, file: &BStr, first: bool) -> Result<(), Exit> {
    let name = if file == "-" { BStr::new("standard input") } else { file };
    let gap = if first { "" } else { "\n" };
    say::print(p, bytes!("{}==> {} <==\n", gap, name)).await
}

/// `-5` as `-n 5`.
fn modern(args: &[BString]) -> Vec<BString> {
    let mut words = args.to_vec();
    if let Some(word) = words.get_mut(1)
        && word.len() > 1
        && word[0] == b'-'
        && word[1].is_ascii_digit()
    {
        *word = bytes!("-n{}", &word[1..]);
    }
    words
}

async fn print(p: &mut Process, fd: Fd, part: Part) -> Result<Result<(), Errno>, Exit> {
    let mut left = part.count;
    // What may still turn out to be among the last ones.
    let mut held: Vec<u8> = Vec::new();
    while part.but || left > 0 {
        let chunk = match p.read(fd, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Ok(Err(errno)),
        };
        if chunk.is_empty() {
            break;
        }
        if part.but {
            held.extend_from_slice(&chunk);
            let ready = ready(&held, part);
            say::print(p, &held[..ready]).await?;
            held.drain(..ready);
            continue;
        }
        let end = if part.bytes {
            chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX))
        } else {
            lines_end(&chunk, left)
        };
        let used = if part.bytes {
            end as u64
        } else {
            chunk[..end].iter().filter(|&&byte| byte == b'\n').count() as u64
        };
        left -= used;
        say::print(p, &chunk[..end]).await?;
        if end < chunk.len() {
            // stdio gives back to a file what it read ahead.
            let _ = p.lseek(fd, SeekFrom::Current(-((chunk.len() - end) as i64)));
            break;
        }
    }
    Ok(Ok(()))
}

/// How much of `held` is before the last `count` lines or bytes.
fn ready(held: &[u8], part: Part) -> usize {
    let count = usize::try_from(part.count).unwrap_or(usize::MAX);
    if part.bytes {
        return held.len().saturating_sub(count);
    }
    // A line without its newline counts once the input has ended, so it is kept as a line more.
    let newlines: Vec<usize> =
        held.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    let open = usize::from(held.last() != Some(&b'\n'));
    let keep = count.saturating_sub(open);
    if newlines.len() <= keep { 0 } else { newlines[newlines.len() - keep - 1] + 1 }
}

/// The end of the first `count` lines of a chunk.
fn lines_end(chunk: &[u8], count: u64) -> usize {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    chunk.find_iter("\n").nth(count - 1).map_or(chunk.len(), |at| at + 1)
}
