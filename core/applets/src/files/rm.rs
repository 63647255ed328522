use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType};

use crate::frame::ask;
use crate::frame::getopt::Options;
use crate::frame::path;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;
use crate::frame::walk::{Links, Step, Walk};

pub(crate) const USAGE: &str = "[-irf] FILE...

Remove FILEs

	-i	Ask before each
	-f	Never ask; a missing FILE is no error
	-R,-r	Directories too, with all that is in them";

const OPTIONS: Options = Options::new(USAGE, "firRv");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let force = opts.last_of(&['f', 'i']) == Some('f');
    if opts.operands.is_empty() {
        return if force { Ok(Exit(0)) } else { Err(usage::misuse(p, USAGE, 1).await) };
    }
    let remover = Remover {
        recurse: opts.has('r') || opts.has('R'),
        force,
        interactive: opts.last_of(&['f', 'i']) == Some('i'),
        verbose: opts.has('v'),
    };
    let mut removed_all = true;
    for operand in &opts.operands {
        let last = path::last_part(operand.as_bstr());
        if last == "." || last == ".." {
            say::error(p, "can't remove '.' or '..'").await;
            removed_all = false;
        } else {
            removed_all &= remover.remove(p, path::strip(operand.as_bstr())).await?;
        }
    }
    Ok(Exit(u8::from(!removed_all)))
}

/// How files are removed (busybox `remove_file`).
pub(crate) struct Remover {
    /// `-r`
    pub(crate) recurse: bool,
    /// `-f`
    pub(crate) force: bool,
    /// `-i`
    pub(crate) interactive: bool,
    /// `-v`
    pub(crate) verbose: bool,
}

impl Remover {
    /// Removes a path; false when something was left, with the reason printed.
    pub(crate) async fn remove(&self, p: &mut Process, operand: &BStr) -> Result<bool, Exit> {
        let mut walk = Walk::new(operand, Links::Stay);
        let mut removed_all = true;
        while let Some(step) = walk.next(p) {
            p.tick(1).await;
            match step {
                Step::Lost(_, Errno::ENOENT) if self.force && walk.depth() == 0 => {}
                Step::Lost(path, errno) | Step::Unreadable(path, errno) => {
                    say::errno(p, bytes!("can't remove '{}'", path), errno).await;
                    removed_all = false;
                }
                Step::Enter(path, _) if !self.recurse => {
                    say::error(p, bytes!("'{}' is a directory", path)).await;
                    walk.skip();
                    removed_all = false;
                }
                Step::Enter(path, _) => {
                    let question = bytes!("{}: descend into directory '{}'? ", say::name(p), path);
                    if self.interactive && !ask::yes(p, question).await {
                        walk.skip();
                    }
                }
                Step::Leave(path, _) => {
                    if self.agrees(p, path.as_bstr()).await {
                        removed_all &= self.finish(p, path.as_bstr(), FileType::Directory).await?;
                    }
                }
                Step::Other(path, stat) => {
                    if self.agrees(p, path.as_bstr()).await {
                        removed_all &= self.finish(p, path.as_bstr(), stat.file_type).await?;
                    }
                }
            }
        }
        Ok(removed_all)
    }

    async fn agrees(&self, p: &mut Process, path: &BStr) -> bool {
        !self.interactive || ask::yes(p, bytes!("{}: remove '{}'? ", say::name(p), path)).await
    }

    async fn finish(&self, p: &mut Process, path: &BStr, kind: FileType) -> Result<bool, Exit> {
        let directory = kind == FileType::Directory;
        match if directory { p.rmdir(path) } else { p.unlink(path) } {
            Ok(()) => {
                if self.verbose {
                    let what = if directory { "removed directory: " } else { "removed " };
                    say::print(p, bytes!("{}'{}'\n", what, path)).await?;
                }
                Ok(true)
            }
            Err(errno) => {
                say::errno(p, bytes!("can't remove '{}'", path), errno).await;
                Ok(false)
            }
        }
    }
}
