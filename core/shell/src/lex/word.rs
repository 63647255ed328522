//! Words: literal text, quotes and expansions up to a delimiter.

use bstr::BString;

use crate::ast::{Part, ProcessDirection, Quoting, Word};
use crate::parse::{Parser, Stop};

/// The syntax that the characters of a piece of a word follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Outside quotes.
    Bare,
    /// Inside double quotes.
    Double,
    /// In the body of a here-document.
    Here,
    /// Inside `$((...))`.
    Arithmetic,
}

impl Mode {
    pub(crate) fn quoting(self) -> Quoting {
        if self == Mode::Bare { Quoting::Bare } else { Quoting::Quoted }
    }
}

/// Collects the parts of a word, joining neighbouring characters of one kind.
#[derive(Default)]
pub(crate) struct WordBuilder {
    parts: Vec<Part>,
    text: Vec<u8>,
    quoted: bool,
}

impl WordBuilder {
    /// Adds an unquoted character.
    pub(crate) fn bare(&mut self, byte: u8) {
        self.switch(false);
        self.text.push(byte);
    }

    /// Adds a quoted character.
    pub(crate) fn quoted(&mut self, byte: u8) {
        self.switch(true);
        self.text.push(byte);
    }

    /// Adds a character in the syntax `mode`.
    pub(crate) fn push(&mut self, byte: u8, mode: Mode) {
        if mode == Mode::Bare { self.bare(byte) } else { self.quoted(byte) }
    }

    /// Notes that quotes stood here, so that an empty word is still a field.
    pub(crate) fn mark_quotes(&mut self) {
        self.switch(true);
        if self.text.is_empty() && !matches!(self.parts.last(), Some(Part::Quoted(_))) {
            self.parts.push(Part::Quoted(BString::default()));
        }
    }

    /// Adds an expansion.
    pub(crate) fn part(&mut self, part: Part) {
        self.flush();
        self.parts.push(part);
    }

    /// The finished word.
    pub(crate) fn finish(mut self) -> Word {
        self.flush();
        Word::new(self.parts)
    }

    /// Whether nothing has been added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.text.is_empty()
    }

    fn switch(&mut self, quoted: bool) {
        if self.quoted != quoted {
            self.flush();
            self.quoted = quoted;
        }
    }

    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = BString::from(std::mem::take(&mut self.text));
        if !self.quoted {
            self.parts.push(Part::Literal(text));
        } else if let Some(Part::Quoted(before)) = self.parts.last_mut() {
            before.extend_from_slice(&text);
        } else {
            self.parts.push(Part::Quoted(text));
        }
    }
}

impl Parser<'_> {
    /// Reads a word up to an unquoted blank, newline or operator.
    pub(crate) fn read_word(&mut self) -> Result<Word, Stop> {
        let mut out = WordBuilder::default();
        while let Some(byte) = self.input.peek_joined()? {
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => break,
                b'<' | b'>' if self.input.peek_second()? != Some(b'(') => break,
                b'<' | b'>' => self.process_substitution(byte, &mut out)?,
                _ => {
                    self.input.bump();
                    self.bare_byte(byte, &mut out)?;
                }
            }
        }
        Ok(out.finish())
    }

    /// Handles a consumed character outside quotes that does not end the word.
    pub(crate) fn bare_byte(&mut self, byte: u8, out: &mut WordBuilder) -> Result<(), Stop> {
        match byte {
            b'\\' => match self.input.next()? {
                Some(escaped) => out.quoted(escaped),
                None => out.quoted(b'\\'),
            },
            b'\'' => self.single_quoted(out)?,
            b'"' => self.double_quoted(out)?,
            b'$' => self.dollar(Mode::Bare, out)?,
            b'`' => self.backquoted(Mode::Bare, out)?,
            _ => out.bare(byte),
        }
        Ok(())
    }

    fn process_substitution(&mut self, byte: u8, out: &mut WordBuilder) -> Result<(), Stop> {
        self.input.bump();
        self.input.bump();
        let direction = if byte == b'<' { ProcessDirection::Read } else { ProcessDirection::Write };
        let body = self.nested_program()?;
        out.part(Part::Process(direction, body));
        Ok(())
    }
}
