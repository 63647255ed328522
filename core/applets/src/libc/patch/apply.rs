//! Where hunks fit.

use bstr::ByteSlice;

use super::parse::Hunk;

/// Lines of context at each end that may differ.
const FUZZ: usize = 2;

/// What came of it.
pub(super) struct Applied {
    pub(super) text: Vec<u8>,
    /// The hunks that fit nowhere.
    pub(super) failed: Vec<usize>,
    /// Those that fit elsewhere or not quite: the line, how far off, and how many lines of context differ.
    pub(super) shifted: Vec<(usize, (usize, isize, usize))>,
}

pub(super) fn apply(text: &[u8], hunks: &[Hunk]) -> Applied {
    let lines: Vec<&[u8]> = text.lines_with_terminator().collect();
    let mut applied = Applied { text: Vec::new(), failed: Vec::new(), shifted: Vec::new() };
    let mut done = 0;
    let mut grown: isize = 0;
    let mut offset: isize = 0;
    for (index, hunk) in hunks.iter().enumerate() {
        let (old, new) = (hunk.side(b'-'), hunk.side(b'+'));
        let expected = if old.is_empty() { hunk.old_start } else { hunk.old_start.saturating_sub(1) };
        let wanted = expected.saturating_add_signed(offset);
        let Some((at, fuzz)) = place(&lines, done, wanted, hunk, &old) else {
            applied.failed.push(index);
            continue;
        };
        offset = at as isize - expected as isize;
        let line = (at + 1).saturating_add_signed(grown);
        if at != wanted || fuzz > 0 || offset != 0 {
            applied.shifted.push((index, (line, offset, fuzz)));
        }
        let (skip, keep) = trims(hunk, fuzz);
        for line in &lines[done..at + skip] {
            applied.text.extend_from_slice(line);
        }
        for line in &new[skip..new.len() - keep] {
            applied.text.extend_from_slice(line);
        }
        done = at + old.len() - keep;
        grown += new.len() as isize - old.len() as isize;
    }
    for line in &lines[done.min(lines.len())..] {
        applied.text.extend_from_slice(line);
    }
    applied
}

/// Whether a hunk can only be at the beginning or the end of the file: it has less context there than at its other side.
fn anchored(hunk: &Hunk, fuzz: usize) -> (bool, bool) {
    let stays = |line: &&Vec<u8>| line.first() == Some(&b' ');
    let before = hunk.lines.iter().take_while(stays).count();
    let after = hunk.lines.iter().rev().take_while(stays).count();
    (before + fuzz < after && hunk.old_start <= 1, after + fuzz < before)
}

/// How many lines of context at both ends are left out at this fuzz.
fn trims(hunk: &Hunk, fuzz: usize) -> (usize, usize) {
    let stays = |line: &&Vec<u8>| line.first() == Some(&b' ');
    let before = hunk.lines.iter().take_while(stays).count();
    let after = hunk.lines.iter().rev().take_while(stays).count();
    let most = before.max(after);
    (
        before.saturating_sub(most - fuzz.min(most)).min(before),
        after.saturating_sub(most - fuzz.min(most)).min(after),
    )
}

/// The place nearest to the wanted one where the old lines are, with as little fuzz as can be.
fn place(lines: &[&[u8]], from: usize, wanted: usize, hunk: &Hunk, old: &[&[u8]]) -> Option<(usize, usize)> {
    for fuzz in 0..=FUZZ {
        let (skip, keep) = trims(hunk, fuzz);
        if fuzz > 0 && trims(hunk, fuzz - 1) == (skip, keep) {
            continue;
        }
        let middle = &old[skip..old.len() - keep];
        let (at_start, at_end) = anchored(hunk, fuzz);
        let fits = |at: usize| {
            at >= from
                && (!at_start || at == 0)
                && (!at_end || at + old.len() == lines.len())
                && lines.get(at + skip..at + skip + middle.len()).is_some_and(|here| here == middle)
        };
        let farthest = lines.len() + 1;
        for distance in 0..=farthest {
            let places = [wanted.checked_add(distance), wanted.checked_sub(distance)];
            if let Some(at) = places.into_iter().flatten().find(|at| fits(*at)) {
                return Some((at, fuzz));
            }
        }
    }
    None
}
