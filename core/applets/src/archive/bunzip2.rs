use kernel::Process;

use super::codec::Codec;
use super::packer::{Packer, Work};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-cfkt] [FILE]...

Decompress FILEs, or standard input

	-c	To standard output
	-f	Replace files that exist
	-k	Keep FILEs
	-t	Only test";

const OPTIONS: Options = Options::new(USAGE, "cfkvqdt");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let work = Work::Unpack(Codec::Bzip2);
    Packer::new(work, &opts).run(p, opts.operands).await
}
