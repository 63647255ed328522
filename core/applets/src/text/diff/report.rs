//! Hunks: changes with the lines around them.

use bstr::ByteSlice;

use super::lines::{Change, changes, pairs};

/// How lines are compared and printed.
pub(super) struct Style {
    pub(super) context: usize,
    pub(super) space_change: bool,
    pub(super) no_space: bool,
    pub(super) blank_lines: bool,
    pub(super) fold: bool,
    pub(super) thorough: bool,
    pub(super) tab: bool,
    pub(super) expand: bool,
}

/// The lines of a stretch that is counted from 1.
fn slice<'a, 't>(lines: &'a [&'t [u8]], (from, to): (usize, usize)) -> &'a [&'t [u8]] {
    &lines[from - 1..to.max(from - 1)]
}

impl Style {
    /// All hunks of two texts; nothing when they do not differ in what counts.
    pub(super) fn hunks(&self, left: &[u8], right: &[u8]) -> Vec<u8> {
        let left: Vec<&[u8]> = left.lines_with_terminator().collect();
        let right: Vec<&[u8]> = right.lines_with_terminator().collect();
        let compared =
            |lines: &[&[u8]]| -> Vec<Vec<u8>> { lines.iter().map(|line| self.compared(line)).collect() };
        let paired = pairs(&compared(&left), &compared(&right), self.thorough);
        let mut out = Vec::new();
        let mut hunk: Vec<Change> = Vec::new();
        for change in changes(paired, right.len()) {
            let apart = hunk.last().is_some_and(|last| change.left.0 > last.left.1 + 2 * self.context + 1);
            if apart {
                self.hunk(&mut out, &hunk, &left, &right);
                hunk.clear();
            }
            hunk.push(change);
        }
        if !hunk.is_empty() {
            self.hunk(&mut out, &hunk, &left, &right);
        }
        out
    }

    /// A line in the form in which it is compared.
    fn compared(&self, line: &[u8]) -> Vec<u8> {
        let blank = |byte: &u8| matches!(byte, b' ' | 9..=13);
        let mut text: Vec<u8> = if self.no_space {
            line.iter().copied().filter(|byte| !blank(byte)).collect()
        } else if self.space_change {
            let mut text: Vec<u8> = Vec::with_capacity(line.len());
            for byte in line.trim_ascii_end() {
                if !blank(byte) {
                    text.push(*byte);
                } else if text.last() != Some(&b' ') {
                    text.push(b' ');
                }
            }
            text
        } else {
            line.to_vec()
        };
        if self.fold {
            text.make_ascii_lowercase();
        }
        text
    }

    fn hunk(&self, out: &mut Vec<u8>, hunk: &[Change], left: &[&[u8]], right: &[&[u8]]) {
        let is_blank = |line: &&[u8]| **line == *b"\n";
        if self.blank_lines
            && hunk.iter().all(|change| {
                slice(left, change.left).iter().all(is_blank)
                    && slice(right, change.right).iter().all(is_blank)
            })
        {
            return;
        }
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
        let before = |from: usize| from.saturating_sub(self.context).max(1);
        let from = (before(first.left.0), before(first.right.0));
        let to =
            ((last.left.1 + self.context).min(left.len()), (last.right.1 + self.context).min(right.len()));
        let heading = format!("@@ -{} +{} @@\n", range(from.0, to.0), range(from.1, to.1));
        out.extend_from_slice(heading.as_bytes());
        let mut at = from.0;
        for change in hunk {
            self.lines(out, b' ', &left[at - 1..change.left.0 - 1]);
            self.lines(out, b'-', slice(left, change.left));
            self.lines(out, b'+', slice(right, change.right));
            at = change.left.1 + 1;
        }
        self.lines(out, b' ', &left[at - 1..to.0]);
    }

    fn lines(&self, out: &mut Vec<u8>, mark: u8, lines: &[&[u8]]) {
        for line in lines {
            out.push(mark);
            if self.tab {
                out.push(b'\t');
            }
            let body = line.strip_suffix(b"\n").unwrap_or(line);
            let mut column = 0;
            for &byte in body {
                if byte == b'\t' && self.expand {
                    let width = 8 - column % 8;
                    out.extend(std::iter::repeat_n(b' ', width));
                    column += width;
                } else {
                    out.push(byte);
                    column += 1;
                }
            }
            out.push(b'\n');
            if body.len() == line.len() {
                out.extend_from_slice(b"\\ No newline at end of file\n");
            }
        }
    }
}

fn range(from: usize, to: usize) -> String {
    match (to + 1).saturating_sub(from) {
        0 => format!("{to},0"),
        1 => from.to_string(),
        count => format!("{from},{count}"),
    }
}
