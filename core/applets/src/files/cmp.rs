use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, Process};
use vfs::Errno;

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, CHUNK};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]

Compare FILE1 with FILE2 (or standard input)

	-l	Number (decimal) and values (octal)
		of all bytes that differ
	-s	Print nothing
	-n NUM	Compare NUM bytes at most";

const OPTIONS: Options = Options::new(USAGE, "lsn:").operands(1, 4);

/// The exit status of trouble.
const TROUBLE: Exit = Exit(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('l') && opts.has('s') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut skips = [0, 0];
    for (text, skip) in opts.operands.iter().skip(2).zip(&mut skips) {
        *skip = amount(p, text.as_bstr()).await?;
    }
    let limit = match opts.value('n') {
        Some(text) => amount(p, text).await?,
        None => u64::MAX,
    };
    let names = [opts.operands[0].clone(), opts.operands.get(1).cloned().unwrap_or_else(|| "-".into())];
    let [first, second] = names;
    let first = Input::open(p, &opts, first).await?;
    let second = Input::open(p, &opts, second).await?;
    if first.fd == second.fd {
        return Ok(Exit(0));
    }
    let mut pair = Pair { opts, first, second, position: 0, line: 1 };
    pair.first.skip(p, skips[0]).await?;
    pair.second.skip(p, skips[1]).await?;
    pair.compare(p, limit).await
}

async fn amount(p: &mut Process, text: &BStr) -> Result<u64, Exit> {
    match number::unsigned(text, 0, u64::MAX, &[]) {
        Ok(number) => Ok(number),
        Err(message) => Err(say::die(p, message).await),
    }
}

struct Input {
    name: BString,
    fd: Fd,
    chunk: Vec<u8>,
    used: usize,
}

impl Input {
    async fn open(p: &mut Process, opts: &Matches, name: BString) -> Result<Self, Exit> {
        match stream::open(p, name.as_bstr()).await {
            Ok(fd) => Ok(Self { name, fd, chunk: Vec::new(), used: 0 }),
            Err(errno) => {
                if !opts.has('s') {
                    say::errno(p, &name, errno).await;
                }
                Err(TROUBLE)
            }
        }
    }

    /// What is at hand; empty at the end.
    async fn waiting(&mut self, p: &mut Process) -> Result<&[u8], Exit> {
        if self.used == self.chunk.len() {
            self.used = 0;
            self.chunk = match p.read(self.fd, CHUNK).await {
                Ok(chunk) => chunk,
                Err(_) => {
                    say::errno(p, &self.name, Errno::EIO).await;
                    return Err(TROUBLE);
                }
            };
        }
        Ok(&self.chunk[self.used..])
    }

    async fn skip(&mut self, p: &mut Process, mut bytes: u64) -> Result<(), Exit> {
        while bytes > 0 {
            let here = self.waiting(p).await?.len();
            if here == 0 {
                break;
            }
            let step = here.min(usize::try_from(bytes).unwrap_or(here));
            self.used += step;
            bytes -= step as u64;
        }
        Ok(())
    }
}

struct Pair {
    opts: Matches,
    first: Input,
    second: Input,
    position: u64,
    line: u64,
}

impl Pair {
    async fn compare(&mut self, p: &mut Process, limit: u64) -> Ended {
        let mut status = 0;
        // Only the plain form stops at the first difference; -n alone goes on as -l does.
        let goes_on = self.opts.has('l') || self.opts.has('n');
        while self.position < limit {
            let (one, other) = (self.first.waiting(p).await?.len(), self.second.waiting(p).await?.len());
            if one == 0 || other == 0 {
                if one != other {
                    status = 1;
                    self.ended(p, other == 0).await?;
                }
                break;
            }
            let most = one.min(other).min(usize::try_from(limit - self.position).unwrap_or(usize::MAX));
            let (left, right) = (
                &self.first.chunk[self.first.used..][..most],
                &self.second.chunk[self.second.used..][..most],
            );
            let equal = left.iter().zip(right).take_while(|(a, b)| a == b).count();
            self.line += left[..equal].iter().filter(|byte| **byte == b'\n').count() as u64;
            let differing = (equal < most).then(|| (left[equal], right[equal]));
            let used = equal + usize::from(differing.is_some());
            self.first.used += used;
            self.second.used += used;
            self.position += used as u64;
            let Some((a, b)) = differing else { continue };
            status = 1;
            if self.opts.has('s') {
                break;
            }
            self.tell(p, a, b).await?;
            if !goes_on {
                break;
            }
        }
        Ok(Exit(status))
    }

    async fn tell(&self, p: &mut Process, a: u8, b: u8) -> Result<(), Exit> {
        let position = self.position.to_string();
        if self.opts.has('l') {
            return say::print(p, format!("{position} {a:3o} {b:3o}\n")).await;
        }
        let line = self.line.to_string();
        let text =
            bytes!("{} {} differ: char {}, line {}\n", self.first.name, self.second.name, position, line);
        say::print(p, text).await
    }

    async fn ended(&self, p: &mut Process, second: bool) -> Result<(), Exit> {
        if self.opts.has('s') {
            return Ok(());
        }
        let name = if second { &self.second.name } else { &self.first.name };
        say::error(p, bytes!("EOF on {}", name)).await;
        Ok(())
    }
}
