//! rev.

use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[FILE]...

Print each line of FILEs (or stdin) backwards";

const OPTIONS: Options = Options::new(USAGE, "");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut input = Input::new(opts.operands);
    while let Some(batch) = input.batch(p).await {
        let mut out = Vec::with_capacity(batch.len());
        for line in batch.lines_with_terminator() {
            reverse(line, &mut out);
        }
        say::print(p, out).await?;
    }
    Ok(Exit(input.status()))
}

fn reverse(line: &[u8], out: &mut Vec<u8>) {
    // A NUL ends the text of a line, and takes the newline with it.
    let line = line.find_byte(0).map_or(line, |nul| &line[..nul]);
    let body = line.strip_suffix(b"\n").unwrap_or(line);
    if body.is_ascii() {
        out.extend(body.iter().rev());
    } else {
        for (start, end, _) in body.char_indices().rev() {
            out.extend_from_slice(&body[start..end]);
        }
    }
    out.extend_from_slice(&line[body.len()..]);
}
