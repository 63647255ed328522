use kernel::Process;

use super::codec::Codec;
use super::packer::{Packer, Work, level};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-cfkdt123456789] [FILE]...

Compress FILEs, or standard input

	-1..9	How hard
	-d	Decompress
	-c	To standard output
	-f	Replace files that exist
	-k	Keep FILEs
	-t	Only test";

const OPTIONS: Options = Options::new(USAGE, "cfkvqdt123456789");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let unpacks = opts.has('d') || opts.has('t');
    let work = if unpacks { Work::Unpack(Codec::Bzip2) } else { Work::Pack(Codec::Bzip2, level(&opts, 9)) };
    Packer::new(work, &opts).run(p, opts.operands).await
}
