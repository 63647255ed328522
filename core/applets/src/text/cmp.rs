//! cmp.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream, usage};

pub(crate) const USAGE: &str = "[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]

Compare two files byte by byte; FILE2 is stdin unless it is given

	-l	Print the number (decimal) and values (octal) of all bytes that differ
	-s	Print nothing
	-n NUM	Compare at most NUM bytes";

const OPTIONS: Options = Options::new(USAGE, "lsn:");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !(1..=4).contains(&opts.operands.len()) {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut numbers = [u64::MAX, 0, 0];
    let texts = [
        opts.value('n'),
        opts.operands.get(2).map(|skip| skip.as_bstr()),
        opts.operands.get(3).map(|skip| skip.as_bstr()),
    ];
    for (place, text) in numbers.iter_mut().zip(texts) {
        match text.map(|text| number::unsigned(text, 0, i64::MAX as u64, number::BKM)) {
            None => {}
            Some(Ok(value)) => *place = value,
            Some(Err(message)) => return Err(say::die(p, message).await),
        }
    }
    let names: [BString; 2] =
        [opts.operands[0].clone(), opts.operands.get(1).cloned().unwrap_or_else(|| "-".into())];
    if names[0] == names[1] {
        return Ok(Exit(0));
    }
    let mut sides = [open(p, names[0].as_bstr()).await?, open(p, names[1].as_bstr()).await?];
    for (side, skip) in sides.iter_mut().zip([numbers[1], numbers[2]]) {
        for _ in 0..skip {
            if side.next(p).await.is_none() {
                break;
            }
        }
    }
    compare(p, &names, &mut sides, numbers[0], opts.has('l'), opts.has('s')).await
}

async fn compare(
    p: &mut Process,
    names: &[BString; 2],
    sides: &mut [Side; 2],
    most: u64,
    list: bool,
    silent: bool,
) -> Ended {
    let [left, right] = sides;
    let (mut at, mut line, mut status) = (0u64, 1u64, 0);
    while at < most {
        at += 1;
        let (a, b) = (left.next(p).await, right.next(p).await);
        match (a, b) {
            (None, None) => break,
            (Some(a), Some(b)) if a == b => line += u64::from(a == b'\n'),
            (Some(a), Some(b)) => {
                status = 1;
                if list && !silent {
                    say::print(p, format!("{at} {a:3o} {b:3o}\n")).await?;
                    continue;
                }
                if !silent {
                    let (at, line) = (at.to_string(), line.to_string());
                    say::print(p, bytes!("{} {} differ: char {}, line {}\n", names[0], names[1], at, line))
                        .await?;
                }
                return Ok(Exit(1));
            }
            (a, _) => {
                if !silent {
                    let name = if a.is_none() { &names[0] } else { &names[1] };
                    say::error(p, bytes!("EOF on {}", name)).await;
                }
                return Ok(Exit(1));
            }
        }
    }
    Ok(Exit(status))
}

async fn open(p: &mut Process, name: &BStr) -> Result<Side, Exit> {
    match stream::open(p, name).await {
        Ok(fd) => Ok(Side { fd, chunk: Vec::new(), at: 0 }),
        Err(errno) => {
            say::errno(p, name, errno).await;
            Err(Exit(2))
        }
    }
}

/// One of the files, byte by byte.
struct Side {
    fd: Fd,
    chunk: Vec<u8>,
    at: usize,
}

impl Side {
    async fn next(&mut self, p: &mut Process) -> Option<u8> {
        if self.at == self.chunk.len() {
            // stdio's readers take an error for the end of the file.
            self.chunk = p.read(self.fd, stream::CHUNK).await.unwrap_or_default();
            self.at = 0;
        }
        let byte = self.chunk.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }
}
