//! Where expansion puts its text.

use std::rc::Rc;

use bstr::BString;

use super::digits::Digits;
use super::pattern::{escape_into, has_magic, is_escaped};
use crate::ast::Quoting;
use crate::exec::Machine;
use crate::limits::MAX_EXPANSION;
use crate::state::Ifs;

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Words of a command: split, then matched against file names.
    Fields,
    /// One text.
    Text,
    /// A pattern: quoted characters are escaped.
    Pattern,
}

/// Where a finished field ends, in the text that all fields stand in.
#[derive(Debug, Clone, Copy)]
struct End {
    text: usize,
    quoted: usize,
    /// An unquoted pattern character is in it.
    magic: bool,
}

/// A finished field.
pub(super) struct Field<'o> {
    pub(super) text: &'o [u8],
    /// An unquoted pattern character is in it.
    pub(super) magic: bool,
    /// Where its text begins among that of all fields.
    start: usize,
    /// Byte ranges that were quoted and hold pattern characters.
    quoted: &'o [(usize, usize)],
}

impl Field<'_> {
    /// The field as a pattern of file names.
    pub(super) fn pattern(&self) -> Vec<u8> {
        let mut pattern = Vec::with_capacity(self.text.len() + 8);
        let mut done = 0;
        for &(start, end) in self.quoted {
            let (start, end) = (start - self.start, end - self.start);
            pattern.extend_from_slice(&self.text[done..start]);
            escape_into(&self.text[start..end], &mut pattern);
            done = end;
        }
        pattern.extend_from_slice(&self.text[done..]);
        pattern
    }
}

/// Collects expanded text. Its memory is used again for the next expansion.
#[derive(Debug)]
pub(crate) struct Output {
    purpose: Purpose,
    ifs: Rc<Ifs>,
    /// The text of all fields, the current one last.
    text: Vec<u8>,
    ends: Vec<End>,
    /// Byte ranges of `text` that were quoted and hold pattern characters.
    quoted: Vec<(usize, usize)>,
    /// An unquoted pattern character is in the current field.
    magic: bool,
    /// The current field exists, even if it is empty.
    started: bool,
    /// The field before was ended by white space: one more separator belongs to it.
    after_space: bool,
    /// Literal text belongs to the word of an unquoted expansion and is split as well.
    in_expansion: bool,
}

/// How much memory of one expansion is kept for the next.
const ROOMY: usize = 64 << 10;

/// How many nested expansions keep their memory.
const KEPT: usize = 8;

impl Machine {
    /// A place to expand to.
    pub(super) fn take_output(&mut self, purpose: Purpose) -> Box<Output> {
        let ifs = self.ifs();
        match self.spare_outputs.pop() {
            Some(mut out) => {
                out.begin(purpose, ifs);
                out
            }
            None => Box::new(Output::new(purpose, ifs)),
        }
    }

    /// Keeps the memory of an expansion for the next one.
    pub(crate) fn keep_output(&mut self, out: Box<Output>) {
        if self.spare_outputs.len() < KEPT && out.text.capacity() <= ROOMY {
            self.spare_outputs.push(out);
        }
    }

    /// The text that was collected.
    pub(super) fn text_of(&mut self, out: Box<Output>) -> BString {
        let text = out.text.as_slice().into();
        self.keep_output(out);
        text
    }
}

impl Output {
    fn new(purpose: Purpose, ifs: Rc<Ifs>) -> Output {
        Output {
            purpose,
            ifs,
            text: Vec::new(),
            ends: Vec::new(),
            quoted: Vec::new(),
            magic: false,
            started: false,
            after_space: false,
            in_expansion: false,
        }
    }

    fn begin(&mut self, purpose: Purpose, ifs: Rc<Ifs>) {
        self.purpose = purpose;
        self.ifs = ifs;
        self.text.clear();
        self.ends.clear();
        self.quoted.clear();
        (self.magic, self.started, self.after_space, self.in_expansion) = (false, false, false, false);
    }

    /// The text or pattern.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Ends the last field.
    pub(super) fn finish(&mut self) {
        if self.started {
            self.end_field();
        }
    }

    /// The finished fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let mut before = End { text: 0, quoted: 0, magic: false };
        self.ends.iter().map(move |end| {
            let start = std::mem::replace(&mut before, *end);
            Field {
                text: &self.text[start.text..end.text],
                magic: end.magic,
                start: start.text,
                quoted: &self.quoted[start.quoted..end.quoted],
            }
        })
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
        self.text.len() - self.ends.last().map_or(0, |end| end.text) > MAX_EXPANSION
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
            Purpose::Pattern => escape_into(text, &mut self.text),
            Purpose::Text => self.text.extend_from_slice(text),
            Purpose::Fields => {
                let start = self.text.len();
                self.text.extend_from_slice(text);
                if is_escaped(text) {
                    self.quoted.push((start, self.text.len()));
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
        self.expanded(Digits::of(value).text(), quoting);
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
        self.magic = self.magic || has_magic(text);
        self.text.extend_from_slice(text);
    }

    fn split(&mut self, text: &[u8]) {
        if self.purpose != Purpose::Fields {
            self.text.extend_from_slice(text);
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
        self.ends.push(End { text: self.text.len(), quoted: self.quoted.len(), magic: self.magic });
        (self.magic, self.started) = (false, false);
    }
}
