use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-aH]

Show who is logged in

	-a	Everything
	-H	Name the columns";

const OPTIONS: Options = Options::new(USAGE, "aH");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    // A container has no login records: only the head is there.
    if opts.has('H') {
        say::print(p, "USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n").await?;
    }
    Ok(Exit(0))
}
