use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, number, say};

pub(crate) const USAGE: &str = "[-c 1-3] [-n 0-7] [-t] { -p PID | PROG ARGS }

Run PROG with another priority of input and output

	-c N	1 realtime, 2 best effort, 3 idle
	-n N	The priority
	-t	Go on when it cannot be set";

const OPTIONS: Options = Options::new(USAGE, "n:c:p:t").in_order();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    for (key, most) in [('c', u64::from(u32::MAX)), ('n', u64::from(u32::MAX)), ('p', i32::MAX as u64)] {
        if let Some(Err(message)) = opts.value(key).map(|text| number::unsigned(text, 0, most, &[])) {
            return Err(say::die(p, message).await);
        }
    }
    if let Some(class) =
        opts.value('c').filter(|class| !matches!(class.as_bytes(), b"0" | b"1" | b"2" | b"3"))
    {
        return Err(say::die(p, bytes!("bad class {}", class)).await);
    }
    // Nothing here waits for a disk, so a priority changes nothing, and none is kept.
    if opts.operands.is_empty() {
        if !opts.has('c') && !opts.has('n') {
            say::print(p, "none: prio 0\n").await?;
        }
        return Ok(Exit(0));
    }
    Ok(command::exec(p, &opts.operands).await)
}
