//! Where expansion puts its text.

use std::rc::Rc;

use bstr::BString;

use super::pattern::{escape_into, has_magic, is_escaped};
use crate::ast::Quoting;
use crate::limits::MAX_EXPANSION;
use crate::state::Ifs;

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Words of a command: split, then matched against file names.
    Fields,
    /// One text.
    Text,
    /// A pattern: quoted characters are escaped.
    Pattern,
}

/// A finished field.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) text: Vec<u8>,
    /// Byte ranges of `text` that were quoted and hold pattern characters.
    quoted: Vec<(usize, usize)>,
    /// An unquoted pattern character is in it.
    pub(super) magic: bool,
}

impl Field {
    /// The field as a pattern of file names.
    pub(super) fn pattern(&self) -> Vec<u8> {
        let mut pattern = Vec::with_capacity(self.text.len() + 8);
        let mut done = 0;
        for &(start, end) in &self.quoted {
            pattern.extend_from_slice(&self.text[done..start]);
            escape_into(&self.text[start..end], &mut pattern);
            done = end;
        }
        pattern.extend_from_slice(&self.text[done..]);
        pattern
    }
}

/// Collects expanded text.
pub(crate) struct Output {
    purpose: Purpose,
    ifs: Rc<Ifs>,
    fields: Vec<Field>,
    current: Field,
    /// The current field exists, even if it is empty.
    started: bool,
    /// The field before was ended by white space: one more separator belongs to it.
    after_space: bool,
    /// Literal text belongs to the word of an unquoted expansion and is split as well.
    in_expansion: bool,
}

impl Output {
    fn new(purpose: Purpose, ifs: Rc<Ifs>) -> Output {
        Output {
            purpose,
            ifs,
            fields: Vec::new(),
            current: Field::default(),
            started: false,
            after_space: false,
            in_expansion: false,
        }
    }

    /// Collects fields.
    pub(crate) fn fields(ifs: Rc<Ifs>) -> Output {
        Output::new(Purpose::Fields, ifs)
    }

    /// Collects one text.
    pub(crate) fn text(ifs: Rc<Ifs>) -> Output {
        Output::new(Purpose::Text, ifs)
    }

    /// Collects a pattern.
    pub(crate) fn pattern(ifs: Rc<Ifs>) -> Output {
        Output::new(Purpose::Pattern, ifs)
    }

    /// The text or pattern.
    pub(crate) fn into_text(self) -> BString {
        self.current.text.into()
    }

    /// The fields.
    pub(super) fn into_fields(mut self) -> Vec<Field> {
        if self.started {
            self.end_field();
        }
        self.fields
    }

    /// What separates fields here.
    pub(super) fn ifs(&self) -> &Ifs {
        &self.ifs
    }

    /// Whether `$@` makes several fields here.
    pub(super) fn takes_fields(&self) -> bool {
        self.purpose == Purpose::Fields
    }

    /// Whether so much has been collected that expansion must stop.
    pub(super) fn is_over_limit(&self) -> bool {
        self.current.text.len() > MAX_EXPANSION
    }

    pub(super) fn enter_expansion(&mut self) -> bool {
        std::mem::replace(&mut self.in_expansion, true)
    }

    pub(super) fn leave_expansion(&mut self, before: bool) {
        self.in_expansion = before;
    }

    /// Adds unquoted text of the script.
    pub(super) fn literal(&mut self, text: &[u8]) {
        if self.in_expansion {
            return self.split(text);
        }
        self.unsplit(text);
    }

    /// Adds text whose characters stand for themselves.
    pub(super) fn quoted(&mut self, text: &[u8]) {
        self.started = true;
        self.after_space = false;
        match self.purpose {
            Purpose::Pattern => escape_into(text, &mut self.current.text),
            Purpose::Text => self.current.text.extend_from_slice(text),
            Purpose::Fields => {
                let start = self.current.text.len();
                self.current.text.extend_from_slice(text);
                if is_escaped(text) {
                    self.current.quoted.push((start, self.current.text.len()));
                }
            }
        }
    }

    /// Adds the result of an expansion.
    pub(super) fn expanded(&mut self, text: &[u8], quoting: Quoting) {
        match quoting {
            Quoting::Quoted => self.quoted(text),
            Quoting::Bare => self.split(text),
        }
    }

    /// Adds the result of an arithmetic expansion.
    pub(super) fn number(&mut self, value: i64, quoting: Quoting) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            at -= 1;
            digits[at] = b'-';
        }
        self.expanded(&digits[at..], quoting);
    }

    /// Ends the field between two items of `$@`.
    pub(super) fn next_field(&mut self) {
        if self.started {
            self.end_field();
        }
        self.after_space = false;
    }

    fn unsplit(&mut self, text: &[u8]) {
        self.started = true;
        self.after_space = false;
        self.current.magic = self.current.magic || has_magic(text);
        self.current.text.extend_from_slice(text);
    }

    fn split(&mut self, text: &[u8]) {
        if self.purpose != Purpose::Fields {
            self.current.text.extend_from_slice(text);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let plain = rest.iter().position(|byte| self.ifs.contains(*byte)).unwrap_or(rest.len());
            if plain > 0 {
                self.unsplit(&rest[..plain]);
            }
            let Some(&separator) = rest.get(plain) else { return };
            self.separator(separator);
            rest = &rest[plain + 1..];
        }
    }

    fn separator(&mut self, byte: u8) {
        if self.ifs.is_space(byte) {
            if self.started {
                self.end_field();
                self.after_space = true;
            }
        } else if self.after_space {
            self.after_space = false;
        } else {
            self.end_field();
        }
    }

    fn end_field(&mut self) {
        self.fields.push(std::mem::take(&mut self.current));
        self.started = false;
    }
}
