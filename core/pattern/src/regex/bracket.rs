use super::error::RegexError;
use super::set::{CharSet, Class};
use super::{RegexOptions, decode};

/// Longest name of a character class that is looked up.
const MAX_CLASS_NAME: usize = 14;

/// Parses a bracket expression whose `[` has been read; returns the set and the bytes used,
/// `]` included.
pub(super) fn parse(text: &[u8], options: RegexOptions) -> Result<(CharSet, usize), RegexError> {
    let negated = text.first() == Some(&b'^');
    let first = usize::from(negated);
    let at = |index: usize| text.get(index).copied().unwrap_or(0);
    let mut ranges = Vec::new();
    let mut classes = Vec::new();
    let mut s = first;
    loop {
        if s >= text.len() {
            return Err(RegexError::Bracket);
        }
        let (c, length) = decode_at(text, s).ok_or(RegexError::BadPattern)?;
        if c == ']' && s != first {
            break;
        }
        if c == '-' && s != first && at(s + 1) != b']' && (at(s + 1) != b'-' || at(s + 2) == b']') {
            return Err(RegexError::Range);
        }
        if c == '[' && matches!(at(s + 1), b'.' | b'=') {
            return Err(RegexError::Collate);
        }
        if c == '[' && at(s + 1) == b':' {
            let (class, used) = class_name(text.get(s + 2..).unwrap_or_default())?;
            classes.push(class);
            s += 2 + used;
            continue;
        }
        s += length;
        let mut high = c;
        if at(s) == b'-' && at(s + 1) != b']' {
            let (end, length) = decode_at(text, s + 1).ok_or(RegexError::Range)?;
            if end < c {
                return Err(RegexError::Range);
            }
            high = end;
            s += 1 + length;
        }
        ranges.push((c, high));
    }
    if negated && options.newline {
        ranges.push(('\n', '\n'));
    }
    Ok((CharSet::from_parts(ranges, classes, negated, options.icase), s + 1))
}

fn decode_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    decode(text.get(at..)?)
}

/// The class named before `:]`, and the bytes up to behind it.
fn class_name(text: &[u8]) -> Result<(Class, usize), RegexError> {
    let end = text.iter().take(MAX_CLASS_NAME).position(|&byte| byte == b':').ok_or(RegexError::CharClass)?;
    let class = text.get(..end).and_then(Class::from_name).ok_or(RegexError::CharClass)?;
    if text.get(end + 1) != Some(&b']') {
        return Err(RegexError::CharClass);
    }
    Ok((class, end + 2))
}
