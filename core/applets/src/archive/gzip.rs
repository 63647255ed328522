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

const OPTIONS: Options = Options::new(USAGE, "cfkvqdtn123456789").long(&[
    ("stdout", 'c'),
    ("to-stdout", 'c'),
    ("force", 'f'),
    ("verbose", 'v'),
    ("test", 't'),
    ("quiet", 'q'),
    ("fast", '1'),
    ("best", '9'),
    ("no-name", 'n'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let unpacks = opts.has('d') || opts.has('t');
    let work = if unpacks { Work::Unpack(Codec::Gzip) } else { Work::Pack(Codec::Gzip, level(&opts, 6)) };
    Packer::new(work, &opts).run(p, opts.operands).await
}
