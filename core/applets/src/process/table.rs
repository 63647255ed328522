//! The processes as /proc shows them.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;

use crate::frame::stream;

/// One process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pid: u32,
    pub(super) ppid: u32,
    pub(super) pgid: u32,
    pub(super) sid: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// `R`, `S`, `T`, `Z`.
    pub(super) state: char,
    /// Hundredths of a second that it has worked.
    pub(super) worked: u64,
    /// Hundredths of a second after the start of the machine.
    pub(super) started: u64,
    /// In KiB.
    pub(super) vsz: u64,
    /// In KiB.
    pub(super) rss: u64,
    pub(super) has_tty: bool,
    /// The name of its program.
    pub(super) comm: BString,
    /// Its arguments, joined by blanks; `[comm]` when it has none.
    pub(super) args: BString,
}

/// Every process, by number.
pub(super) async fn read(p: &mut Process) -> Vec<Entry> {
    let mut all = Vec::new();
    for pid in p.processes() {
        let pid = pid.0;
        let Some(stat) = file(p, pid, "stat").await else { continue };
        let Some(mut entry) = parse(pid, &stat) else { continue };
        let status = file(p, pid, "status").await.unwrap_or_default();
        entry.uid = id(&status, "Uid:");
        entry.gid = id(&status, "Gid:");
        let words = file(p, pid, "cmdline").await.unwrap_or_default();
        let words = words.strip_suffix(b"\0").unwrap_or(&words);
        entry.args =
            if words.is_empty() { bytes!("[{}]", entry.comm) } else { words.replace(b"\0", b" ").into() };
        all.push(entry);
    }
    all
}

async fn file(p: &mut Process, pid: u32, name: &str) -> Option<Vec<u8>> {
    let path = format!("/proc/{pid}/{name}");
    stream::read_operand(p, BStr::new(&path)).await.ok()
}

/// proc(5)'s `stat`: the name is in parentheses and may hold anything.
fn parse(pid: u32, stat: &[u8]) -> Option<Entry> {
    let (open, close) = (stat.find_byte(b'(')?, stat.rfind_byte(b')')?);
    let comm = stat.get(open + 1..close)?;
    let rest = stat.get(close + 2..)?.to_str().ok()?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    let id = |at| u32::try_from(number(at)).unwrap_or(0);
    Some(Entry {
        pid,
        ppid: id(1),
        pgid: id(2),
        sid: id(3),
        state: fields.first()?.chars().next()?,
        worked: number(11) + number(12),
        started: number(19),
        vsz: number(20) / 1024,
        rss: number(21) * 4,
        has_tty: number(4) != 0,
        comm: comm.into(),
        ..Entry::default()
    })
}

/// The first of the ids on a line of `status`.
fn id(status: &[u8], key: &str) -> u32 {
    let line = status.lines().find(|line| line.starts_with_str(key)).unwrap_or_default();
    let word = line[key.len().min(line.len())..].to_str().unwrap_or_default().split_whitespace().next();
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

impl Entry {
    /// Whether it is called by that name: its program's, or the last part of its first argument.
    pub(super) fn is_called(&self, name: &BStr) -> bool {
        let first = self.args.split_str(" ").next().unwrap_or_default().as_bstr();
        self.comm == name || first == name || crate::frame::path::last_part(first) == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_anything() {
        let stat = b"7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 12 3 0 0 20 0 1 0 250 1638400 200 18446744073709551615\n";
        let entry = parse(7, stat).unwrap();
        assert_eq!((entry.comm.as_slice(), entry.ppid, entry.state), (&b"a) b"[..], 1, 'S'));
        assert_eq!((entry.worked, entry.started, entry.vsz, entry.rss), (15, 250, 1600, 800));
    }
}
