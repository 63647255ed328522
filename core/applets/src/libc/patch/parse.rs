//! Unified diffs.

use bstr::{BString, ByteSlice};

/// Lines that change together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The first line in the old file, from 1; 0 in an empty one.
    pub(super) old_start: usize,
    pub(super) new_start: usize,
    /// Each begins with a blank, `+` or `-`, and keeps its newline unless the diff says that it has none.
    pub(super) lines: Vec<Vec<u8>>,
}

/// The changes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilePatch {
    pub(super) old: BString,
    pub(super) new: BString,
    pub(super) hunks: Vec<Hunk>,
}

/// All files of a diff; the number of the line that is wrong is the error. Other lines than those of diffs are skipped.
pub(super) fn parse(text: &[u8]) -> Result<Vec<FilePatch>, usize> {
    let lines: Vec<&[u8]> = text.lines_with_terminator().collect();
    let mut patches: Vec<FilePatch> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let header = lines[at]
            .strip_prefix(b"--- ")
            .zip(lines.get(at + 1).and_then(|line| line.strip_prefix(b"+++ ")));
        if let Some((old, new)) = header {
            patches.push(FilePatch { old: name(old), new: name(new), hunks: Vec::new() });
            at += 2;
        } else if let (Some(patch), Some(ranges)) = (patches.last_mut(), ranges(lines[at])) {
            let (hunk, next) = hunk(&lines, at + 1, ranges).ok_or(at + 1)?;
            patch.hunks.push(hunk);
            at = next;
        } else {
            at += 1;
        }
    }
    patches.retain(|patch| !patch.hunks.is_empty());
    Ok(patches)
}

/// A name ends at a tab, before the time.
fn name(line: &[u8]) -> BString {
    let line = line.trim_end_with(|c| c == '\n' || c == '\r');
    line.split_str("\t").next().unwrap_or_default().into()
}

/// Start and count of both sides.
type Ranges = [(usize, usize); 2];

/// `@@ -1,3 +1,4 @@`
fn ranges(line: &[u8]) -> Option<Ranges> {
    let rest = line.strip_prefix(b"@@ -")?;
    let (old, rest) = rest.split_once_str(" +")?;
    let (new, _) = rest.split_once_str(" @@")?;
    let side = |text: &[u8]| {
        let text = text.to_str().ok()?;
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some([side(old)?, side(new)?])
}

fn hunk(lines: &[&[u8]], mut at: usize, ranges: Ranges) -> Option<(Hunk, usize)> {
    let [(old_start, mut old_left), (new_start, mut new_left)] = ranges;
    let mut found: Vec<Vec<u8>> = Vec::new();
    while old_left > 0 || new_left > 0 {
        let line = *lines.get(at)?;
        match line.first() {
            Some(b' ' | b'\n') | None => {
                (old_left, new_left) = (old_left.checked_sub(1)?, new_left.checked_sub(1)?);
            }
            Some(b'-') => old_left = old_left.checked_sub(1)?,
            Some(b'+') => new_left = new_left.checked_sub(1)?,
            Some(b'\\') => bare(&mut found),
            Some(_) => return None,
        }
        if line == b"\n" {
            // Mailers cut the blank of an empty line.
            found.push(b" \n".to_vec());
        } else if !line.starts_with(b"\\") {
            found.push(line.to_vec());
        }
        at += 1;
    }
    if lines.get(at).is_some_and(|line| line.starts_with(b"\\")) {
        bare(&mut found);
        at += 1;
    }
    Some((Hunk { old_start, new_start, lines: found }, at))
}

/// The last line has no newline.
fn bare(found: &mut [Vec<u8>]) {
    if let Some(last) = found.last_mut() {
        last.pop();
    }
}

impl Hunk {
    /// The lines of one side: `-` or `+`, with those that stay.
    pub(super) fn side(&self, mark: u8) -> Vec<&[u8]> {
        let lines = self
            .lines
            .iter()
            .filter(|line| line.first().is_some_and(|first| *first == b' ' || *first == mark));
        lines.map(|line| &line[1..]).collect()
    }
}

impl FilePatch {
    /// Whether the old file is empty or not there.
    pub(super) fn creates(&self) -> bool {
        self.old == "/dev/null" || self.hunks.first().is_some_and(|hunk| hunk.old_start == 0)
    }

    pub(super) fn reversed(self) -> FilePatch {
        let turn = |line: Vec<u8>| {
            let mark = match line.first() {
                Some(b'-') => b'+',
                Some(b'+') => b'-',
                _ => b' ',
            };
            std::iter::once(mark).chain(line.into_iter().skip(1)).collect::<Vec<u8>>()
        };
        let hunks = self.hunks.into_iter().map(|hunk| Hunk {
            old_start: hunk.new_start,
            new_start: hunk.old_start,
            lines: hunk.lines.into_iter().map(turn).collect(),
        });
        FilePatch { old: self.new, new: self.old, hunks: hunks.collect() }
    }

    /// A diff of some of its hunks.
    pub(super) fn rejects(&self, which: &[usize]) -> BString {
        let mut text = bytes!("--- {}\n+++ {}\n", self.old, self.new);
        for hunk in which.iter().filter_map(|index| self.hunks.get(*index)) {
            let range = |start: usize, count: usize| match count {
                1 => start.to_string(),
                _ => format!("{start},{count}"),
            };
            let old = range(hunk.old_start, hunk.side(b'-').len());
            let new = range(hunk.new_start, hunk.side(b'+').len());
            text.extend_from_slice(format!("@@ -{old} +{new} @@\n").as_bytes());
            for line in &hunk.lines {
                text.extend_from_slice(line);
                if !line.ends_with(b"\n") {
                    text.extend_from_slice(b"\n\\ No newline at end of file\n");
                }
            }
        }
        text
    }
}
