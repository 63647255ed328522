//! Quotes: `'..'`, `".."`, `$'..'`.

use super::word::{Mode, WordBuilder};
use crate::parse::{Parser, Stop};

const UNTERMINATED: &str = "unterminated quoted string";

impl Parser<'_> {
    /// The rest of `'..'`.
    pub(crate) fn single_quoted(&mut self, out: &mut WordBuilder) -> Result<(), Stop> {
        out.mark_quotes();
        loop {
            match self.input.next()? {
                Some(b'\'') => return Ok(()),
                Some(byte) => out.quoted(byte),
                None => return Err(self.error(UNTERMINATED)),
            }
        }
    }

    /// The rest of `".."`.
    pub(crate) fn double_quoted(&mut self, out: &mut WordBuilder) -> Result<(), Stop> {
        let mut empty = true;
        loop {
            match self.input.next()? {
                Some(b'"') => {
                    // Only empty quotes make a field by themselves: `"$@"` may be none.
                    if empty {
                        out.mark_quotes();
                    }
                    return Ok(());
                }
                Some(byte) => {
                    empty = false;
                    self.double_quoted_byte(byte, Mode::Double, false, out)?;
                }
                None => return Err(self.error(UNTERMINATED)),
            }
        }
    }

    /// Handles a consumed character under double-quote rules; `in_brace` lets a backslash protect `}`.
    pub(crate) fn double_quoted_byte(
        &mut self,
        byte: u8,
        mode: Mode,
        in_brace: bool,
        out: &mut WordBuilder,
    ) -> Result<(), Stop> {
        match byte {
            b'\\' => self.double_quoted_escape(mode, in_brace, out)?,
            b'$' => self.dollar(mode, out)?,
            b'`' => self.backquoted(mode, out)?,
            _ => out.push(byte, mode),
        }
        Ok(())
    }

    fn double_quoted_escape(
        &mut self,
        mode: Mode,
        in_brace: bool,
        out: &mut WordBuilder,
    ) -> Result<(), Stop> {
        let Some(next) = self.input.peek()? else {
            out.push(b'\\', mode);
            return Ok(());
        };
        let protects = match next {
            b'\n' => {
                self.input.bump();
                return Ok(());
            }
            b'$' | b'`' | b'\\' => true,
            b'"' => mode == Mode::Double || in_brace,
            b'}' => in_brace,
            _ => false,
        };
        if protects {
            self.input.bump();
            out.push(next, mode);
        } else {
            out.push(b'\\', mode);
        }
        Ok(())
    }

    /// The rest of `$'..'`, whose escapes are those of C without `\u` and `\c`.
    pub(crate) fn dollar_quoted(&mut self, out: &mut WordBuilder) -> Result<(), Stop> {
        out.mark_quotes();
        loop {
            match self.input.next()? {
                Some(b'\'') => return Ok(()),
                Some(b'\\') => self.dollar_quoted_escape(out)?,
                Some(byte) => out.quoted(byte),
                None => return Err(self.error(UNTERMINATED)),
            }
        }
    }

    fn dollar_quoted_escape(&mut self, out: &mut WordBuilder) -> Result<(), Stop> {
        let Some(byte) = self.input.next()? else { return Err(self.error(UNTERMINATED)) };
        let value = match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' | b'\'' | b'"' => byte,
            b'0'..=b'7' => self.digits(8, u32::from(byte - b'0'), 2)?,
            b'x' if self.input.peek()?.is_some_and(|next| next.is_ascii_hexdigit()) => {
                self.digits(16, 0, 2)?
            }
            _ => {
                out.quoted(b'\\');
                byte
            }
        };
        // Strings cannot hold it.
        if value != 0 {
            out.quoted(value);
        }
        Ok(())
    }

    /// Up to `most` more digits of a character code.
    fn digits(&mut self, radix: u32, mut value: u32, most: usize) -> Result<u8, Stop> {
        for _ in 0..most {
            let Some(digit) = self.input.peek()?.and_then(|byte| char::from(byte).to_digit(radix)) else {
                break;
            };
            self.input.bump();
            value = value * radix + digit;
        }
        Ok((value & 0xff) as u8)
    }
}
