use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType, Follow};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-q] { [-dn] DIR | -x DEVICE }

Tell whether DIR is where something is mounted

	-q	Print nothing
	-d	Print the number of the file system's device
	-n	Print the name of the file system's device
	-x	Print the number of DEVICE";

const OPTIONS: Options = Options::new(USAGE, "qdxn").operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let name = opts.operands[0].as_bstr();
    let quiet = opts.has('q');
    let stat = match if opts.has('x') { p.stat(name) } else { p.lstat(name) } {
        Ok(stat) => stat,
        Err(errno) => return Err(failed(p, quiet, name, errno).await),
    };
    if opts.has('x') {
        if stat.file_type == FileType::BlockDevice {
            say::print(p, format!("{}:{}\n", stat.rdev.major, stat.rdev.minor)).await?;
            return Ok(Exit(0));
        }
        if !quiet {
            say::error(p, bytes!("{}: not a block device", name)).await;
        }
        return Err(Exit(1));
    }
    if stat.file_type != FileType::Directory {
        return Err(failed(p, quiet, name, Errno::ENOTDIR).await);
    }
    let above = bytes!("{}/..", name);
    let around = p.stat(&above).and_then(|stat| Ok((p.device(&above, Follow::Yes)?, stat.ino)));
    let here = p.device(name, Follow::No);
    let ((outer, ino), device) = match around.and_then(|around| Ok((around, here?))) {
        Ok(found) => found,
        Err(errno) => return Err(failed(p, quiet, name, errno).await),
    };
    let mounted = outer != device || ino == stat.ino;
    if opts.has('d') {
        say::print(p, format!("{}:{}\n", device >> 8, device & 255)).await?;
    }
    if opts.has('n') {
        // Nothing in a container is mounted from a device of its own.
        say::print(p, bytes!("UNKNOWN {}\n", name)).await?;
    }
    if !(quiet || opts.has('d') || opts.has('n')) {
        let not = if mounted { "" } else { "not " };
        say::print(p, bytes!("{} is {}a mountpoint\n", name, not)).await?;
    }
    Ok(Exit(u8::from(!mounted)))
}

async fn failed(p: &mut Process, quiet: bool, name: &BStr, errno: Errno) -> Exit {
    if quiet { Exit(1) } else { say::die_errno(p, name, errno).await }
}
