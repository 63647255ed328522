use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-c N] [-n]

Send the kernel's messages to the system's log

	-c N	To the console those more urgent than N (1-8)
	-n	In the foreground";

const OPTIONS: Options = Options::new(USAGE, "c:n").short_only();

/// A container may not read the kernel's messages, so that there is nothing to do; the real one ends without a word too.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(Err(message)) = opts.value('c').map(|text| number::unsigned(text, 1, 8, &[])) {
        return Err(say::die(p, message).await);
    }
    Ok(Exit(0))
}
