//! Cutting arguments into words.

use std::borrow::Cow;

use crate::space::is_separator;

/// Words of ENV, LABEL and ARG: quotes and escapes group and are kept.
pub(super) fn quoted_words(text: &str, escape: char) -> Vec<&str> {
    let mut words = Vec::new();
    let mut chars = text.char_indices();
    let mut start = None;
    let mut quote = None;
    while let Some((at, ch)) = chars.next() {
        if start.is_none() {
            if ch.is_whitespace() {
                continue;
            }
            start = Some(at);
        }
        match quote {
            None if ch.is_whitespace() => {
                words.extend(start.take().map(|start| &text[start..at]));
                continue;
            }
            None if ch == '\'' || ch == '"' => quote = Some(ch),
            Some(open) if ch == open => quote = None,
            _ => {}
        }
        // Within single quotes nothing can be escaped, except that the opening one comes here too.
        if ch == escape && quote != Some('\'') && chars.next().is_none() {
            // An escape character at the end is dropped.
            words.extend(start.take().map(|start| &text[start..at]).filter(|word| !word.is_empty()));
        }
    }
    words.extend(start.map(|start| &text[start..]));
    words
}

/// Words between runs of blanks; quotes mean nothing.
pub(super) fn blank_words(text: &str) -> Vec<Cow<'_, str>> {
    let mut words = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..].iter().position(|byte| is_separator(*byte)).unwrap_or(bytes.len() - at);
        words.push(Cow::Borrowed(&text[at..at + len]));
        at += len;
        while at < bytes.len() && is_separator(bytes[at]) {
            at += 1;
        }
    }
    words
}
