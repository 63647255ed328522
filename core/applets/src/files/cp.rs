use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType};

use super::copy::{Copier, How};
use super::mkdir::Maker;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{path, say, usage};

pub(crate) const USAGE: &str = "[-arPLHpfinlsTu] SOURCE DEST
or: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }

Copy SOURCEs to DEST

	-a	-dpR
	-R,-r	Directories with all that is in them
	-d,-P	Copy links as links (default with -R)
	-L	Follow all links
	-H	Follow links that are operands
	-p	Keep mode, owner and times
	-f	Replace what cannot be overwritten
	-i	Ask before overwriting
	-n	Never overwrite
	-l,-s	Make hard or symbolic links instead
	-T	DEST is no directory to copy into
	-t DIR	Copy all SOURCEs into DIR
	-u	Only what is newer";

const PARENTS: char = '\u{100}';
const REMOVE: char = '\u{101}';

const OPTIONS: Options = Options::new(USAGE, "pdRfinlsLHarPvuTt:\u{100}\u{101}").at_least(1).long(&[
    ("archive", 'a'),
    ("force", 'f'),
    ("interactive", 'i'),
    ("no-clobber", 'n'),
    ("link", 'l'),
    ("dereference", 'L'),
    ("no-dereference", 'P'),
    ("recursive", 'R'),
    ("symbolic-link", 's'),
    ("no-target-directory", 'T'),
    ("target-directory", 't'),
    ("verbose", 'v'),
    ("update", 'u'),
    ("remove-destination", REMOVE),
    ("parents", PARENTS),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('l') && opts.has('s') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut copier = Copier::new(how(&opts));
    let mut sources = opts.operands.clone();
    if opts.has('T') && sources.len() > 2 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let into = match opts.value('t') {
        Some(directory) => Some(directory.to_owned()),
        None if sources.len() < 2 => return Err(usage::misuse(p, USAGE, 1).await),
        None => None,
    };
    let last = into.clone().or_else(|| sources.pop()).unwrap_or_default();
    if into.is_none()
        && let [source] = &sources[..]
        && is_simple(p, &opts, source.as_bstr(), last.as_bstr()).await?
    {
        let copied = copier.copy(p, source.as_bstr(), last.as_bstr()).await?;
        return Ok(Exit(u8::from(!copied)));
    }
    let mut all = true;
    for source in &sources {
        let to = if opts.has(PARENTS) {
            let to = path::join(last.as_bstr(), source.as_bstr());
            make_parents(p, path::parent(to.as_bstr())).await?;
            to
        } else {
            path::join(last.as_bstr(), path::last_part(source.as_bstr()))
        };
        all &= copier.copy(p, source.as_bstr(), to.as_bstr()).await?;
    }
    Ok(Exit(u8::from(!all)))
}

fn how(opts: &Matches) -> How {
    let archive = opts.has('a');
    let recurse = archive || opts.has('r') || opts.has('R');
    let keeps_links = archive || opts.has('d') || opts.has('P');
    How {
        recurse,
        preserve: archive || opts.has('p'),
        follow_all: opts.has('L'),
        follow_operands: opts.has('H') || !(recurse || keeps_links),
        keep_links: recurse || opts.has('d'),
        force: opts.has('f') || opts.has(REMOVE),
        interactive: opts.has('i'),
        keep_existing: opts.has('n'),
        only_newer: opts.has('u'),
        hard: opts.has('l'),
        symbolic: opts.has('s'),
        verbose: opts.has('v'),
    }
}

/// Whether the two operands are source and copy, and not source and directory to copy into.
async fn is_simple(p: &mut Process, opts: &Matches, from: &BStr, to: &BStr) -> Result<bool, Exit> {
    let followed = how(opts).follow_operands || opts.has('L');
    let source = match if followed { p.stat(from) } else { p.lstat(from) } {
        Ok(stat) => stat.file_type == FileType::Directory,
        Err(Errno::ENOENT) if opts.has('s') || opts.has('l') => false,
        Err(errno) => return Err(say::die_errno(p, bytes!("can't stat '{}'", from), errno).await),
    };
    let target = match p.stat(to) {
        Ok(stat) => Some(stat.file_type == FileType::Directory),
        Err(Errno::ENOENT) => None,
        Err(errno) => return Err(say::die_errno(p, bytes!("can't stat '{}'", to), errno).await),
    };
    if opts.has('T') {
        if !source && target == Some(true) {
            return Err(say::die(p, bytes!("'{}' is a directory", to)).await);
        }
        return Ok(true);
    }
    if opts.has(PARENTS) {
        if target != Some(true) {
            return Err(say::die(p, "with --parents, the destination must be a directory").await);
        }
        return Ok(false);
    }
    let neither = !source && target != Some(true);
    Ok(neither || (how(opts).recurse && source && target.is_none()))
}

async fn make_parents(p: &mut Process, directory: &BStr) -> Result<(), Exit> {
    let maker = Maker { parents: true, mode: None, verbose: false };
    match maker.make(p, directory).await? {
        Ok(()) => Ok(()),
        Err((path, errno)) => {
            let path: BString = path.to_owned();
            Err(say::die_errno(p, bytes!("can't create directory '{}'", path), errno).await)
        }
    }
}
