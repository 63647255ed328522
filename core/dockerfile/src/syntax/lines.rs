//! Physical lines.

use bstr::ByteSlice;
use diag::Span;

/// A line may have this many bytes without its line feed; the scanner Docker uses stops there.
pub const LINE_LIMIT: usize = 65_535;

/// One line of the source.
#[derive(Clone, Copy)]
pub(super) struct Line<'s> {
    /// With its line feed, if it has one.
    pub(super) full: &'s str,
    pub(super) span: Span,
}

impl<'s> Line<'s> {
    /// Without line feed.
    pub(super) fn text(&self) -> &'s str {
        match self.full.as_bytes() {
            [.., b'\n'] => &self.full[..self.full.len() - 1],
            _ => self.full,
        }
    }
}

/// Reads lines until the end or the first one that is too long.
pub(super) struct LineReader<'s> {
    text: &'s str,
    at: usize,
    /// Number of the line read last, from 1.
    pub(super) number: usize,
    /// Whether a line was too long.
    pub(super) overflow: bool,
}

impl<'s> LineReader<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { text, at: 0, number: 0, overflow: false }
    }

    /// Offset after the line read last.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn next(&mut self) -> Option<Line<'s>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() || self.overflow {
            return None;
        }
        let (full_len, len) = match rest.as_bytes().find_byte(b'\n') {
            Some(end) => (end + 1, end),
            None => (rest.len(), rest.len()),
        };
        if len > LINE_LIMIT {
            self.overflow = true;
            return None;
        }
        let span = Span::of(self.at..self.at + full_len);
        self.at += full_len;
        self.number += 1;
        Some(Line { full: &rest[..full_len], span })
    }
}
