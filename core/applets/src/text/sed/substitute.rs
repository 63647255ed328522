use bstr::BString;
use pattern::{Captures, Regex};

use super::script::{Piece, Substitution};

/// The line with its matches replaced; `None` when nothing was replaced.
pub(super) fn substitute(command: &Substitution, regex: &Regex, line: &[u8]) -> Option<BString> {
    let mut found = regex.find(line, 0, false)?;
    let mut out = BString::default();
    let mut at = 0;
    let mut count = 0;
    let mut changed = false;
    let mut tried_end = false;
    let mut after_empty = true;
    loop {
        let (start, end) = (found.start(), found.end());
        count += 1;
        if command.which != 0 && command.which != count {
            out.extend_from_slice(&line[at..end]);
            at = end;
            if start == end && at < line.len() {
                out.push(line[at]);
                at += 1;
            }
        } else {
            out.extend_from_slice(&line[at..start]);
            // An empty match right behind a match is none.
            if after_empty || start != at || start != end {
                replace(&mut out, &command.replacement, line, &found);
                changed = true;
            }
            at = end;
            after_empty = start == end;
            if after_empty {
                if at == line.len() {
                    tried_end = true;
                } else {
                    out.push(line[at]);
                    at += 1;
                }
            }
            if command.which != 0 {
                break;
            }
        }
        if at == line.len() {
            if tried_end {
                break;
            }
            tried_end = true;
        }
        match regex.find(line, at, true) {
            Some(next) => found = next,
            None => break,
        }
    }
    out.extend_from_slice(&line[at..]);
    changed.then_some(out)
}

fn replace(out: &mut BString, pieces: &[Piece], line: &[u8], found: &Captures) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text),
            Piece::Group(group) => {
                if let Some((start, end)) = found.get(*group) {
                    out.extend_from_slice(&line[start..end]);
                }
            }
        }
    }
}
