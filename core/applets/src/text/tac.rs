//! tac.

use bstr::BString;
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[FILE]...

Print the lines of FILEs (or stdin), the last one first";

const OPTIONS: Options = Options::new(USAGE, "");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut status = 0;
    for file in crate::frame::stream::or_stdin(opts.operands) {
        let mut input = Input::new(vec![file]);
        let mut lines: Vec<BString> = Vec::new();
        let mut held = 0;
        while let Some(line) = input.line(p).await {
            p.hold_memory(held, held + line.len() as u64);
            held += line.len() as u64;
            lines.push(line);
        }
        for line in lines.iter().rev() {
            say::print(p, line).await?;
        }
        p.hold_memory(held, 0);
        status |= input.status();
    }
    Ok(Exit(status))
}
