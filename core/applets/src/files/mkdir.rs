use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType, Mode};

use super::mode;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-m MODE] [-p] DIRECTORY...

Make directories

	-m MODE	Their mode
	-p	Make missing parents; an existing directory is no error";

const OPTIONS: Options =
    Options::new(USAGE, "m:pv").long(&[("mode", 'm'), ("parents", 'p'), ("verbose", 'v')]).at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut wanted = None;
    if let Some(text) = opts.value('m') {
        match mode::parse(text, 0o777, p.umask().bits(), true) {
            Some(mode) => wanted = Some(Mode::new(mode)),
            None => return Err(say::die(p, bytes!("invalid mode '{}'", text)).await),
        }
    }
    let maker = Maker { parents: opts.has('p'), mode: wanted, verbose: opts.has('v') };
    let mut status = 0;
    for operand in &opts.operands {
        if let Err((path, errno)) = maker.make(p, operand.as_bstr()).await? {
            say::errno(p, bytes!("can't create directory '{}'", path), errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}

/// How directories are made (busybox `bb_make_directory`); install and adduser use it too.
pub(crate) struct Maker {
    /// `-p`
    pub(crate) parents: bool,
    /// The mode of the last directory, umask aside.
    pub(crate) mode: Option<Mode>,
    /// `-v`
    pub(crate) verbose: bool,
}

impl Maker {
    /// Makes the directory; the inner error is the path that failed and why.
    pub(crate) async fn make<'a>(
        &self,
        p: &mut Process,
        path: &'a BStr,
    ) -> Result<Result<(), (&'a BStr, Errno)>, Exit> {
        if self.parents {
            for at in separators(path) {
                let parent = path[..=at].as_bstr();
                if parent.iter().all(|byte| *byte == b'/') || is_directory(p, parent) {
                    continue;
                }
                if let Err(errno) = make_parent(p, parent) {
                    return Ok(Err((parent, why_not(p, parent, errno))));
                }
                self.tell(p, parent).await?;
            }
        }
        match p.mkdir(path, Mode::new(0o777)) {
            Ok(()) => self.tell(p, path).await?,
            Err(Errno::EEXIST) if self.parents && is_directory(p, path) => return Ok(Ok(())),
            Err(errno) => return Ok(Err((path, errno))),
        }
        let changed = self.mode.map_or(Ok(()), |mode| p.chmod(path, mode));
        Ok(changed.map_err(|errno| (path, errno)))
    }

    async fn tell(&self, p: &mut Process, path: &BStr) -> Result<(), Exit> {
        if self.verbose { say::print(p, bytes!("created directory: '{}'\n", path)).await } else { Ok(()) }
    }
}

/// POSIX: whatever the umask, the owner can write and search a parent made on the way.
fn make_parent(p: &mut Process, path: &BStr) -> Result<(), Errno> {
    let umask = p.umask();
    p.set_umask(Mode::new(umask.bits() & !0o300));
    let made = p.mkdir(path, Mode::new(0o777));
    p.set_umask(umask);
    made
}

/// What stands in the way of a directory: for a file in its place, what stat says of the path.
fn why_not(p: &mut Process, path: &BStr, errno: Errno) -> Errno {
    if errno == Errno::EEXIST { p.stat(path).err().unwrap_or(errno) } else { errno }
}

fn is_directory(p: &mut Process, path: &BStr) -> bool {
    p.stat(path).is_ok_and(|stat| stat.file_type == FileType::Directory)
}

/// Where a path's directories end: the last slash of each run, none at the very end.
fn separators(path: &BStr) -> Vec<usize> {
    let is_last = |at: &usize| path[*at] == b'/' && path.get(at + 1).is_some_and(|next| *next != b'/');
    (0..path.len()).filter(is_last).collect()
}
