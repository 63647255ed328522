use bstr::ByteSlice;
use kernel::Process;

use super::table;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-xq] PID...

Show the memory maps of processes

	-x	More of each
	-q	Less";

const OPTIONS: Options = Options::new(USAGE, "xq").short_only().at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let all = table::read(p).await;
    for word in &opts.operands {
        let known = all.iter().any(|entry| entry.pid.to_string().as_bytes() == word.as_bytes());
        if known {
            return Err(say::die(p, bytes!("{}: memory maps are not simulated", word)).await);
        }
        say::print(p, bytes!("{}: [?]\n", word)).await?;
    }
    Ok(kernel::Exit(42))
}
