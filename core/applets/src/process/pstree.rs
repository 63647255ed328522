use std::collections::BTreeMap;

use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::table::{self, Entry};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::STDOUT;
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-p] [PID|USER]

Show processes as a tree, from PID or from those of USER

	-p	With their numbers";

const OPTIONS: Options = Options::new(USAGE, "p").short_only().operands(0, 1);

/// Columns where nobody can be asked.
const COLUMNS: u16 = 132;

/// The processes, by parent.
struct Forest {
    children: BTreeMap<u32, Vec<Entry>>,
    numbered: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let all = table::read(p).await;
    let roots: Vec<Entry> = match opts.operands.first() {
        None => top(&all, |_| true),
        Some(word) if word.first().is_some_and(u8::is_ascii_digit) => {
            let pid = word.to_str().ok().and_then(|text| text.parse::<u32>().ok());
            all.iter().filter(|entry| Some(entry.pid) == pid).cloned().collect()
        }
        Some(name) => match Database::read(p).await.user(name) {
            Some(user) => top(&all, |entry| entry.uid == user.uid),
            None => return Err(say::die(p, bytes!("unknown user {}", name)).await),
        },
    };
    if roots.is_empty() && !opts.operands.is_empty() {
        return Err(say::die(p, "no processes found").await);
    }
    let mut forest = Forest { children: BTreeMap::new(), numbered: opts.has('p') };
    for entry in all {
        forest.children.entry(entry.ppid).or_default().push(entry);
    }
    let columns = usize::from(p.term_size(STDOUT).map_or(COLUMNS, |(columns, _)| columns));
    for root in roots {
        for line in forest.lines(&root) {
            say::print(p, cut(&line, columns) + "\n").await?;
        }
    }
    Ok(Exit(0))
}

/// The entries of that kind whose parents are not.
fn top(all: &[Entry], is: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let has_parent = |entry: &Entry| all.iter().any(|other| other.pid == entry.ppid && is(other));
    all.iter().filter(|entry| is(entry) && !has_parent(entry)).cloned().collect()
}

/// What does not fit ends with a plus.
fn cut(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    line.chars().take(columns.saturating_sub(1)).chain(['+']).collect()
}

impl Forest {
    fn lines(&self, entry: &Entry) -> Vec<String> {
        let mut label = entry.comm.to_string();
        if self.numbered {
            label += &format!("({})", entry.pid);
        }
        let blocks = self.blocks(entry.pid);
        let Some(last) = blocks.len().checked_sub(1) else { return vec![label] };
        let margin = " ".repeat(label.chars().count());
        let mut lines = Vec::new();
        for (at, block) in blocks.into_iter().enumerate() {
            for (row, line) in block.into_iter().enumerate() {
                let joint = match (row, at) {
                    (0, 0) if last == 0 => "---",
                    (0, 0) => "-+-",
                    (0, _) if at == last => " `-",
                    (0, _) => " |-",
                    _ if at == last => "   ",
                    _ => " | ",
                };
                let before = if lines.is_empty() { &label } else { &margin };
                lines.push(format!("{before}{joint}{line}"));
            }
        }
        lines
    }

    /// The trees below a process, by name; those that look alike are one.
    fn blocks(&self, pid: u32) -> Vec<Vec<String>> {
        let mut children: Vec<&Entry> = self.children.get(&pid).into_iter().flatten().collect();
        children.sort_by(|one, other| one.comm.cmp(&other.comm));
        let mut blocks: Vec<(usize, Vec<String>)> = Vec::new();
        for child in children {
            let lines = self.lines(child);
            match blocks.iter_mut().find(|(_, known)| *known == lines) {
                Some((count, _)) => *count += 1,
                None => blocks.push((1, lines)),
            }
        }
        blocks.into_iter().map(|(count, lines)| repeated(count, lines)).collect()
    }
}

fn repeated(count: usize, lines: Vec<String>) -> Vec<String> {
    if count == 1 {
        return lines;
    }
    let front = format!("{count}*[");
    let margin = " ".repeat(front.len());
    let bracket =
        |(row, line): (usize, String)| format!("{}{line}]", if row == 0 { &front } else { &margin });
    lines.into_iter().enumerate().map(bracket).collect()
}
