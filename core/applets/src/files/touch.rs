use bstr::{BStr, ByteSlice};
use kernel::{Exit, OpenFlags, Process, TimeChange};
use vfs::{Errno, Follow, Mode, Time};

use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::time::parse::date_text;

pub(crate) const USAGE: &str = "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...

Set the times of FILEs, and make them

	-c	Make no files
	-h	Links themselves
	-a	Access time only
	-m	Modification time only
	-d DT	This time
	-t DT	This time
	-r FILE	The times of FILE";

const OPTIONS: Options = Options::new(USAGE, "chamfd:t:r:").at_least(1).long(&[
    ("no-create", 'c'),
    ("no-dereference", 'h'),
    ("reference", 'r'),
    ("date", 'd'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let (atime, mtime) = times(p, &opts).await?;
    let follow = if opts.has('h') { Follow::No } else { Follow::Yes };
    let mut status = 0;
    for file in &opts.operands {
        let touched = match p.utimens(file, atime, mtime, follow) {
            Err(Errno::ENOENT) if opts.has('c') => Ok(()),
            Err(Errno::ENOENT) => make(p, file.as_bstr(), (atime, mtime)).await,
            other => other,
        };
        if let Err(errno) = touched {
            say::errno(p, file, errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}

async fn times(p: &mut Process, opts: &Matches) -> Result<(TimeChange, TimeChange), Exit> {
    let (mut atime, mut mtime) = (TimeChange::Now, TimeChange::Now);
    if let Some(model) = opts.value('r') {
        match p.stat(model) {
            Ok(stat) => (atime, mtime) = (TimeChange::At(stat.atime), TimeChange::At(stat.mtime)),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't stat '{}'", model), errno).await),
        }
    }
    if let Some(text) = opts.value('d').or(opts.value('t')) {
        match date_text(text, p.now().secs()) {
            Some(seconds) => (atime, mtime) = (at(seconds), at(seconds)),
            None => return Err(say::die(p, bytes!("invalid date '{}'", text)).await),
        }
    }
    match (opts.has('a'), opts.has('m')) {
        (true, false) => mtime = TimeChange::Keep,
        (false, true) => atime = TimeChange::Keep,
        _ => {}
    }
    Ok((atime, mtime))
}

fn at(seconds: i64) -> TimeChange {
    TimeChange::At(Time::from_secs(seconds))
}

async fn make(p: &mut Process, file: &BStr, (atime, mtime): (TimeChange, TimeChange)) -> Result<(), Errno> {
    let fd = p.open(file, OpenFlags::RDWR | OpenFlags::CREAT, Mode::new(0o666)).await?;
    p.close(fd)?;
    if (atime, mtime) == (TimeChange::Now, TimeChange::Now) {
        return Ok(());
    }
    p.utimens(file, atime, mtime, Follow::Yes)
}
