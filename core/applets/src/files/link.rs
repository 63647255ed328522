use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "FILE LINK

Make LINK another name of FILE";

const OPTIONS: Options = Options::new(USAGE, "").operands(2, 2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let (file, link) = (&opts.operands[0], &opts.operands[1]);
    match p.link(file, link) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => {
            let message = bytes!("can't create hardlink '{}' to '{}'", link, file);
            Err(say::die_errno(p, message, errno).await)
        }
    }
}
