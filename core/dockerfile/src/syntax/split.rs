//! Cutting a line into name, flags and the rest.

use std::borrow::Cow;

use crate::space::{cut_word, is_latin1_space};

/// A line cut in three.
pub(super) struct Split<'l> {
    pub(super) keyword: &'l str,
    pub(super) flags: Vec<Cow<'l, str>>,
    pub(super) rest: &'l str,
}

/// Cuts a joined line.
pub(super) fn split(line: &str, escape: char) -> Split<'_> {
    let (keyword, rest) = cut_word(line.trim());
    let Some(rest) = rest else { return Split { keyword, flags: Vec::new(), rest: "" } };
    let (flags, rest) = take_flags(rest, escape);
    Split { keyword, flags, rest: rest.trim() }
}

/// The leading words that begin with `--`, and what follows them; a word `--` ends them.
fn take_flags(text: &str, escape: char) -> (Vec<Cow<'_, str>>, &str) {
    let mut flags = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while at < bytes.len() && is_latin1_space(bytes[at]) {
            at += 1;
        }
        if !bytes[at..].starts_with(b"--") {
            return (flags, &text[ceil_boundary(text, at)..]);
        }
        let (word, end, quoted) = flag_word(text, at, escape);
        if word == "--" {
            return (flags, &text[ceil_boundary(text, end)..]);
        }
        if quoted || !word.is_empty() {
            flags.push(word);
        }
        at = end;
    }
}

/// One flag from `start`: unquoted, unescaped, each byte taken for a Latin-1 character as Docker does.
fn flag_word(text: &str, start: usize, escape: char) -> (Cow<'_, str>, usize, bool) {
    let bytes = text.as_bytes();
    let plain = |byte: &u8| byte.is_ascii() && !matches!(byte, b'"' | b'\'') && char::from(*byte) != escape;
    let len = bytes[start..].iter().position(|byte| is_latin1_space(*byte)).unwrap_or(bytes.len() - start);
    if bytes[start..start + len].iter().all(plain) {
        return (Cow::Borrowed(&text[start..start + len]), start + len, false);
    }
    let mut word = String::new();
    let mut quote = None;
    let mut quoted = false;
    let mut at = start;
    while at < bytes.len() {
        let mut ch = char::from(bytes[at]);
        match quote {
            None if is_latin1_space(bytes[at]) => break,
            None if ch == '\'' || ch == '"' => {
                quote = Some(ch);
                quoted = true;
                at += 1;
                continue;
            }
            Some(open) if ch == open => {
                quote = None;
                at += 1;
                continue;
            }
            _ => {}
        }
        if ch == escape {
            at += 1;
            let Some(escaped) = bytes.get(at) else { break };
            ch = char::from(*escaped);
        }
        word.push(ch);
        at += 1;
    }
    (Cow::Owned(word), at, quoted)
}

/// The first character boundary at or after `at`.
fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
