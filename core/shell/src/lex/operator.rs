//! Operators, blanks and comments: everything between words.

use super::token::{RedirectKind, RedirectToken, Token};
use crate::ast::{FileMode, Part, Word};
use crate::parse::{Parser, Stop};

impl Parser<'_> {
    /// Reads the next token.
    pub(crate) fn read_token(&mut self) -> Result<Token, Stop> {
        self.skip_blanks()?;
        self.token_line = self.input.line;
        self.input.mark_token();
        let Some(byte) = self.input.peek_joined()? else { return Ok(Token::End) };
        match byte {
            b'\n' => {
                self.input.bump();
                self.read_here_documents()?;
                Ok(Token::Newline)
            }
            b';' => self.doubled(b';', Token::Semicolon, Token::DoubleSemicolon),
            b'|' => self.doubled(b'|', Token::Pipe, Token::Or),
            b'&' => self.ampersand(),
            b'(' => self.single(Token::Open),
            b')' => self.single(Token::Close),
            b'<' | b'>' if self.input.peek_second()? != Some(b'(') => {
                self.input.bump();
                self.redirect_operator(byte, None)
            }
            _ => self.word_or_redirect(),
        }
    }

    fn skip_blanks(&mut self) -> Result<(), Stop> {
        loop {
            match self.input.peek_joined()? {
                Some(b' ' | b'\t') => self.input.bump(),
                Some(b'#') => {
                    while !matches!(self.input.peek()?, None | Some(b'\n')) {
                        self.input.bump();
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn single(&mut self, token: Token) -> Result<Token, Stop> {
        self.input.bump();
        Ok(token)
    }

    fn doubled(&mut self, byte: u8, once: Token, twice: Token) -> Result<Token, Stop> {
        self.input.bump();
        Ok(if self.input.accept(byte)? { twice } else { once })
    }

    fn ampersand(&mut self) -> Result<Token, Stop> {
        self.input.bump();
        if self.input.accept(b'&')? {
            return Ok(Token::And);
        }
        if self.input.accept(b'>')? {
            return Ok(Token::Redirect(RedirectToken { fd: 1, kind: RedirectKind::File(FileMode::Both) }));
        }
        Ok(Token::Ampersand)
    }

    /// A word, or a redirection whose descriptor the word's digits are.
    fn word_or_redirect(&mut self) -> Result<Token, Stop> {
        let word = self.read_word()?;
        if let Some(fd) = descriptor(&word)
            && let Some(byte @ (b'<' | b'>')) = self.input.peek_joined()?
        {
            self.input.bump();
            return self.redirect_operator(byte, Some(fd));
        }
        Ok(Token::Word(word))
    }

    /// The rest of a redirection operator that began with `first`.
    fn redirect_operator(&mut self, first: u8, fd: Option<u32>) -> Result<Token, Stop> {
        let kind = match (first, self.input.peek_joined()?) {
            (b'>', Some(b'>')) => Some(RedirectKind::File(FileMode::Append)),
            (b'>', Some(b'|')) => Some(RedirectKind::File(FileMode::Clobber)),
            (_, Some(b'&')) => Some(RedirectKind::Duplicate),
            (b'<', Some(b'>')) => Some(RedirectKind::File(FileMode::ReadWrite)),
            (b'<', Some(b'<')) => Some(RedirectKind::Here { strip_tabs: false }),
            _ => None,
        };
        let mut kind = match kind {
            Some(kind) => {
                self.input.bump();
                kind
            }
            None if first == b'<' => RedirectKind::File(FileMode::Read),
            None => RedirectKind::File(FileMode::Write),
        };
        if matches!(kind, RedirectKind::Here { .. }) && self.input.accept(b'-')? {
            kind = RedirectKind::Here { strip_tabs: true };
        }
        let fd = fd.unwrap_or(u32::from(first == b'>'));
        Ok(Token::Redirect(RedirectToken { fd, kind }))
    }
}

/// The descriptor that a word of digits stands for in front of `<` or `>`.
fn descriptor(word: &Word) -> Option<u32> {
    match word.parts.as_slice() {
        [Part::Literal(text)] if text.len() <= 9 && text.iter().all(u8::is_ascii_digit) => {
            Some(text.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
        }
        _ => None,
    }
}
