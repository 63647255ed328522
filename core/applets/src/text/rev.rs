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
    while let Some(line) = input.line(p).await {
        // A NUL ends the text of a line, and takes the newline with it.
        let line = line.find_byte(0).map_or(&line[..], |nul| &line[..nul]);
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let mut text: Vec<u8> = Vec::with_capacity(line.len());
        for (start, end, _) in body.char_indices().rev() {
            text.extend_from_slice(&body[start..end]);
        }
        text.extend_from_slice(&line[body.len()..]);
        say::print(p, text).await?;
    }
    Ok(Exit(input.status()))
}
