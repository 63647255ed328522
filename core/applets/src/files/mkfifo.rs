use bstr::ByteSlice;
use kernel::{Exit, Process};
use vfs::{Device, FileType};

use super::mode;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-m MODE] NAME

Make a named pipe

	-m MODE	Its mode (a=rw)";

const OPTIONS: Options = Options::new(USAGE, "m:").long(&[("mode", 'm')]).at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mode = mode::for_node(p, opts.value('m'));
    let mut status = 0;
    for name in &opts.operands {
        let made = mode.and_then(|mode| {
            p.mknod(name, FileType::Fifo, mode, Device::default())?;
            if opts.has('m') { p.chmod(name, mode) } else { Ok(()) }
        });
        if let Err(errno) = made {
            say::errno(p, name.as_bstr(), errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}
