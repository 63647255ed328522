use bstr::ByteSlice;
use kernel::{Exit, Process};
use vfs::{Capability, Errno};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-rlfda] [-t FSTYPE] [-O FSOPT] FILESYSTEM|DIRECTORY

Unmount file systems

	-a	All
	-r	Make busy ones read-only
	-l	Now by name, later in fact
	-f	By force
	-d	Free the loop device too
	-t FSTYPE	Those of a type";

const OPTIONS: Options = Options::new(USAGE, "fldnrat:vO:i").at_least(1).short_only();

/// A container lacks the capability to unmount.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if p.cred().can(Capability::SYS_ADMIN) {
        return Err(say::die(p, "unmounting is not simulated").await);
    }
    for name in &opts.operands {
        let errno = match p.stat(name) {
            Err(errno) if name.find_byte(b'/').is_some() => errno,
            _ => Errno::EPERM,
        };
        say::errno(p, bytes!("can't unmount {}", name), errno).await;
    }
    Ok(Exit(1))
}
