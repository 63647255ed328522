use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::stream::{STDIN, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Bring the terminal back to its beginning";

/// Standard character sets, attributes and cursor, then a clear screen; nothing without a terminal.
pub(crate) async fn main(p: &mut Process) -> Ended {
    if p.isatty(STDIN) && p.isatty(STDOUT) {
        say::print(p, "\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h").await?;
    }
    Ok(Exit(0))
}
