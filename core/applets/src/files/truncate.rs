use bstr::ByteSlice;
use kernel::{Exit, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::Options;
use crate::frame::number::{self, SIZES};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-c] -s SIZE FILE...

Cut or lengthen FILEs to SIZE

	-c	Make no files
	-s SIZE";

const OPTIONS: Options = Options::new(USAGE, "cs:").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let Some(text) = opts.value('s') else { return Err(usage::misuse(p, USAGE, 1).await) };
    let size = match number::unsigned(text, 0, i64::MAX as u64, SIZES) {
        Ok(size) => size,
        Err(message) => return Err(say::die(p, message).await),
    };
    let flags = if opts.has('c') { OpenFlags::WRONLY } else { OpenFlags::WRONLY | OpenFlags::CREAT };
    let mut status = 0;
    for file in &opts.operands {
        match p.open(file, flags | OpenFlags::NONBLOCK, Mode::new(0o666)).await {
            Ok(fd) => {
                if let Err(errno) = p.ftruncate(fd, size) {
                    say::errno(p, bytes!("{}: truncate", file), errno).await;
                    status = 1;
                }
                if let Err(errno) = p.close(fd) {
                    say::errno(p, file.as_bstr(), errno).await;
                    status = 1;
                }
            }
            Err(Errno::ENOENT) if opts.has('c') => {}
            Err(errno) => {
                say::errno(p, bytes!("{}: open", file), errno).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}
