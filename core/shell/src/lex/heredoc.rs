//! Here-documents: bodies that follow the line of their operator.

use std::cell::OnceCell;
use std::rc::Rc;

use bstr::BString;

use super::word::{Mode, WordBuilder};
use crate::ast::{Part, Word};
use crate::parse::{Parser, Stop};

/// A here-document whose body has not come yet.
pub(crate) struct PendingHere {
    pub(crate) delimiter: BString,
    pub(crate) strip_tabs: bool,
    /// The delimiter was quoted: the body is literal.
    pub(crate) literal: bool,
    pub(crate) body: Rc<OnceCell<Word>>,
}

impl PendingHere {
    /// A here-document that ends at the line `delimiter`. Expansions in it stand for themselves, as `spelling` has
    /// them; backquotes count as quotes.
    pub(crate) fn new(delimiter: &Word, spelling: &[u8], strip_tabs: bool) -> PendingHere {
        let mut text = BString::default();
        let (mut literal, mut expands) = (false, false);
        for part in &delimiter.parts {
            match part {
                Part::Literal(bytes) => text.extend_from_slice(bytes),
                Part::Quoted(bytes) => {
                    literal = true;
                    text.extend_from_slice(bytes);
                }
                part => {
                    expands = true;
                    literal |= matches!(part, Part::Command(..));
                }
            }
        }
        if expands {
            text = spelling.into();
        }
        PendingHere { delimiter: text, strip_tabs, literal, body: Rc::default() }
    }
}

impl Parser<'_> {
    /// Reads the bodies that are due: called after each newline.
    pub(crate) fn read_here_documents(&mut self) -> Result<(), Stop> {
        for pending in std::mem::take(&mut self.pending_here) {
            let line = self.input.line;
            let text = self.here_text(&pending)?;
            let word = if pending.literal {
                Word::new(vec![Part::Quoted(text)])
            } else {
                self.nested(|parser| parser.here_body(&text, line))?
            };
            // A body is read once; a second value cannot arise.
            let _ = pending.body.set(word);
        }
        Ok(())
    }

    /// The lines up to the delimiter.
    fn here_text(&mut self, pending: &PendingHere) -> Result<BString, Stop> {
        let mut text = BString::default();
        let mut joined = false;
        // Pieces of a line that may turn out to be the delimiter, and where they begin.
        let mut split: Option<(Vec<u8>, usize)> = None;
        loop {
            let mut line = Vec::new();
            let mut ended = false;
            while let Some(byte) = self.input.next()? {
                if byte == b'\n' {
                    ended = true;
                    break;
                }
                if !(pending.strip_tabs && !joined && line.is_empty() && byte == b'\t') {
                    line.push(byte);
                }
            }
            if let Some((mut pieces, start)) =
                split.take().or_else(|| (!joined).then(|| (Vec::new(), text.len())))
            {
                pieces.extend_from_slice(&line);
                if pieces == pending.delimiter.as_slice() {
                    text.truncate(start);
                    return Ok(text);
                }
                pieces.pop();
                split = Some((pieces, start));
            }
            if !ended && line.is_empty() {
                return Ok(text);
            }
            joined =
                !pending.literal && line.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
            split = split.filter(|(pieces, _)| joined && pending.delimiter.starts_with(pieces));
            text.extend_from_slice(&line);
            if !ended {
                return Ok(text);
            }
            text.push(b'\n');
        }
    }

    /// Text with expansions and without quotes.
    pub(crate) fn here_body(&mut self, text: &[u8], line: u32) -> Result<Word, Stop> {
        let mut parser = self.child(text, line);
        let mut out = WordBuilder::default();
        while let Some(byte) = parser.input.next()? {
            parser.double_quoted_byte(byte, Mode::Here, false, &mut out)?;
        }
        Ok(out.finish())
    }
}
