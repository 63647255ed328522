//! What follows `$`, and backquotes.

use bstr::BString;

use super::word::{Mode, WordBuilder};
use crate::ast::{Emptiness, Extent, Param, ParamName, ParamOp, Part, Replace, Word};
use crate::parse::{Parser, Stop};

/// Whether a byte may begin a name.
pub(crate) fn begins_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic()
}

/// Whether a byte may go on in a name.
pub(crate) fn continues_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

fn is_special(byte: u8) -> bool {
    b"@*#?-$!".contains(&byte)
}

fn extent(doubled: bool) -> Extent {
    if doubled { Extent::Longest } else { Extent::Shortest }
}

impl Parser<'_> {
    /// Handles what follows a consumed `$`.
    pub(crate) fn dollar(&mut self, mode: Mode, out: &mut WordBuilder) -> Result<(), Stop> {
        let Some(byte) = self.input.peek_joined()? else {
            out.push(b'$', mode);
            return Ok(());
        };
        match byte {
            b'(' => self.parenthesis(mode, out),
            b'{' => {
                self.input.bump();
                let param = self.nested(|parser| parser.braced(mode))?;
                out.part(Part::Param(Box::new(param), mode.quoting()));
                Ok(())
            }
            b'\'' if mode == Mode::Bare => {
                self.input.bump();
                self.dollar_quoted(out)
            }
            _ => match self.parameter_name(false)? {
                Some(name) => {
                    out.part(Part::Param(Box::new(Param { name, op: ParamOp::Value }), mode.quoting()));
                    Ok(())
                }
                // `$"..."` is a translated string elsewhere; here the dollar goes and the quotes stay quotes.
                None => {
                    out.push(b'$', mode);
                    Ok(())
                }
            },
        }
    }

    fn parenthesis(&mut self, mode: Mode, out: &mut WordBuilder) -> Result<(), Stop> {
        self.input.bump();
        if self.input.accept(b'(')? {
            let word = self.nested(Parser::arithmetic)?;
            out.part(Part::Arithmetic(Box::new(word.into()), mode.quoting()));
        } else {
            let body = self.nested_program()?;
            out.part(Part::Command(body, mode.quoting()));
        }
        Ok(())
    }

    /// A parameter's name; positions have one digit unless they stand in braces.
    fn parameter_name(&mut self, in_braces: bool) -> Result<Option<ParamName>, Stop> {
        let Some(byte) = self.input.peek_joined()? else { return Ok(None) };
        if is_special(byte) {
            self.input.bump();
            return Ok(Some(ParamName::Special(byte)));
        }
        if byte.is_ascii_digit() {
            let mut number = 0usize;
            while let Some(digit) = self.input.peek_joined()?.filter(u8::is_ascii_digit) {
                self.input.bump();
                number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
                if !in_braces {
                    break;
                }
            }
            return Ok(Some(ParamName::Position(number)));
        }
        if !begins_name(byte) {
            return Ok(None);
        }
        let mut name = BString::default();
        while let Some(byte) = self.input.peek_joined()?.filter(|byte| continues_name(*byte)) {
            self.input.bump();
            name.push(byte);
        }
        Ok(Some(ParamName::Variable(name.as_slice().into())))
    }

    /// The rest of `${...}`.
    fn braced(&mut self, mode: Mode) -> Result<Param, Stop> {
        let mut length = false;
        if self.input.peek_joined()? == Some(b'#') {
            self.input.bump();
            if self.input.accept(b'}')? {
                return Ok(Param { name: ParamName::Special(b'#'), op: ParamOp::Value });
            }
            length = self.is_length()?;
            if !length {
                let op = self.operator(mode)?;
                return Ok(Param { name: ParamName::Special(b'#'), op });
            }
        }
        let name = self.parameter_name(true)?;
        let Some(name) = name else { return self.bad_substitution(mode) };
        if self.input.accept(b'}')? {
            return Ok(Param { name, op: if length { ParamOp::Length } else { ParamOp::Value } });
        }
        if length || self.input.peek()?.is_none() {
            return self.bad_substitution(mode);
        }
        let op = self.operator(mode)?;
        Ok(Param { name, op })
    }

    /// After `${#`: whether a parameter follows whose length is meant, and not an operator on `$#`.
    fn is_length(&mut self) -> Result<bool, Stop> {
        let Some(byte) = self.input.peek_joined()? else { return Ok(true) };
        Ok(continues_name(byte) || self.input.peek_second()? == Some(b'}'))
    }

    /// Reads to the closing brace; the error comes when the word is expanded.
    fn bad_substitution(&mut self, mode: Mode) -> Result<Param, Stop> {
        self.brace_word(mode)?;
        Ok(Param { name: ParamName::Special(b'#'), op: ParamOp::Bad })
    }

    fn operator(&mut self, mode: Mode) -> Result<ParamOp, Stop> {
        let colon = self.input.accept(b':')?;
        let Some(byte) = self.input.peek_joined()? else {
            return Err(self.error_in(mode));
        };
        if !b"}-+?=".contains(&byte) && colon {
            return Ok(ParamOp::Substring(self.brace_word(mode)?));
        }
        self.input.bump();
        let colon = if colon { Emptiness::IsUnset } else { Emptiness::IsSet };
        Ok(match byte {
            b'-' => ParamOp::Default(colon, self.brace_word(mode)?),
            b'=' => ParamOp::Assign(colon, self.brace_word(mode)?),
            b'?' => ParamOp::Error(colon, self.brace_word(mode)?),
            b'+' => ParamOp::Alternative(colon, self.brace_word(mode)?),
            b'#' => {
                let extent = extent(self.input.accept(b'#')?);
                ParamOp::TrimPrefix(extent, self.brace_word(Mode::Bare)?)
            }
            b'%' => {
                let extent = extent(self.input.accept(b'%')?);
                ParamOp::TrimSuffix(extent, self.brace_word(Mode::Bare)?)
            }
            b'/' => self.replace_operator()?,
            // `${x:}`: the brace is taken for the operator, and the word goes on to the next one.
            _ => {
                self.brace_word(mode)?;
                if byte == b'}' { ParamOp::Value } else { ParamOp::Bad }
            }
        })
    }

    fn replace_operator(&mut self) -> Result<ParamOp, Stop> {
        let all = self.input.accept(b'/')?;
        let (pattern, ended) = self.brace_word_until(Mode::Bare, Some(b'/'))?;
        let replacement = if ended == b'/' { self.brace_word(Mode::Bare)? } else { Word::default() };
        Ok(ParamOp::Replace(Replace { all, pattern, replacement }))
    }

    fn brace_word(&mut self, mode: Mode) -> Result<Word, Stop> {
        Ok(self.brace_word_until(mode, None)?.0)
    }

    /// The word of an operator, up to the closing brace (or `also`), and the byte that ended it.
    fn brace_word_until(&mut self, mode: Mode, also: Option<u8>) -> Result<(Word, u8), Stop> {
        let mut out = WordBuilder::default();
        let mut inner_quotes = false;
        loop {
            let Some(byte) = self.input.next()? else { return Err(self.error_in(mode)) };
            if byte == b'}' && !inner_quotes || also == Some(byte) && !out.is_empty() {
                return Ok((out.finish(), byte));
            }
            if mode == Mode::Bare {
                if byte == b'\\' && self.input.peek()? == Some(b'\n') {
                    self.input.bump();
                } else {
                    self.bare_byte(byte, &mut out)?;
                }
            } else if byte == b'"' && mode != Mode::Arithmetic {
                inner_quotes = !inner_quotes;
            } else {
                self.double_quoted_byte(byte, mode, true, &mut out)?;
            }
        }
    }

    /// The rest of `$((...))`.
    fn arithmetic(&mut self) -> Result<Word, Stop> {
        let mut out = WordBuilder::default();
        let mut depth = 0usize;
        loop {
            let Some(byte) = self.input.next()? else { return Err(self.error_in(Mode::Arithmetic)) };
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' if self.input.accept(b')')? => return Ok(out.finish()),
                _ => {}
            }
            self.double_quoted_byte(byte, Mode::Arithmetic, false, &mut out)?;
        }
    }

    /// The end of the file came inside braces or `$((`.
    fn error_in(&self, mode: Mode) -> Stop {
        self.error(match mode {
            Mode::Bare | Mode::Here => "missing '}'",
            Mode::Double => "unterminated quoted string",
            Mode::Arithmetic => "missing '))'",
        })
    }

    /// The rest of a backquoted command.
    pub(crate) fn backquoted(&mut self, mode: Mode, out: &mut WordBuilder) -> Result<(), Stop> {
        let mut text = Vec::new();
        loop {
            let Some(byte) = self.input.next()? else {
                return Err(self.error("EOF in backquote substitution"));
            };
            match byte {
                b'`' => break,
                b'\\' => match self.input.next()? {
                    Some(b'\n') => {}
                    Some(next @ (b'`' | b'\\' | b'$')) => text.push(next),
                    Some(b'"') if mode == Mode::Double => text.push(b'"'),
                    Some(next) => text.extend_from_slice(&[b'\\', next]),
                    None => text.push(b'\\'),
                },
                _ => text.push(byte),
            }
        }
        let body = self.nested(|parser| parser.subprogram(&text, parser.executed_line))?;
        out.part(Part::Command(body, mode.quoting()));
        Ok(())
    }
}
