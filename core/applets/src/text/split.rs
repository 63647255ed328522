//! split.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, Process};

use crate::frame::getopt::Options;
use crate::frame::number::Suffixes;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream};

pub(crate) const USAGE: &str = "[OPTIONS] [INPUT [PREFIX]]

	-b N[k|m]	Pieces of N bytes
	-l N		Pieces of N lines
	-a N		Names end with N letters";

const OPTIONS: Options = Options::new(USAGE, "l:b:a:").operands(0, 2);

const SIZES: Suffixes = &[("k", 1024), ("m", 1024 * 1024), ("g", 1024 * 1024 * 1024)];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut bytes = false;
    let mut count = 1000;
    let mut suffix = 2;
    for (key, value) in opts.given() {
        let value = value.unwrap_or_default();
        let read =
            match key {
                'a' => number::unsigned(value, 0, 100, &[]).map(|value| suffix = value as usize),
                'b' => number::unsigned(value, 0, i64::MAX as u64, SIZES)
                    .map(|value| (bytes, count) = (true, value)),
                _ => number::unsigned(value, 0, i64::MAX as u64, &[])
                    .map(|value| (bytes, count) = (false, value)),
            };
        if let Err(message) = read {
            return Err(say::die(p, message).await);
        }
    }
    if count == 0 && !bytes {
        // A piece of no lines never fills.
        count = u64::MAX;
    }
    let input = opts.operands.first().cloned().unwrap_or_else(|| "-".into());
    let prefix = opts.operands.get(1).cloned().unwrap_or_else(|| "x".into());
    let Some(fd) = stream::open_or_warn(p, input.as_bstr()).await else { return Err(Exit(1)) };
    let mut pieces = Pieces { prefix, suffix: vec![b'a'; suffix], exhausted: false, open: None, left: 0 };
    loop {
        let chunk = match p.read(fd, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Err(say::die_errno(p, input, errno).await),
        };
        if chunk.is_empty() {
            return Ok(Exit(0));
        }
        let mut rest = chunk.as_slice();
        while !rest.is_empty() {
            let (end, used) = if bytes { whole_bytes(rest, &pieces, count) } else { one_line(rest) };
            if !pieces.write(p, &rest[..end], used, count).await? {
                return Ok(Exit(1));
            }
            rest = &rest[end..];
        }
    }
}

fn whole_bytes(rest: &[u8], pieces: &Pieces, count: u64) -> (usize, u64) {
    let room = if pieces.left == 0 { count } else { pieces.left };
    let end = rest.len().min(usize::try_from(room).unwrap_or(usize::MAX)).max(1);
    (end, end as u64)
}

fn one_line(rest: &[u8]) -> (usize, u64) {
    rest.find_byte(b'\n').map_or((rest.len(), 0), |at| (at + 1, 1))
}

/// The output files, one after the other.
struct Pieces {
    prefix: BString,
    suffix: Vec<u8>,
    exhausted: bool,
    open: Option<Fd>,
    left: u64,
}

impl Pieces {
    /// Writes to the current piece, after opening the next one when it is full; false when names ran out.
    async fn write(&mut self, p: &mut Process, bytes: &[u8], used: u64, count: u64) -> Result<bool, Exit> {
        let fd = match self.open {
            Some(fd) if self.left > 0 => fd,
            _ => {
                if self.exhausted {
                    say::error(p, "suffixes exhausted").await;
                    return Ok(false);
                }
                self.left = count;
                self.next(p).await?
            }
        };
        self.left = self.left.saturating_sub(used);
        match p.write_all(fd, bytes).await {
            Ok(()) => Ok(true),
            Err(errno) => Err(say::die_errno(p, "write error", errno).await),
        }
    }

    async fn next(&mut self, p: &mut Process) -> Result<Fd, Exit> {
        if let Some(full) = self.open.take() {
            stream::close(p, full);
        }
        let name = bytes!("{}{}", self.prefix, self.suffix);
        let fd = match super::sort::create(p, BStr::new(&name)).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        };
        self.open = Some(fd);
        self.exhausted = !advance(&mut self.suffix);
        Ok(fd)
    }
}

/// `aa`, `ab`, ...; false after `zz`.
fn advance(suffix: &mut [u8]) -> bool {
    for letter in suffix.iter_mut().rev() {
        if *letter < b'z' {
            *letter += 1;
            return true;
        }
        *letter = b'a';
    }
    false
}
