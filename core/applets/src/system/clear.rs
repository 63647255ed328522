use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Clear the screen";

/// Home, then erase to the end, as ECMA-48 has it.
pub(crate) async fn main(p: &mut Process) -> Ended {
    say::print(p, "\x1b[H\x1b[J").await?;
    Ok(Exit(0))
}
