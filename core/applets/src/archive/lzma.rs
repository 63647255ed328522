use kernel::Process;

use super::codec::Codec;
use super::packer::{Packer, Work};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "-d [-cfk] [FILE]...

Decompress FILEs, or standard input

	-d	Decompress
	-c	To standard output
	-f	Replace files that exist
	-k	Keep FILEs";

const OPTIONS: Options = Options::new(USAGE, "cfkvqdt");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !opts.has('d') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let work = Work::Unpack(Codec::Lzma);
    Packer::new(work, &opts).run(p, opts.operands).await
}
