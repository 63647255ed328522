//! Going through a directory tree, one step at a time.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;
use vfs::{Errno, FileType, Stat};

use super::path;

/// Which symbolic links a walk follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Links {
    /// None.
    #[default]
    Stay,
    /// Those that were named as operands.
    Operands,
    /// All; a link back to a directory above is not entered again.
    All,
}

/// One step of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A directory, before its entries.
    Enter(BString, Stat),
    /// The same directory, after its entries.
    Leave(BString, Stat),
    /// Anything else.
    Other(BString, Stat),
    /// A path that could not be looked at.
    Lost(BString, Errno),
    /// A directory that could not be read; [`Step::Enter`] came before it and [`Step::Leave`] comes after it.
    Unreadable(BString, Errno),
}

/// How deeply directories may nest before a walk reports `ENAMETOOLONG`.
const DEEPEST: usize = 2000;

/// A depth-first walk; entries in bytewise order.
#[derive(Debug)]
pub struct Walk {
    links: Links,
    open: Vec<Open>,
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Open {
    path: BString,
    stat: Stat,
    names: std::vec::IntoIter<BString>,
}

#[derive(Debug)]
enum Pending {
    Visit(BString),
    Descend(BString, Stat),
}

impl Walk {
    /// A walk from an operand.
    pub fn new(operand: &BStr, links: Links) -> Self {
        Self { links, open: Vec::new(), pending: Some(Pending::Visit(operand.to_owned())) }
    }

    /// How many directories the walk is in: 0 for the operand itself.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Does not go into the directory that [`Step::Enter`] just gave; its [`Step::Leave`] does not come either.
    pub fn skip(&mut self) {
        self.pending = None;
    }

    /// The next step; `None` at the end.
    pub fn next(&mut self, p: &mut Process) -> Option<Step> {
        match self.pending.take() {
            Some(Pending::Visit(path)) => return Some(self.visit(p, path)),
            Some(Pending::Descend(path, stat)) => {
                if let Some(failed) = self.descend(p, path, stat) {
                    return Some(failed);
                }
            }
            None => {}
        }
        let top = self.open.last_mut()?;
        match top.names.next() {
            Some(name) => {
                let path = path::join(top.path.as_bstr(), name.as_bstr());
                Some(self.visit(p, path))
            }
            None => self.open.pop().map(|done| Step::Leave(done.path, done.stat)),
        }
    }

    fn visit(&mut self, p: &mut Process, path: BString) -> Step {
        let follow = match self.links {
            Links::Stay => false,
            Links::Operands => self.open.is_empty(),
            Links::All => true,
        };
        let stat = if follow { p.stat(&path).or_else(|_| p.lstat(&path)) } else { p.lstat(&path) };
        match stat {
            Err(errno) => Step::Lost(path, errno),
            Ok(stat) if stat.file_type == FileType::Directory => {
                let above = self.open.iter().any(|open| open.stat.ino == stat.ino);
                if !(above && self.links == Links::All) {
                    self.pending = Some(Pending::Descend(path.clone(), stat.clone()));
                }
                Step::Enter(path, stat)
            }
            Ok(stat) => Step::Other(path, stat),
        }
    }

    fn descend(&mut self, p: &mut Process, path: BString, stat: Stat) -> Option<Step> {
        let read = if self.open.len() < DEEPEST { p.read_dir(&path) } else { Err(Errno::ENAMETOOLONG) };
        let (names, failed) = match read {
            Ok(entries) => (entries.into_iter().map(|entry| entry.name).collect(), None),
            Err(errno) => (Vec::new(), Some(Step::Unreadable(path.clone(), errno))),
        };
        self.open.push(Open { path, stat, names: names.into_iter() });
        failed
    }
}
