//! A named source text with an index of its lines.

use crate::Span;

/// A position for people: both numbers count from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub col: usize,
}

/// A source text, its name, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes `text`. Lines end at `\n`; a final `\n` begins one more, empty line, as editors show it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let after = breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let starts = std::iter::once(0).chain(after).collect();
        Self { name: name.into(), text, starts }
    }

    /// The name shown in reports, a path as a rule.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are; at least 1.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column of a byte offset. Offsets past the end are taken as the end; one within a
    /// character is taken as that character's beginning.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> LineCol {
        let offset = floor_boundary(&self.text, offset as usize);
        let line = self.starts.partition_point(|start| *start as usize <= offset).max(1);
        let begin = self.starts[line - 1] as usize;
        LineCol { line, col: self.text[begin..offset].chars().count() + 1 }
    }

    /// The text of line `n` (from 1) without its line break, or nothing when there is no such line.
    #[must_use]
    pub fn line(&self, n: usize) -> Option<&str> {
        let span = self.line_span(n)?;
        let text = &self.text[span.range()];
        Some(text.strip_suffix('\r').unwrap_or(text))
    }

    /// The bytes of line `n` (from 1) without its `\n`.
    #[must_use]
    pub fn line_span(&self, n: usize) -> Option<Span> {
        let start = *self.starts.get(n.checked_sub(1)?)? as usize;
        let end = self.starts.get(n).map_or(self.text.len(), |next| *next as usize - 1);
        Some(Span::of(start..end))
    }
}

/// The greatest character boundary that is not after `offset`.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
