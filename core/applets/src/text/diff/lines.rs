//! The longest common subsequence of two files' lines, as Hunt and McIlroy find it.

use std::collections::BTreeMap;

/// The line of the second file that each line of the first one is paired with, both counted from 1; 0 for none. The
/// pairs ascend.
///
/// `left` and `right` are the lines in the form in which they are compared. With `thorough`, all candidates of a line
/// are tried, else as many as the square root of the number of lines, but at least 256.
pub(super) fn pairs(left: &[Vec<u8>], right: &[Vec<u8>], thorough: bool) -> Vec<usize> {
    let shorter = left.len().min(right.len());
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let tails = left[prefix..].iter().rev().zip(right[prefix..].iter().rev());
    let suffix = tails.take(shorter - prefix).take_while(|(a, b)| a == b).count();
    let mut paired = vec![0; left.len() + 2];
    for (index, pair) in paired.iter_mut().enumerate().take(left.len() + 1) {
        if index <= prefix {
            *pair = index;
        } else if index > left.len() - suffix {
            *pair = index + right.len() - left.len();
        }
    }
    let inner_left = &left[prefix..left.len() - suffix];
    let inner_right = &right[prefix..right.len() - suffix];
    let mut places: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, line) in inner_right.iter().enumerate() {
        places.entry(line).or_default().push(index + 1);
    }
    let most = if thorough { usize::MAX } else { inner_left.len().isqrt().max(256) };
    let mut search = Search::default();
    for (index, line) in inner_left.iter().enumerate() {
        if let Some(places) = places.get(line.as_slice()) {
            search.line(index + 1, places, most);
        }
    }
    for (x, y) in search.longest() {
        paired[x + prefix] = y + prefix;
    }
    paired[left.len() + 1] = right.len() + 1;
    paired
}

/// A pair that may be part of a common subsequence, and the one before it.
#[derive(Debug, Clone, Copy, Default)]
struct Candidate {
    x: usize,
    y: usize,
    before: usize,
}

struct Search {
    candidates: Vec<Candidate>,
    /// By length, the last candidate of the subsequence that ends earliest.
    ends: Vec<usize>,
}

impl Default for Search {
    fn default() -> Self {
        Search { candidates: vec![Candidate::default()], ends: vec![0] }
    }
}

impl Search {
    fn y(&self, length: usize) -> usize {
        self.candidates[self.ends[length]].y
    }

    /// Takes in line `x` of the first file, which stands at `places` in the second.
    fn line(&mut self, x: usize, places: &[usize], most: usize) {
        let mut old_length = 0;
        let mut old = self.ends[0];
        let mut tries = 0;
        for &y in places {
            if tries >= most {
                break;
            }
            if y <= self.candidates[old].y {
                continue;
            }
            let length = 1 + self.ends[1..].partition_point(|end| self.candidates[*end].y < y);
            if length != old_length + 1 {
                old = self.ends[length - 1];
            }
            self.candidates.push(Candidate { x, y, before: old });
            let fresh = self.candidates.len() - 1;
            if length == self.ends.len() {
                self.ends.push(fresh);
                break;
            }
            if self.y(length) <= y {
                self.candidates.pop();
                continue;
            }
            old = std::mem::replace(&mut self.ends[length], fresh);
            old_length = length;
            tries += 1;
        }
    }

    fn longest(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let mut at = self.ends[self.ends.len() - 1];
        while self.candidates[at].y != 0 {
            pairs.push((self.candidates[at].x, self.candidates[at].y));
            at = self.candidates[at].before;
        }
        pairs
    }
}

/// A stretch of lines that differ: `from..=to` of each file, counted from 1; `to` is `from - 1` for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) left: (usize, usize),
    pub(super) right: (usize, usize),
}

/// The stretches between the pairs.
pub(super) fn changes(mut paired: Vec<usize>, right_len: usize) -> Vec<Change> {
    let count = paired.len() - 2;
    let mut changes = Vec::new();
    if count == 0 && right_len > 0 {
        return vec![Change { left: (1, 0), right: (1, right_len) }];
    }
    let mut from = 1;
    while from <= count {
        while from <= count && paired[from] == paired[from - 1] + 1 {
            from += 1;
        }
        let right_from = paired[from - 1] + 1;
        let mut to = from - 1;
        while to < count && paired[to + 1] == 0 {
            to += 1;
        }
        let right_to = paired[to + 1] - 1;
        paired[to] = right_to;
        if from <= to || right_from <= right_to {
            changes.push(Change { left: (from, to), right: (right_from, right_to) });
        }
        from = to + 1;
    }
    changes
}
