use bstr::ByteSlice;
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-df] [FILE]...

Write everything that is buffered (of FILEs) to disk

	-d	Without the metadata
	-f	The file systems that FILEs are on";

const OPTIONS: Options = Options::new(USAGE, "df");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.operands.is_empty() {
        p.sync();
    }
    let mut status = 0;
    for file in &opts.operands {
        match p.open(file, OpenFlags::RDONLY | OpenFlags::NONBLOCK, Mode::default()).await {
            Ok(fd) => {
                p.sync();
                stream::close(p, fd);
            }
            Err(errno) => {
                say::errno(p, bytes!("can't open '{}'", file.as_bstr()), errno).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}
