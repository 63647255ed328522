use bstr::ByteSlice;
use kernel::{Exit, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::{Matches, Options};
use crate::frame::number::{self, SIZES};
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[-o OFS] -l LEN FILE

Give FILE room

	-o OFS	From this offset
	-l LEN	For this many bytes";

const OPTIONS: Options = Options::new(USAGE, "l:o:").operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !opts.has('l') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let (offset, length) = (amount(p, &opts, 'o').await?, amount(p, &opts, 'l').await?);
    let name = opts.operands[0].as_bstr();
    let fd = match p.open(name, OpenFlags::RDWR | OpenFlags::CREAT, Mode::new(0o666)).await {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
    };
    let grown = if length == 0 {
        Err(Errno::EINVAL)
    } else {
        let end = offset.saturating_add(length);
        let size = p.fstat(fd).map(|stat| stat.size);
        // The room is a hole: nothing shorter stands for so many zeros.
        size.and_then(|size| if size < end { p.ftruncate(fd, end) } else { Ok(()) })
    };
    match grown {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, bytes!("fallocate '{}'", name), errno).await),
    }
}

async fn amount(p: &mut Process, opts: &Matches, key: char) -> Result<u64, Exit> {
    let Some(text) = opts.value(key) else { return Ok(0) };
    match number::unsigned(text, 0, i64::MAX as u64, SIZES) {
        Ok(number) => Ok(number),
        Err(message) => Err(say::die(p, message).await),
    }
}
