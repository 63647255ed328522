//! A cursor over the characters of a word.

/// Reads a word character by character.
pub(super) struct Scanner<'w> {
    text: &'w str,
    at: usize,
}

impl<'w> Scanner<'w> {
    /// A byte order mark at the beginning is skipped.
    pub(super) fn new(text: &'w str) -> Self {
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let ch = self.peek()?;
        self.at += ch.len_utf8();
        Some(ch)
    }

    /// Takes characters as long as `wanted` holds.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'w str {
        let rest = &self.text[self.at..];
        let len = rest.find(|ch| !wanted(ch)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }
}
