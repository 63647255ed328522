use bstr::ByteSlice;
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-d] FILE...

Write what is buffered of FILEs to disk

	-d	Without the metadata";

const OPTIONS: Options = Options::new(USAGE, "d").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut status = 0;
    for file in &opts.operands {
        match p.open(file, OpenFlags::RDONLY, Mode::default()).await {
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
