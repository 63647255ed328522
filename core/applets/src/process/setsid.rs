use kernel::{Exit, Process, WaitFlags, WaitFor};
use vfs::Errno;

use crate::frame::command;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::STDIN;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-c] PROG ARGS

Run PROG in a session of its own

	-c	Its terminal is standard input's";

const OPTIONS: Options = Options::new(USAGE, "c").in_order().at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let controls = opts.has('c');
    if p.setsid() == Err(Errno::EPERM) {
        // The leader of a group cannot begin a session: a child can.
        let argv = opts.operands.clone();
        let child = p.fork(move |mut child| async move {
            let _ = child.setsid();
            if controls {
                let _ = child.take_terminal(STDIN);
            }
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
    if controls {
        // Without a terminal there is none to take, and it runs all the same.
        let _ = p.take_terminal(STDIN);
    }
    Ok(command::exec(p, &opts.operands).await)
}
