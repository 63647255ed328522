use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, number, say, usage};

pub(crate) const USAGE: &str = "[-n ADJUST] [PROG ARGS]

Run PROG with another priority, or print this one

	-n ADJUST	What is added to it (10)";

const OPTIONS: Options = Options::new(USAGE, "n:").in_order().short_only();

/// Priorities mean nothing here: time is shared evenly, and each process has the usual one.
pub(crate) async fn main(p: &mut Process) -> Ended {
    if p.args().len() == 1 {
        say::print(p, "0\n").await?;
        return Ok(Exit(0));
    }
    let Ok(opts) = OPTIONS.read(p.args()) else { return Err(usage::misuse(p, USAGE, 1).await) };
    let adjust = match opts.value('n').map(|text| number::signed(text, i64::MIN, i64::MAX, &[])) {
        None => 10,
        Some(Ok(adjust)) => adjust,
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    if opts.operands.is_empty() {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    if adjust < 0 && p.cred().uid != 0 {
        return Err(say::die_errno(p, format!("setpriority({adjust})"), Errno::EACCES).await);
    }
    Ok(command::exec(p, &opts.operands).await)
}
