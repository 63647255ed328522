use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "FILE

Remove the name FILE";

const OPTIONS: Options = Options::new(USAGE, "").operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let file = &opts.operands[0];
    match p.unlink(file) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, bytes!("can't remove file '{}'", file), errno).await),
    }
}
