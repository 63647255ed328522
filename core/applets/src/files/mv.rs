use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType};

use super::copy::{Copier, How};
use super::rm::Remover;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{ask, path, say, usage};

pub(crate) const USAGE: &str = "[-finT] SOURCE DEST
or: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }

Rename SOURCE to DEST, or move SOURCEs into DIRECTORY

	-f	Overwrite without asking
	-i	Ask before overwriting
	-n	Never overwrite
	-T	DEST is no directory to move into
	-t DIR	Move all SOURCEs into DIR";

const OPTIONS: Options = Options::new(USAGE, "finTt:v").at_least(1).long(&[
    ("interactive", 'i'),
    ("force", 'f'),
    ("no-clobber", 'n'),
    ("no-target-directory", 'T'),
    ("target-directory", 't'),
    ("verbose", 'v'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut sources = opts.operands.clone();
    let into = opts.value('t').map(|directory| directory.to_owned());
    let named = into.is_some();
    let last = match into.or_else(|| if sources.len() > 1 { sources.pop() } else { None }) {
        Some(last) => last,
        None => return Err(usage::misuse(p, USAGE, 1).await),
    };
    let directory = p.stat(&last).is_ok_and(|stat| stat.file_type == FileType::Directory);
    if opts.has('T') && !named {
        if sources.len() > 1 {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
        let is_dir = |path: &BString| p.lstat(path).is_ok_and(|stat| stat.file_type == FileType::Directory);
        if directory && !sources.iter().all(is_dir) {
            return Err(say::die(p, bytes!("'{}' is a directory", last)).await);
        }
    }
    let mut all = true;
    if sources.len() == 1 && !named && (opts.has('T') || !directory) {
        all &= one(p, &opts, sources[0].as_bstr(), last.as_bstr()).await?;
        return Ok(Exit(u8::from(!all)));
    }
    for source in &sources {
        let to = path::join(last.as_bstr(), path::last_part(source.as_bstr()));
        all &= one(p, &opts, source.as_bstr(), to.as_bstr()).await?;
    }
    Ok(Exit(u8::from(!all)))
}

/// Moves one file; false when that failed, with the reason printed.
async fn one(p: &mut Process, opts: &Matches, from: &BStr, to: &BStr) -> Result<bool, Exit> {
    if p.lstat(to).is_ok() {
        match opts.last_of(&['f', 'i', 'n']) {
            Some('n') => return Ok(true),
            Some('i') => {
                let question = bytes!("{}: overwrite '{}'? ", say::name(p), to);
                if !ask::yes(p, question).await {
                    return Ok(true);
                }
            }
            _ => {}
        }
    }
    match p.rename(from, to) {
        Ok(()) => {}
        Err(Errno::EXDEV) => {
            if !across(p, from, to).await? {
                return Ok(false);
            }
        }
        Err(errno) => {
            say::errno(p, bytes!("can't rename '{}'", from), errno).await;
            return Ok(false);
        }
    }
    if opts.has('v') {
        say::print(p, bytes!("'{}' -> '{}'\n", from, to)).await?;
    }
    Ok(true)
}

/// To another mount: a copy that keeps everything, then the removal of the original.
async fn across(p: &mut Process, from: &BStr, to: &BStr) -> Result<bool, Exit> {
    if let Ok(target) = p.lstat(to) {
        let source_is_directory = p.lstat(from).is_ok_and(|stat| stat.file_type == FileType::Directory);
        let target_is_directory = target.file_type == FileType::Directory;
        let refused = match (source_is_directory, target_is_directory) {
            (true, false) => Some("cannot overwrite non-directory with directory"),
            (false, true) => Some("cannot overwrite directory with non-directory"),
            _ => None,
        };
        if let Some(message) = refused {
            say::error(p, bytes!("'{}': {}", from, message)).await;
            return Ok(false);
        }
        let removed = if target_is_directory { p.rmdir(to) } else { p.unlink(to) };
        if let Err(errno) = removed {
            say::errno(p, bytes!("can't remove '{}'", to), errno).await;
            return Ok(false);
        }
    }
    let how = How { recurse: true, preserve: true, keep_links: true, ..How::default() };
    let remover = Remover { recurse: true, force: true, interactive: false, verbose: false };
    Ok(Copier::new(how).copy(p, from, to).await? && remover.remove(p, from).await?)
}
