//! Comparing directories.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Stat};

use super::{Diff, is_directory};
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{path, say};

impl Diff {
    /// Compares the entries of two directories in the order of their names.
    pub(super) async fn directories(
        &mut self,
        p: &mut Process,
        left: &BString,
        right: &BString,
    ) -> Result<(), Exit> {
        let lists = [self.entries(p, left, right).await?, self.entries(p, right, left).await?];
        let start = self.start.clone();
        let late = |name: &&BString| start.as_ref().is_none_or(|start| *name >= start);
        let mut sides = lists.each_ref().map(|list| list.iter().filter(late).peekable());
        loop {
            p.tick(1).await;
            let [a, b] = &mut sides;
            let (order, name) = match (a.peek(), b.peek()) {
                (None, None) => return Ok(()),
                (Some(a), None) => (Ordering::Less, (*a).clone()),
                (None, Some(b)) => (Ordering::Greater, (*b).clone()),
                (Some(x), Some(y)) => (x.cmp(y), (*x).min(*y).clone()),
            };
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
            self.entry(p, [left, right], &name, order).await?;
        }
    }

    async fn entry(
        &mut self,
        p: &mut Process,
        tops: [&BString; 2],
        name: &BString,
        order: Ordering,
    ) -> Result<(), Exit> {
        if order.is_ne() && !self.absent_is_empty {
            let top = if order.is_lt() { tops[0] } else { tops[1] };
            self.status = self.status.max(1);
            return say::print(p, bytes!("Only in {}: {}\n", top, name)).await;
        }
        let names = tops.map(|top| path::join(top.as_bstr(), name.as_bstr()));
        let mut stats = [None, None];
        for side in 0..2 {
            let there = order.is_eq() || order.is_lt() == (side == 0);
            if there {
                stats[side] = self.stat(p, names[side].as_bstr()).await?;
            }
        }
        let odd = |stat: &Option<Stat>| {
            stat.as_ref()
                .is_some_and(|stat| !matches!(stat.file_type, FileType::Regular | FileType::Directory))
        };
        if let Some(side) = stats.iter().position(odd) {
            // Of a file that one side alone has, the left name is shown.
            let side = if order.is_eq() { side } else { 0 };
            let message = bytes!("File {} is not a regular file or directory and was skipped\n", names[side]);
            return say::print(p, message).await;
        }
        if is_directory(&stats[0]) && is_directory(&stats[1]) {
            return say::print(p, bytes!("Common subdirectories: {} and {}\n", names[0], names[1])).await;
        }
        self.files(p, &names, &stats).await
    }

    /// The names in a directory; with `-r` those of all files below it.
    async fn entries(
        &mut self,
        p: &mut Process,
        top: &BString,
        other: &BString,
    ) -> Result<BTreeSet<BString>, Exit> {
        let mut names = BTreeSet::new();
        let mut walk = Walk::new(top.as_bstr(), if self.stay { Links::Operands } else { Links::All });
        while let Some(step) = walk.next(p) {
            p.tick(1).await;
            let name = match step {
                Step::Enter(_, _) if walk.depth() == 0 => continue,
                Step::Enter(name, _) if !self.recursive => {
                    walk.skip();
                    name
                }
                Step::Enter(name, _) => {
                    // Nothing is said of a directory that the other side does not have.
                    let twin = path::join(other.as_bstr(), name[top.len()..].as_bstr());
                    if !self.absent_is_empty && !is_directory(&p.stat(&twin).ok()) {
                        walk.skip();
                    }
                    continue;
                }
                Step::Other(name, stat) if stat.file_type != FileType::Directory => name,
                Step::Lost(name, errno) | Step::Unreadable(name, errno) => {
                    say::errno(p, &name, errno).await;
                    self.status = 2;
                    continue;
                }
                _ => continue,
            };
            let below = name.strip_prefix(top.as_slice()).unwrap_or(&name);
            names.insert(below.trim_start_with(|c| c == '/').into());
        }
        Ok(names)
    }
}
