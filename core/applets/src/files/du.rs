use std::collections::BTreeSet;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Follow, Ino};

use crate::frame::getopt::{Matches, Options};
use crate::frame::human::human;
use crate::frame::table::Ended;
use crate::frame::{number, path, say};

pub(crate) const USAGE: &str = "[-aHLdclsxhmk] [FILE]...

Print the room that FILEs take, directories with what is in them

	-a	Print files too
	-b	Count bytes, holes too
	-L	Follow links
	-H	Follow links that are operands
	-d N	Print what is N directories deep at most
	-c	And a total
	-l	Count a file as often as it has names
	-s	Print operands only
	-x	Stay on one file system
	-h	Sizes as 1K 243M 2G
	-m	Megabytes
	-k	Kilobytes (default)";

const OPTIONS: Options = Options::new(USAGE, "aHkLsxd:lcbhm");

/// Directories nest at most this deep in a walk.
const DEEPEST: usize = 2000;

struct Du {
    opts: Matches,
    deepest_shown: usize,
    /// Links are followed in directories that are less deep than this.
    follow_above: usize,
    device: Option<u64>,
    seen: BTreeSet<(u64, Ino)>,
    failed: bool,
}

/// A directory that is being summed up.
struct Open {
    path: BString,
    sum: u64,
    names: std::vec::IntoIter<BString>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut deepest_shown = usize::MAX;
    if let Some(text) = opts.value('d') {
        match number::unsigned(text, 0, i32::MAX as u64, &[]) {
            Ok(depth) => deepest_shown = usize::try_from(depth).unwrap_or(usize::MAX),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    if opts.has('s') {
        deepest_shown = 0;
    }
    let operands = if opts.operands.is_empty() { vec![".".into()] } else { opts.operands.clone() };
    let follow_above = match opts.last_of(&['L', 'H']) {
        Some('L') => usize::MAX,
        Some(_) => 1,
        None => 0,
    };
    let mut du = Du { opts, deepest_shown, follow_above, device: None, seen: BTreeSet::new(), failed: false };
    let mut total = 0;
    for operand in operands {
        total += du.sum(p, operand).await?;
    }
    if du.opts.has('c') {
        du.print(p, total, &"total".into()).await?;
    }
    Ok(Exit(u8::from(du.failed)))
}

impl Du {
    async fn sum(&mut self, p: &mut Process, operand: BString) -> Result<u64, Exit> {
        let mut open: Vec<Open> = Vec::new();
        let mut total = self.meet(p, operand, &mut open).await?;
        while let Some(top) = open.last_mut() {
            p.tick(1).await;
            if let Some(name) = top.names.next() {
                let file = path::join(top.path.as_bstr(), name.as_bstr());
                let size = self.meet(p, file, &mut open).await?;
                // What is in a directory just opened is added when it is done.
                if let Some(top) = open.last_mut() {
                    top.sum += size;
                }
            } else if let Some(done) = open.pop() {
                if open.len() <= self.deepest_shown {
                    self.print(p, done.sum, &done.path).await?;
                }
                match open.last_mut() {
                    Some(above) => above.sum += done.sum,
                    None => total += done.sum,
                }
            }
        }
        Ok(total)
    }

    /// The size of a file, printed where asked for; a directory is opened instead and its own size is in the sum.
    async fn meet(&mut self, p: &mut Process, file: BString, open: &mut Vec<Open>) -> Result<u64, Exit> {
        let depth = open.len();
        let mut stat = match p.lstat(&file) {
            Ok(stat) => stat,
            Err(errno) => return Ok(self.lost(p, &file, errno).await),
        };
        let mut follow = Follow::No;
        if stat.file_type == FileType::Symlink && self.follow_above > depth {
            follow = Follow::Yes;
            stat = match p.stat(&file) {
                Ok(stat) => stat,
                Err(errno) => return Ok(self.lost(p, &file, errno).await),
            };
            // busybox follows all links from here on.
            self.follow_above = usize::MAX;
        }
        let device = p.device(&file, follow).unwrap_or(0);
        if self.opts.has('x') {
            if depth == 0 {
                self.device = Some(device);
            } else if self.device != Some(device) {
                return Ok(0);
            }
        }
        if !self.opts.has('l') && stat.nlink > 1 && !self.seen.insert((device, stat.ino)) {
            return Ok(0);
        }
        let size = if self.opts.has('b') { stat.size } else { stat.blocks };
        if stat.file_type == FileType::Directory {
            let listed = if depth < DEEPEST { p.read_dir(&file) } else { Err(vfs::Errno::ENAMETOOLONG) };
            match listed {
                Ok(entries) => {
                    let names: Vec<_> = entries.into_iter().map(|entry| entry.name).collect();
                    open.push(Open { path: file, sum: size, names: names.into_iter() });
                    return Ok(0);
                }
                Err(errno) => {
                    self.lost(p, &bytes!("can't open '{}'", file), errno).await;
                    return Ok(size);
                }
            }
        }
        if depth == 0 || (self.opts.has('a') && depth <= self.deepest_shown) {
            self.print(p, size, &file).await?;
        }
        Ok(size)
    }

    async fn lost(&mut self, p: &mut Process, what: &BString, errno: vfs::Errno) -> u64 {
        say::errno(p, what, errno).await;
        self.failed = true;
        0
    }

    async fn print(&self, p: &mut Process, sum: u64, name: &BString) -> Result<(), Exit> {
        let bytes = self.opts.has('b');
        let unit = match self.opts.last_of(&['h', 'k', 'm']) {
            Some('h') => None,
            Some('m') => Some(1024 * 1024),
            Some(_) => Some(1024),
            None => Some(if bytes { 1 } else { 1024 }),
        };
        let size = match unit {
            None => human(if bytes { sum } else { sum * 512 }),
            // Bytes are rounded, blocks are rounded up.
            Some(unit) if bytes => ((sum + unit / 2) / unit).to_string(),
            Some(unit) => (sum * 512).div_ceil(unit).to_string(),
        };
        say::print(p, bytes!("{}\t{}\n", size, name)).await
    }
}
