//! Option letters of builtins, as ash reads them.

use bstr::BString;

use crate::exec::{Machine, Raise};

/// Reads the letters in front of operands.
pub(super) struct Letters<'a> {
    args: &'a [BString],
    at: usize,
    offset: usize,
    known: &'static [u8],
}

impl<'a> Letters<'a> {
    /// Letters out of `known` from the arguments after the builtin's name. A letter with a colon takes a value.
    pub(super) fn new(args: &'a [BString], known: &'static [u8]) -> Letters<'a> {
        Letters { args, at: 1, offset: 1, known }
    }

    /// The next letter and its value; none when operands begin.
    pub(super) fn next(&mut self, m: &Machine) -> Result<Option<(u8, Option<BString>)>, Raise> {
        let Some(word) = self.args.get(self.at) else { return Ok(None) };
        if self.offset == 1 {
            if word == "--" {
                self.at += 1;
                self.known = b"";
                self.offset = 0;
                return Ok(None);
            }
            if self.offset == 0 || word.len() < 2 || word[0] != b'-' {
                return Ok(None);
            }
        } else if self.offset == 0 {
            return Ok(None);
        }
        let letter = word[self.offset];
        self.offset += 1;
        let ended = self.offset == word.len();
        let Some(index) = self.known.iter().position(|known| *known == letter && letter != b':') else {
            return Err(m.raise(format!("illegal option -{}", char::from(letter))));
        };
        let takes_value = self.known.get(index + 1) == Some(&b':');
        if ended {
            self.at += 1;
            self.offset = 1;
        }
        if !takes_value {
            return Ok(Some((letter, None)));
        }
        let value = if ended { self.args.get(self.at).cloned() } else { Some(word[self.offset..].into()) };
        let Some(value) = value else {
            return Err(m.raise(format!("no arg for -{} option", char::from(letter))));
        };
        self.at += 1;
        self.offset = 1;
        Ok(Some((letter, Some(value))))
    }

    /// What follows the options.
    pub(super) fn operands(self) -> &'a [BString] {
        &self.args[self.at.min(self.args.len())..]
    }
}
