//! fold.

use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-bs] [-w WIDTH] [FILE]...

Break the lines of FILEs (or stdin) that are too long

	-b	Count bytes, not columns
	-s	Break after blanks
	-w	WIDTH columns instead of 80";

const OPTIONS: Options = Options::new(USAGE, "bsw:").long(&[("bytes", 'b'), ("spaces", 's'), ("width", 'w')]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let width = match opts.value('w').map(|text| number::unsigned(text, 1, 10_000, &[])) {
        None => 80,
        Some(Ok(width)) => width as usize,
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    let fold = Fold { width, bytes: opts.has('b'), spaces: opts.has('s') };
    let mut input = Input::new(opts.operands);
    while let Some(line) = input.line(p).await {
        say::print(p, fold.line(&line)).await?;
    }
    Ok(Exit(input.status()))
}

struct Fold {
    width: usize,
    bytes: bool,
    spaces: bool,
}

impl Fold {
    fn line(&self, line: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(line.len() + line.len() / self.width + 1);
        // Where the piece that is being filled begins in `out`.
        let mut start = 0;
        let mut column = 0;
        for (from, to, character) in line.char_indices() {
            let piece = &line[from..to];
            if character == '\n' {
                out.push(b'\n');
                break;
            }
            let mut next = self.advance(column, character, piece.len());
            if next > self.width && column > 0 {
                let at = if self.spaces { last_blank(&out[start..]).map(|at| start + at + 1) } else { None };
                let at = at.unwrap_or(out.len());
                out.insert(at, b'\n');
                start = at + 1;
                column = out[start..]
                    .char_indices()
                    .fold(0, |column, (from, to, character)| self.advance(column, character, to - from));
                next = self.advance(column, character, piece.len());
            }
            out.extend_from_slice(piece);
            column = next;
        }
        out
    }

    fn advance(&self, column: usize, character: char, bytes: usize) -> usize {
        match character {
            _ if self.bytes => column + bytes,
            '\u{8}' => column.saturating_sub(1),
            '\r' => 0,
            '\t' => column + 8 - column % 8,
            _ => column + 1,
        }
    }
}

fn last_blank(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| byte.is_ascii_whitespace())
}
