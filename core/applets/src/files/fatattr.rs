use bstr::{BString, ByteSlice};
use kernel::{OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[-+rhsvda] FILE...

Show or change the attributes of FILEs on a FAT file system

	-+	Take away, add
	r	Read only
	h	Hidden
	s	System
	v	Label of the volume
	d	Directory
	a	Archive";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args().to_vec();
    let is_change = |word: &&BString| word.starts_with(b"-") || word.starts_with(b"+");
    let changes = args.iter().skip(1).take_while(is_change).count();
    for letter in args[1..=changes].iter().flat_map(|word| word[1..].iter()) {
        if !b"rhsvda".contains(letter) {
            return Err(say::die(p, bytes!("invalid character '{}'", [*letter])).await);
        }
    }
    // No file system here has such attributes: the first file is the last.
    let Some(file) = args.get(1 + changes) else { return Err(usage::misuse(p, USAGE, 1).await) };
    match p.open(file, OpenFlags::RDONLY, Mode::default()).await {
        Ok(_) => Err(say::die_errno(p, "ioctl 0x80047210 failed", Errno::ENOTTY).await),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", file.as_bstr()), errno).await),
    }
}
