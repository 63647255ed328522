use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::path;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "FILENAME

Print FILENAME without its last part";

const OPTIONS: Options = Options::new(USAGE, "").operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    say::print(p, bytes!("{}\n", path::parent(opts.operands[0].as_bstr()))).await?;
    Ok(Exit(0))
}
