//! `${@#pattern}` and its like. ash has the parameters in one buffer with a NUL between them, works on all of it, and lets its
//! matcher read each time up to the first NUL: what ends the first parameter ends the text for the matcher, and what is cut
//! away is cut to the end of the buffer. (Observed with busybox 1.36.1.)

use bstr::BString;

use super::pattern::{boundaries, matches, plain};
use crate::ast::Extent;

/// Whether the text is a list of parameters: nothing else has a NUL.
pub(super) fn is_list(text: &[u8]) -> bool {
    text.contains(&0)
}

/// What the matcher sees.
fn seen(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The end of the longest match at the start. That of all that is seen reaches to the end of the buffer.
fn longest(text: &[u8], pattern: &[u8]) -> Option<usize> {
    let head = seen(text);
    if matches(pattern, head) {
        return Some(text.len());
    }
    boundaries(head).rev().find(|end| matches(pattern, &head[..*end]))
}

/// The list without the prefix that the pattern matches.
pub(super) fn without_prefix<'t>(text: &'t [u8], pattern: &[u8], extent: Extent) -> &'t [u8] {
    let head = seen(text);
    let end = match extent {
        Extent::Shortest => boundaries(head).find(|end| matches(pattern, &head[..*end])),
        Extent::Longest => longest(text, pattern),
    };
    end.map_or(text, |end| &text[end..])
}

/// The list without the suffix that the pattern matches.
pub(super) fn without_suffix<'t>(text: &'t [u8], pattern: &[u8], extent: Extent) -> &'t [u8] {
    let is_suffix = |start: &usize| matches(pattern, seen(&text[*start..]));
    let start = match extent {
        Extent::Shortest => boundaries(text).rev().find(is_suffix),
        Extent::Longest => boundaries(seen(text)).find(is_suffix),
    };
    start.map_or(text, |start| &text[..start])
}

/// The list with the first (or every) longest match replaced. After a single replacement the rest is copied up to a NUL; text
/// without pattern characters matches itself alone.
pub(super) fn replace(text: &[u8], pattern: &[u8], replacement: &[u8], all: bool) -> BString {
    let mut out = BString::default();
    let literal = plain(pattern);
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let end = match &literal {
            Some(literal) => rest.starts_with(literal.as_ref()).then_some(literal.len()),
            None => longest(rest, pattern),
        };
        match end.filter(|end| *end > 0) {
            Some(end) => {
                out.extend_from_slice(replacement);
                start += end;
                if !all {
                    out.extend_from_slice(seen(&text[start..]));
                    return out;
                }
            }
            None => {
                let step = boundaries(rest).nth(1).unwrap_or(1);
                out.extend_from_slice(&rest[..step]);
                start += step;
            }
        }
    }
    out
}
