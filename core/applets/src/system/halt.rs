use kernel::{Exit, Pid, PidTarget, Process, Signal};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{duration, say};

pub(crate) const USAGE: &str = "[-d DELAY] [-nfw]

Ask the first process to halt the machine

	-d SEC	Wait first
	-n	Write no buffers back
	-f	Do it oneself
	-w	Only note it in wtmp";

/// Without a record of logins.
const OPTIONS: Options = Options::new(USAGE, "d:nfwi").short_only();

/// The same for its two relatives, which ask for other things.
pub(crate) mod poweroff {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "[-d DELAY] [-nf]

Ask the first process to switch the machine off

	-d SEC	Wait first
	-n	Write no buffers back
	-f	Do it oneself";
}

/// See [`poweroff`].
pub(crate) mod reboot {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "[-d DELAY] [-nf]

Ask the first process to start the machine anew

	-d SEC	Wait first
	-n	Write no buffers back
	-f	Do it oneself";
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(text) = opts.value('d') {
        match duration::duration(text) {
            // A signal ends the wait early.
            Ok(time) => drop(p.sleep(time).await),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    if opts.has('w') {
        return Ok(Exit(0));
    }
    if opts.has('f') {
        return Err(say::die(p, Errno::EPERM.to_string()).await);
    }
    let signal = match say::name(p).as_slice() {
        b"reboot" => Signal::TERM,
        b"poweroff" => Signal::USR2,
        _ => Signal::USR1,
    };
    match p.kill(PidTarget::Process(Pid(1)), signal) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die(p, errno.to_string()).await),
    }
}
