use bstr::ByteSlice;
use kernel::{OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "OPTION BLOCKDEV

	--setro		Make it read-only
	--setrw		Make it writable
	--getro		Whether it is read-only
	--getss		Bytes of a sector
	--getbsz	Bytes of a block
	--setbsz BYTES	Set them
	--getsz		Sectors of 512 bytes in it
	--getsize64	Bytes in it
	--getra		Sectors that are read ahead
	--setra SECTORS	Set them
	--flushbufs	Write out what is buffered
	--rereadpt	Read the table of partitions again";

/// The options, and whether they take a number.
const COMMANDS: &[(&str, bool)] = &[
    ("setro", false),
    ("setrw", false),
    ("getro", false),
    ("getss", false),
    ("getbsz", false),
    ("setbsz", true),
    ("getsz", false),
    ("getsize", false),
    ("getsize64", false),
    ("getra", false),
    ("setra", true),
    ("flushbufs", false),
    ("rereadpt", false),
];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args().to_vec();
    let command = args.get(1).and_then(|word| word.strip_prefix(b"--"));
    let known = COMMANDS.iter().find(|(name, _)| command == Some(name.as_bytes()));
    let Some((_, takes_number)) = known else { return Err(usage::misuse(p, USAGE, 1).await) };
    let mut operands = args[2..].iter();
    if *takes_number {
        let Some(text) = operands.next() else { return Err(usage::misuse(p, USAGE, 1).await) };
        if let Err(message) = number::unsigned(text.as_bstr(), 0, u64::from(u32::MAX), &[]) {
            return Err(say::die(p, message).await);
        }
    }
    let (Some(device), None) = (operands.next(), operands.next()) else {
        return Err(usage::misuse(p, USAGE, 1).await);
    };
    // No device here is a block device that can be opened.
    match p.open(device, OpenFlags::RDONLY, Mode::default()).await {
        Ok(_) => Err(say::die_errno(p, device, Errno::ENOTTY).await),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", device), errno).await),
    }
}
