//! expand and unexpand.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-i] [-t N] [FILE]...

Turn tabs into blanks

	-i	Only those at the start of a line
	-t	A tab stop every N columns";

const OPTIONS: Options = Options::new(USAGE, "it:").long(&[("initial", 'i'), ("tabs", 't')]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let stop = tab_stop(p, &opts).await?;
    let mut input = Input::new(opts.operands.clone());
    while let Some(line) = input.line(p).await {
        say::print(p, expand(&line, stop, opts.has('i'))).await?;
    }
    Ok(Exit(input.status()))
}

async fn tab_stop(p: &mut Process, opts: &Matches) -> Result<usize, Exit> {
    match opts.value('t').map(|text| number::unsigned(text, 1, u64::from(u32::MAX), &[])) {
        None => Ok(8),
        Some(Ok(stop)) => Ok(usize::try_from(stop).unwrap_or(8)),
        Some(Err(message)) => Err(say::die(p, message).await),
    }
}

/// The widest run of blanks a tab may become.
const WIDEST: usize = 64 * 1024;

fn expand(line: &[u8], stop: usize, initial: bool) -> BString {
    let mut out = BString::from(Vec::with_capacity(line.len() + 16));
    let mut column = 0;
    for (from, to, character) in line.char_indices() {
        if initial && !matches!(character, ' ' | '\t') {
            out.extend_from_slice(&line[from..]);
            break;
        }
        if character == '\0' {
            // No string of C holds one.
            continue;
        }
        if character == '\t' {
            let width = stop - column % stop;
            out.extend(std::iter::repeat_n(b' ', width.min(WIDEST)));
            column += width;
        } else {
            out.extend_from_slice(&line[from..to]);
            column += 1;
        }
    }
    out
}

/// unexpand.
pub(crate) mod unexpand {
    use super::*;

    pub(crate) const USAGE: &str = "[-fa][-t N] [FILE]...

Turn blanks into tabs

	-a	All of them
	-f	Only those at the start of a line
	-t N	A tab stop every N columns";

    const OPTIONS: Options =
        Options::new(USAGE, "ft:a").long(&[("first-only", 'f'), ("tabs", 't'), ("all", 'a')]);

    pub(crate) async fn main(p: &mut Process) -> Ended {
        let opts = OPTIONS.parse(p).await?;
        let stop = tab_stop(p, &opts).await?;
        let all = (opts.has('a') || opts.has('t')) && !opts.has('f');
        let mut input = Input::new(opts.operands.clone());
        while let Some(line) = input.line(p).await {
            let line: Vec<u8> = line.iter().copied().filter(|byte| *byte != 0).collect();
            say::print(p, unexpand(&line, stop, all)).await?;
        }
        Ok(Exit(input.status()))
    }

    fn unexpand(line: &[u8], stop: usize, all: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(line.len());
        let mut column = 0;
        let mut rest = line;
        while !rest.is_empty() {
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let start = column;
            for byte in &rest[..blanks] {
                column = if *byte == b'\t' { column + stop - column % stop } else { column + 1 };
            }
            rest = &rest[blanks..];
            let mut at = start;
            while at / stop < column / stop {
                out.push(b'\t');
                at += stop - at % stop;
            }
            out.extend(std::iter::repeat_n(b' ', column - at));
            // A line that begins with a word is still looked at behind it.
            if !all && rest.len() != line.len() {
                out.extend_from_slice(rest);
                break;
            }
            let word = rest.iter().take_while(|byte| !matches!(byte, b' ' | b'\t')).count();
            out.extend_from_slice(&rest[..word]);
            column += rest[..word].chars().count();
            rest = &rest[word..];
        }
        out
    }
}
