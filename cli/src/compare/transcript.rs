//! Two transcripts of a build, line by line.

use std::collections::BTreeMap;

use super::Difference;

/// Digits of an id as docker shortens it.
const SHORT: usize = 12;

/// What ends the red of one write to standard error and begins that of the next.
const BETWEEN_WRITES: &str = "\x1b[0m\x1b[91m";

/// Lines that differ when ids are named by the order in which they come.
pub(super) fn compare(here: &str, daemon: &str) -> Vec<Difference> {
    // Whether two writes reach the daemon as one is a matter of its scheduling.
    let [here, daemon] = [here, daemon].map(|text| text.replace(BETWEEN_WRITES, ""));
    let (ours, theirs) = (Named::default().lines(&here), Named::default().lines(&daemon));
    let empty = String::new();
    (0..ours.len().max(theirs.len()))
        .map(|index| (index, ours.get(index).unwrap_or(&empty), theirs.get(index).unwrap_or(&empty)))
        .filter(|(_, ours, theirs)| ours != theirs)
        .map(|(index, ours, theirs)| Difference {
            place: format!("line {}", index + 1),
            here: ours.clone(),
            daemon: theirs.clone(),
        })
        .collect()
}

#[derive(Default)]
struct Named {
    seen: BTreeMap<String, usize>,
}

impl Named {
    fn lines(mut self, text: &str) -> Vec<String> {
        text.lines().map(|line| self.line(line)).collect()
    }

    /// A line in which each word of twelve hexadecimal digits, or of 64 after `sha256:`, is a number.
    fn line(&mut self, line: &str) -> String {
        let mut out = String::new();
        for word in line.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()) {
            let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
            let is_id = matches!(digits.len(), SHORT | 64)
                && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            match is_id {
                true => {
                    let next = self.seen.len() + 1;
                    let number = *self.seen.entry(digits[..SHORT].to_owned()).or_insert(next);
                    out += &format!("<id {number}>{}", &word[digits.len()..]);
                }
                false => out += word,
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_named_by_their_order() {
        let here = " ---> aaaaaaaaaaaa\n ---> Running in 0123456789ab\none\nRemoving intermediate container 0123456789ab\n";
        let daemon = " ---> bbbbbbbbbbbb\n ---> Running in 9876543210fe\ntwo\nRemoving intermediate container bbbbbbbbbbbb\n";
        let places: Vec<_> =
            compare(here, daemon).into_iter().map(|row| (row.place, row.here, row.daemon)).collect();
        let row =
            |place: &str, here: &str, daemon: &str| (place.to_owned(), here.to_owned(), daemon.to_owned());
        assert_eq!(
            places,
            [
                row("line 3", "one", "two"),
                row(
                    "line 4",
                    "Removing intermediate container <id 2>",
                    "Removing intermediate container <id 1>"
                ),
            ]
        );
    }
}
