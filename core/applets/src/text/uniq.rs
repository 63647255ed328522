//! uniq.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, Lines, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-cduiz] [-f,s,w N] [FILE [OUTFILE]]

Leave out lines that repeat the one before

	-c	Begin lines with the number of their occurrences
	-d	Only lines that repeat
	-u	Only lines that do not repeat
	-i	Upper and lower case are the same
	-z	Lines end with NUL
	-f N	Skip N fields
	-s N	Skip N bytes, after the fields
	-w N	Compare N bytes at most";

const OPTIONS: Options = Options::new(USAGE, "cduizf:s:w:");

/// Which lines are printed, and how they are compared.
struct Uniq {
    count: bool,
    repeated: bool,
    single: bool,
    fold: bool,
    fields: usize,
    bytes: usize,
    width: usize,
    end: u8,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let uniq = match plan(&opts) {
        Ok(uniq) => uniq,
        Err(message) => return Err(say::die(p, message).await),
    };
    let input = opts.operands.first().cloned().unwrap_or_else(|| "-".into());
    let Some(fd) = stream::open_or_warn(p, input.as_bstr()).await else { return Err(Exit(1)) };
    if opts.operands.len() > 2 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    if let Some(output) = opts.operands.get(1).filter(|output| *output != "-") {
        let created = match super::sort::create(p, output.as_bstr()).await {
            Ok(created) => created,
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", output), errno).await),
        };
        // Standard output is replaced, and nothing was written to it before.
        let _ = p.dup2(created, STDOUT);
        stream::close(p, created);
    }
    let mut lines = Lines::new(fd);
    let mut group: Option<(BString, u64)> = None;
    // A read that fails ends the input.
    while let Ok(Some(line)) = lines.next_until(p, uniq.end).await {
        p.tick(1).await;
        match &mut group {
            Some((first, count)) if uniq.same(first, &line) => *count += 1,
            _ => {
                if let Some(done) = group.replace((line, 1)) {
                    uniq.print(p, done).await?;
                }
            }
        }
    }
    if let Some(done) = group {
        uniq.print(p, done).await?;
    }
    Ok(Exit(0))
}

fn plan(opts: &Matches) -> Result<Uniq, BString> {
    let number = |key, default| match opts.value(key) {
        Some(text) => number::unsigned(text, 0, i32::MAX as u64, &[]).map(|value| value as usize),
        None => Ok(default),
    };
    Ok(Uniq {
        count: opts.has('c'),
        repeated: opts.has('d'),
        single: opts.has('u'),
        fold: opts.has('i'),
        fields: number('f', 0)?,
        bytes: number('s', 0)?,
        width: number('w', usize::MAX)?,
        end: if opts.has('z') { 0 } else { b'\n' },
    })
}

impl Uniq {
    fn same(&self, a: &[u8], b: &[u8]) -> bool {
        let (a, b) = (self.compared(a), self.compared(b));
        if self.fold { a.eq_ignore_ascii_case(b) } else { a == b }
    }

    fn compared<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let mut rest = self.strip(line);
        for _ in 0..self.fields {
            rest = rest.trim_ascii_start();
            let length = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
            rest = &rest[length..];
        }
        rest = rest.get(self.bytes..).unwrap_or_default();
        &rest[..rest.len().min(self.width)]
    }

    fn strip<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line.strip_suffix(&[self.end]).unwrap_or(line)
    }

    async fn print(&self, p: &mut Process, (line, count): (BString, u64)) -> Result<(), Exit> {
        if (self.repeated && count == 1) || (self.single && count > 1) {
            return Ok(());
        }
        let mut text = if self.count { format!("{count:7} ").into_bytes() } else { Vec::new() };
        text.extend_from_slice(self.strip(&line));
        text.push(self.end);
        say::print(p, text).await
    }
}
