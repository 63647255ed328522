use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::{Errno, Mode};

use super::head::header;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{duration, number, say, stream};

pub(crate) const USAGE: &str = "[OPTIONS] [FILE]...

Print the last 10 lines of FILEs (or stdin).
Several FILEs get a header with their name each.

	-c [+]N[bkm]	Print the last N bytes
	-n N[bkm]	Print the last N lines
	-n +N[bkm]	Print from line N on
			(b:*512 k:*1024 m:*1024^2)
	-q		No headers
	-v		Headers always
	-f		Go on as the file grows
	-F		Same, also when it is replaced
	-s SECONDS	Pause of -f";

const OPTIONS: Options = Options::new(USAGE, "fc:n:qs:vF").short_only();

#[derive(Debug, Clone, Copy)]
struct Part {
    count: u64,
    bytes: bool,
    /// From the start: `+N`.
    from: bool,
}

struct Open {
    name: BString,
    fd: Option<Fd>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse_words(p, &modern(p.args())).await?;
    let part = part(p, &opts).await?;
    let files = stream::or_stdin(opts.operands.clone());
    let headers = opts.last_of(&['q', 'v']).map_or(files.len() > 1, |key| key == 'v');
    let retry = opts.has('F');
    let follow = opts.has('f') || retry;
    let mut open = Vec::new();
    let mut status = 0;
    for name in files {
        let fd = stream::open_or_warn(p, name.as_bstr()).await;
        if fd.is_none() {
            status = 1;
        }
        if fd.is_some() || retry {
            open.push(Open { name, fd });
        }
    }
    if open.is_empty() {
        return Err(say::die(p, "no files").await);
    }
    let alone = headers && open.len() == 1 && !opts.has('v');
    let headers = headers && !alone;
    let mut first = true;
    for file in &open {
        let Some(fd) = file.fd else { continue };
        if headers {
            header(p, file.name.as_bstr(), first).await?;
            first = false;
        }
        if let Err(errno) = print(p, fd, part).await? {
            say::errno(p, &file.name, errno).await;
            status = 1;
        }
    }
    if follow {
        let pause = match opts.value('s').map(duration::duration) {
            None => Duration::from_secs(1),
            Some(Ok(pause)) => pause,
            Some(Err(message)) => return Err(say::die(p, message).await),
        };
        watch(p, open, pause, retry, headers).await?;
    }
    Ok(Exit(status))
}

async fn part(p: &mut Process, opts: &Matches) -> Result<Part, Exit> {
    let mut part = Part { count: 10, bytes: false, from: false };
    for (key, value) in opts.given().filter(|(key, _)| matches!(key, 'n' | 'c')) {
        let value = value.unwrap_or_default();
        part.bytes = key == 'c';
        part.from = value.starts_with(b"+");
        let digits = value.strip_prefix(b"+").or(value.strip_prefix(b"-")).unwrap_or(value).as_bstr();
        match number::unsigned(digits, 0, i64::MAX as u64, number::BKM) {
            Ok(count) => part.count = count,
            Err(_) => return Err(say::die(p, bytes!("invalid number '{}'", value)).await),
        }
    }
    Ok(part)
}

/// `-5` and `+5` as `-n 5` and `-n +5`.
fn modern(args: &[BString]) -> Vec<BString> {
    let mut words = args.to_vec();
    if let Some(word) = words.get_mut(1)
        && word.len() > 1
        && matches!(word[0], b'-' | b'+')
        && word[1].is_ascii_digit()
    {
        *word = if word[0] == b'+' { bytes!("-n{}", word) } else { bytes!("-n{}", &word[1..]) };
    }
    words
}

async fn print(p: &mut Process, fd: Fd, part: Part) -> Result<Result<(), Errno>, Exit> {
    // `+0` and `+1` both mean everything.
    let mut skip = part.count.saturating_sub(1);
    let mut tail: Vec<u8> = Vec::new();
    loop {
        let chunk = match p.read(fd, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Ok(Err(errno)),
        };
        if chunk.is_empty() {
            break;
        }
        if part.from {
            let start = skipped(&chunk, &mut skip, part.bytes);
            say::print(p, &chunk[start..]).await?;
            continue;
        }
        tail.extend_from_slice(&chunk);
        let start = last(&tail, part);
        tail.drain(..start);
    }
    say::print(p, &tail).await.map(Ok)
}

/// How much of a chunk is still skipped.
fn skipped(chunk: &[u8], skip: &mut u64, bytes: bool) -> usize {
    if bytes {
        let start = chunk.len().min(usize::try_from(*skip).unwrap_or(usize::MAX));
        *skip -= start as u64;
        return start;
    }
    let mut start = 0;
    while *skip > 0 {
        let Some(end) = chunk[start..].find_byte(b'\n') else { return chunk.len() };
        start += end + 1;
        *skip -= 1;
    }
    start
}

/// Where the last `count` lines or bytes begin.
fn last(text: &[u8], part: Part) -> usize {
    let count = usize::try_from(part.count).unwrap_or(usize::MAX);
    if part.bytes {
        return text.len().saturating_sub(count);
    }
    if count == 0 {
        return text.len();
    }
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    body.rfind_iter("\n").nth(count - 1).map_or(0, |at| at + 1)
}

/// Prints what is added to the files, for ever.
async fn watch(
    p: &mut Process,
    mut open: Vec<Open>,
    pause: Duration,
    retry: bool,
    headers: bool,
) -> Result<(), Exit> {
    let mut last = open.len().checked_sub(1);
    loop {
        say::flush(p).await?;
        if p.sleep(pause).await.is_err() {
            return Ok(());
        }
        for (index, file) in open.iter_mut().enumerate() {
            if retry {
                reopen(p, file).await;
            }
            let Some(fd) = file.fd else { continue };
            loop {
                let Ok(chunk) = p.read(fd, stream::CHUNK).await else { break };
                if chunk.is_empty() {
                    break;
                }
                if headers && last != Some(index) {
                    header(p, file.name.as_bstr(), false).await?;
                    last = Some(index);
                }
                say::print(p, &chunk).await?;
            }
        }
    }
}

/// -F: the name may have become another file.
async fn reopen(p: &mut Process, file: &mut Open) {
    let now = p.stat(&file.name).ok();
    let known = file.fd.and_then(|fd| p.fstat(fd).ok());
    match (now, known) {
        (Some(now), Some(known)) if now.ino == known.ino => return,
        (None, None) => return,
        (None, Some(_)) => {
            say::error(p, bytes!("{} has become inaccessible", file.name)).await;
        }
        (Some(_), Some(_)) => {
            say::error(p, bytes!("{} has been replaced; following end of new file", file.name)).await;
        }
        (Some(_), None) => {
            say::error(p, bytes!("{} has appeared; following end of new file", file.name)).await;
        }
    }
    if let Some(fd) = file.fd.take() {
        let _ = p.close(fd);
    }
    file.fd = p.open(BStr::new(&file.name), OpenFlags::RDONLY, Mode::new(0)).await.ok();
}
