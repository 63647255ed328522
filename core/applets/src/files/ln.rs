use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType};

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{path, say, usage};

pub(crate) const USAGE: &str = "[-sfnbtv] [-S SUF] TARGET... LINK|DIR

Make LINK, or DIR/TARGET, another name of TARGET

	-s	Symbolic links
	-f	Replace what is there
	-n	A LINK that is a link to a directory is a file
	-b	Keep what is there under another name
	-S SUF	End of that name (~)
	-T	LINK is a file, not DIR
	-v	Tell what is made";

const OPTIONS: Options = Options::new(USAGE, "sfnbS:vT").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut targets = opts.operands.clone();
    let last = if targets.len() > 1 { targets.pop() } else { None };
    if targets.len() > 1 && opts.has('T') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut status = 0;
    for target in &targets {
        let link = match &last {
            None => path::last_part(target.as_bstr()).to_owned(),
            Some(last) => match place(p, &opts, last, target.as_bstr()).await {
                Some(link) => link,
                None => return Err(Exit(1)),
            },
        };
        if !make(p, &opts, target.as_bstr(), link.as_bstr()).await? {
            status = 1;
        }
    }
    Ok(Exit(status))
}

/// Where the link goes: into a directory, or the very name.
async fn place(p: &mut Process, opts: &Matches, last: &BString, target: &BStr) -> Option<BString> {
    let stat = if opts.has('n') || opts.has('T') { p.lstat(last) } else { p.stat(last) };
    let directory = stat.is_ok_and(|stat| stat.file_type == FileType::Directory);
    if directory && opts.has('T') {
        say::error(p, bytes!("'{}' is a directory", last)).await;
        return None;
    }
    if directory { Some(path::join(last.as_bstr(), path::last_part(target))) } else { Some(last.clone()) }
}

async fn make(p: &mut Process, opts: &Matches, target: &BStr, link: &BStr) -> Result<bool, Exit> {
    let symbolic = opts.has('s');
    if !symbolic && let Err(errno) = p.lstat(target) {
        say::errno(p, target, errno).await;
        return Ok(false);
    }
    if opts.has('b') {
        let backup = bytes!("{}{}", link, opts.value('S').unwrap_or("~".into()));
        match p.rename(link, &backup) {
            Ok(()) | Err(Errno::ENOENT) => {}
            Err(errno) => {
                say::errno(p, link, errno).await;
                return Ok(false);
            }
        }
    } else if opts.has('f') {
        // When it cannot be removed, making the link tells why.
        let _ = p.unlink(link);
    }
    if opts.has('v') {
        say::print(p, bytes!("'{}' -> '{}'\n", link, target)).await?;
    }
    let made = if symbolic { p.symlink(target, link) } else { p.link(target, link) };
    match made {
        Ok(()) => Ok(true),
        Err(errno) => {
            say::errno(p, link, errno).await;
            Ok(false)
        }
    }
}
