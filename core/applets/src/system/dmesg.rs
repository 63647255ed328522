use kernel::Process;
use vfs::{Capability, Errno};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-cr] [-n LEVEL] [-s SIZE]

Print or control the kernel's messages

	-c	Empty the buffer after printing it
	-n LEVEL	What goes to the console
	-s SIZE	The size of the buffer
	-r	As they are";

const OPTIONS: Options = Options::new(USAGE, "cs:n:r").short_only();

/// The kernel's messages are its host's: no container may read them.
pub(crate) async fn main(p: &mut Process) -> Ended {
    OPTIONS.parse(p).await?;
    if p.cred().can(Capability::SYSLOG) {
        return Err(say::die(p, "the kernel's messages are not simulated").await);
    }
    Err(say::die_errno(p, "klogctl", Errno::EPERM).await)
}
