//! Pattern characters, and taking away what a pattern matches.

use std::borrow::Cow;

use pattern::{FnmatchFlags, fnmatch};

use super::list;
use crate::ast::Extent;

/// Whether text can be a pattern of file names: a bracket alone, the command `[`, cannot.
pub(super) fn may_match_names(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'*' | b'?')) || text.contains(&b'[') && text.contains(&b']')
}

/// Whether text holds characters with a meaning in patterns.
pub(super) fn has_magic(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\'))
}

/// Whether `escape_into` changes anything.
pub(super) fn is_escaped(text: &[u8]) -> bool {
    text.iter().any(|byte| needs_escape(*byte))
}

fn needs_escape(byte: u8) -> bool {
    matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'-' | b'!' | b'^')
}

/// Appends text so that a pattern takes it literally.
pub(super) fn escape_into(text: &[u8], pattern: &mut Vec<u8>) {
    for &byte in text {
        if needs_escape(byte) {
            pattern.push(b'\\');
        }
        pattern.push(byte);
    }
}

/// Whether the whole text matches.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        b"*" => true,
        pattern if !has_magic(pattern) => pattern == text,
        pattern => fnmatch(pattern, text, FnmatchFlags::default()),
    }
}

/// The text of a pattern that matches only itself.
pub(super) fn plain(pattern: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !has_magic(pattern) {
        return Some(Cow::Borrowed(pattern));
    }
    let mut text = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return None,
            b'\\' => text.push(*bytes.next()?),
            _ => text.push(byte),
        }
    }
    Some(Cow::Owned(text))
}

/// Offsets where the text may be cut: between characters.
pub(super) fn boundaries(text: &[u8]) -> impl DoubleEndedIterator<Item = usize> + '_ {
    (0..=text.len()).filter(|at| *at == text.len() || text[*at] & 0xc0 != 0x80)
}

/// `text` without the prefix that the pattern matches.
pub(super) fn without_prefix<'t>(text: &'t [u8], pattern: &[u8], extent: Extent) -> &'t [u8] {
    if list::is_list(text) {
        return list::without_prefix(text, pattern, extent);
    }
    if let Some(prefix) = plain(pattern) {
        return text.strip_prefix(&*prefix).unwrap_or(text);
    }
    let is_prefix = |end: &usize| matches(pattern, &text[..*end]);
    let end = match extent {
        Extent::Shortest => boundaries(text).find(is_prefix),
        Extent::Longest => boundaries(text).rev().find(is_prefix),
    };
    end.map_or(text, |end| &text[end..])
}

/// `text` without the suffix that the pattern matches.
pub(super) fn without_suffix<'t>(text: &'t [u8], pattern: &[u8], extent: Extent) -> &'t [u8] {
    if list::is_list(text) {
        return list::without_suffix(text, pattern, extent);
    }
    if let Some(suffix) = plain(pattern) {
        return text.strip_suffix(&*suffix).unwrap_or(text);
    }
    let is_suffix = |start: &usize| matches(pattern, &text[*start..]);
    let start = match extent {
        Extent::Shortest => boundaries(text).rev().find(is_suffix),
        Extent::Longest => boundaries(text).find(is_suffix),
    };
    start.map_or(text, |start| &text[..start])
}
