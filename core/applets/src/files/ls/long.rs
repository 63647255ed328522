//! One file as text: the short form and the long one.

use bstr::{BString, ByteSlice};
use kernel::Process;
use vfs::{FileType, Stat, Time};

use super::{Entry, FULL_TIME, Ls, columns};
use crate::files::mode;
use crate::frame::human::human;
use crate::time::strftime::strftime;

/// Files changed within half a year are shown with their hour, others with their year.
const HALF_A_YEAR: i64 = 3600 * 24 * 365 / 2;

impl Ls {
    /// Inode, blocks and name, as far as asked for.
    pub(super) fn short(&self, entry: &Entry) -> BString {
        let mut text = self.numbers(&entry.stat);
        text.extend_from_slice(&self.name(&entry.name, &entry.stat));
        text.extend_from_slice(self.indicator(&entry.stat).as_bytes());
        text
    }

    /// The width of [`Ls::short`] on a terminal.
    pub(super) fn short_width(&self, entry: &Entry) -> usize {
        self.numbers(&entry.stat).len() + columns::width(&entry.name) + self.indicator(&entry.stat).len()
    }

    /// The line of `ls -l`.
    pub(super) fn long(&self, p: &mut Process, entry: &Entry) -> BString {
        let stat = &entry.stat;
        let mut text = self.numbers(stat);
        text.extend_from_slice(
            format!("{}{} {:4} ", stat.file_type.letter(), mode::letters(stat.mode.bits()), stat.nlink)
                .as_bytes(),
        );
        text.extend_from_slice(&self.owner(stat));
        text.extend_from_slice(self.size(stat).as_bytes());
        text.extend_from_slice(&self.time(p.now(), stat));
        text.push(b' ');
        text.extend_from_slice(&self.name(&entry.name, stat));
        if stat.file_type != FileType::Symlink {
            text.extend_from_slice(self.indicator(stat).as_bytes());
        } else if let Ok(target) = p.readlink(&entry.path) {
            text.extend_from_slice(b" -> ");
            match p.stat(&entry.path) {
                Ok(stat) => {
                    text.extend_from_slice(&self.name(&target, &stat));
                    text.extend_from_slice(self.indicator(&stat).as_bytes());
                }
                Err(_) if self.color => text.extend_from_slice(&bytes!("\x1b[1;31m{}\x1b[m", target)),
                Err(_) => text.extend_from_slice(&target),
            }
        }
        text
    }

    /// A number of 512-byte blocks in KiB.
    pub(super) fn blocks(&self, blocks: u64) -> String {
        if self.opts.has('h') { human(blocks * 512) } else { (blocks / 2).to_string() }
    }

    fn numbers(&self, stat: &Stat) -> BString {
        let mut text = String::new();
        if self.opts.has('i') {
            text.push_str(&format!("{:7} ", stat.ino.0));
        }
        if self.opts.has('s') {
            let width = if self.opts.has('h') { 7 } else { 6 };
            text.push_str(&format!("{:>width$} ", self.blocks(stat.blocks)));
        }
        text.into()
    }

    fn owner(&self, stat: &Stat) -> BString {
        let names = !self.opts.has('n');
        let user = self.users.user_of(stat.uid).filter(|_| names).map(|user| user.name.to_string());
        let group = self.users.group_of(stat.gid).filter(|_| names).map(|group| group.name.to_string());
        let user = user.unwrap_or_else(|| stat.uid.to_string());
        let group = group.unwrap_or_else(|| stat.gid.to_string());
        let text =
            if self.opts.has('g') { format!("{group:<8.8} ") } else { format!("{user:<8.8} {group:<8.8} ") };
        text.into()
    }

    fn size(&self, stat: &Stat) -> String {
        match stat.file_type {
            FileType::CharDevice | FileType::BlockDevice => {
                format!("{:4},{:4} ", stat.rdev.major, stat.rdev.minor)
            }
            _ if self.opts.has('h') => format!("{:>7} ", human(stat.size)),
            _ => format!("{:9} ", stat.size),
        }
    }

    fn time(&self, now: Time, stat: &Stat) -> BString {
        let time = match self.opts.last_of(&['c', 'u']) {
            Some('c') => stat.ctime,
            Some('u') => stat.atime,
            _ => stat.mtime,
        };
        if self.opts.has(FULL_TIME) {
            return strftime(b"%Y-%m-%d %H:%M:%S %z", time.secs());
        }
        let age = now.secs() - time.secs();
        let recent = age < HALF_A_YEAR && age > -15 * 60;
        strftime(if recent { b"%b %e %H:%M" } else { b"%b %e  %Y" }, time.secs())
    }

    fn name(&self, name: &BString, stat: &Stat) -> BString {
        let name = if self.opts.has('Q') { quoted(name) } else { name.clone() };
        if !self.color {
            return name;
        }
        let executable = stat.mode.bits() & 0o111 != 0;
        let color = match stat.file_type {
            FileType::Directory => "1;34",
            FileType::Symlink => "1;36",
            FileType::Fifo => "0;35",
            FileType::Regular if !executable => "0;0",
            FileType::Regular => "1;32",
            FileType::Socket | FileType::CharDevice | FileType::BlockDevice => "1;35",
        };
        bytes!("\x1b[{}m{}\x1b[m", color, name)
    }

    /// What `-F` and `-p` put after a name.
    fn indicator(&self, stat: &Stat) -> &'static str {
        match stat.file_type {
            FileType::Directory if self.opts.has('F') || self.opts.has('p') => "/",
            _ if !self.opts.has('F') => "",
            FileType::Symlink => "@",
            FileType::Fifo => "|",
            FileType::Socket => "=",
            FileType::Regular if stat.mode.bits() & 0o111 != 0 => "*",
            _ => "",
        }
    }
}

/// `-Q`: in double quotes, quotes and backslashes escaped.
fn quoted(name: &BString) -> BString {
    let escaped = name.replace("\\", "\\\\").replace("\"", "\\\"");
    bytes!("\"{}\"", escaped)
}
