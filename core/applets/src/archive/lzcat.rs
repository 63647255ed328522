use kernel::Process;

use super::codec::Codec;
use super::packer::{Packer, Work};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[FILE]...

Decompress FILEs, or standard input, to standard output";

const OPTIONS: Options = Options::new(USAGE, "cfkvqdt");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let work = Work::Unpack(Codec::Lzma);
    Packer::to_stdout(work, &opts).run(p, opts.operands).await
}
