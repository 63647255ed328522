use kernel::{Exit, Process, WaitFlags, WaitFor};
use vfs::Errno;

use crate::frame::command;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-c] PROG ARGS

Run PROG in a session of its own

	-c	Its terminal is standard input's";

const OPTIONS: Options = Options::new(USAGE, "c").in_order().at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('c') {
        return Err(say::die(p, "-c: a controlling terminal is not simulated").await);
    }
    if p.setsid() == Err(Errno::EPERM) {
        // The leader of a group cannot begin a session: a child can.
        let argv = opts.operands.clone();
        let child = p.fork(move |mut child| async move {
            let _ = child.setsid();
            command::exec(&mut child, &argv).await
        });
        return match child {
            Ok(pid) => {
                let ended = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
                Ok(ended.map_or(Exit(1), |(_, status)| Exit(status.code())))
            }
            Err(errno) => Err(say::die_errno(p, "fork", errno).await),
        };
    }
    Ok(command::exec(p, &opts.operands).await)
}
