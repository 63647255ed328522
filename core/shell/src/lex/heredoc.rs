//! Here-documents: bodies that follow the line of their operator.

use std::cell::OnceCell;
use std::rc::Rc;

use bstr::BString;

use super::word::{Mode, WordBuilder};
use crate::ast::{Param, ParamName, ParamOp, Part, Quoting, Word};
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
    /// A here-document that ends at the line `delimiter`, a word whose expansions stand for themselves.
    pub(crate) fn new(delimiter: &Word, strip_tabs: bool) -> Option<PendingHere> {
        let mut text = BString::default();
        let mut literal = false;
        for part in &delimiter.parts {
            match part {
                Part::Literal(bytes) => text.extend_from_slice(bytes),
                Part::Quoted(bytes) => {
                    literal = true;
                    text.extend_from_slice(bytes);
                }
                Part::Param(param, Quoting::Bare) => text.extend_from_slice(&plain_parameter(param)?),
                _ => return None,
            }
        }
        Some(PendingHere { delimiter: text, strip_tabs, literal, body: Rc::default() })
    }
}

/// The text of `$name`, which a delimiter takes as it stands.
fn plain_parameter(param: &Param) -> Option<Vec<u8>> {
    let mut text = vec![b'$'];
    match (&param.name, &param.op) {
        (ParamName::Variable(name), ParamOp::Value) => text.extend_from_slice(name),
        (ParamName::Special(byte), ParamOp::Value) => text.push(*byte),
        (ParamName::Position(digit @ 0..=9), ParamOp::Value) => text.extend(digit.to_string().bytes()),
        _ => return None,
    }
    Some(text)
}

impl Parser<'_> {
    /// Reads the bodies that are due: called after each newline.
    pub(crate) fn read_here_documents(&mut self) -> Result<(), Stop> {
        for pending in std::mem::take(&mut self.pending_here) {
            let line = self.input.line;
            let text = self.here_text(&pending)?;
            let word = if pending.literal {
                Word { parts: vec![Part::Quoted(text)] }
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
        loop {
            let mut line = Vec::new();
            let mut ended = false;
            while let Some(byte) = self.input.next()? {
                if byte == b'\n' {
                    ended = true;
                    break;
                }
                if !(pending.strip_tabs && line.is_empty() && byte == b'\t') {
                    line.push(byte);
                }
            }
            if !joined && line == pending.delimiter.as_slice() || !ended && line.is_empty() {
                return Ok(text);
            }
            joined =
                !pending.literal && line.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
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
