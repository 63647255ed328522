//! Words of a program.

use bstr::BString;

use super::code::Function;
use crate::frame::escape::escape;

/// A mistake in the program, at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) line: u32,
    /// The whole message when it names no line.
    pub(super) bare: bool,
    pub(super) message: BString,
}

pub(super) const UNEXPECTED_TOKEN: &str = "Unexpected token";
pub(super) const EMPTY_SEQUENCE: &str = "Empty sequence";
const UNEXPECTED_END: &str = "Unexpected end of string";

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Newline,
    Number(f64),
    Text(BString),
    Name(BString),
    /// A name with a parenthesis right after it.
    Call(BString),
    Function(Function),
    Word(Word),
    Mark(&'static str),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Begin,
    Break,
    Continue,
    Delete,
    Do,
    Else,
    End,
    Exit,
    For,
    Func,
    Getline,
    If,
    In,
    Next,
    NextFile,
    Print,
    Printf,
    Return,
    While,
}

const WORDS: [(&str, Word); 20] = [
    ("BEGIN", Word::Begin),
    ("END", Word::End),
    ("break", Word::Break),
    ("continue", Word::Continue),
    ("delete", Word::Delete),
    ("do", Word::Do),
    ("else", Word::Else),
    ("exit", Word::Exit),
    ("for", Word::For),
    ("func", Word::Func),
    ("function", Word::Func),
    ("getline", Word::Getline),
    ("if", Word::If),
    ("in", Word::In),
    ("next", Word::Next),
    ("nextfile", Word::NextFile),
    ("print", Word::Print),
    ("printf", Word::Printf),
    ("return", Word::Return),
    ("while", Word::While),
];

const FUNCTIONS: [(&str, Function); 32] = [
    ("and", Function::And),
    ("atan2", Function::Atan2),
    ("close", Function::Close),
    ("compl", Function::Compl),
    ("cos", Function::Cos),
    ("exp", Function::Exp),
    ("fflush", Function::Fflush),
    ("gensub", Function::Gensub),
    ("gsub", Function::Gsub),
    ("index", Function::Index),
    ("int", Function::Int),
    ("length", Function::Length),
    ("log", Function::Log),
    ("lshift", Function::Lshift),
    ("match", Function::Match),
    ("mktime", Function::Mktime),
    ("or", Function::Or),
    ("rand", Function::Rand),
    ("rshift", Function::Rshift),
    ("sin", Function::Sin),
    ("split", Function::Split),
    ("sprintf", Function::Sprintf),
    ("sqrt", Function::Sqrt),
    ("srand", Function::Srand),
    ("strftime", Function::Strftime),
    ("sub", Function::Sub),
    ("substr", Function::Substr),
    ("system", Function::System),
    ("systime", Function::Systime),
    ("tolower", Function::Tolower),
    ("toupper", Function::Toupper),
    ("xor", Function::Xor),
];

/// Marks, longer ones before those that they begin with.
const MARKS: [&str; 41] = [
    "**=", "**", "*=", "*", "&&", "||", "|", "++", "+=", "+", "--", "-=", "-", "==", "=", "!=", "!~", "!",
    "<=", "<", ">>", ">=", ">", "~", "^=", "^", "%=", "%", "/=", "/", "?", ":", ",", ";", "(", ")", "[", "]",
    "{", "}", "$",
];

/// Cuts a program into words.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    pub(super) line: u32,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8]) -> Lexer<'a> {
        Lexer { text, at: 0, line: 1 }
    }

    pub(super) fn error(&self, message: impl Into<BString>) -> SyntaxError {
        SyntaxError { line: self.line, bare: false, message: message.into() }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Blanks, comments and continued lines.
    fn skip(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.rest().starts_with(b"\\\n") => {
                    self.at += 2;
                    self.line += 1;
                }
                b'\\' if self.rest().starts_with(b"\\\r\n") => {
                    self.at += 3;
                    self.line += 1;
                }
                b'#' => self.at += self.rest().iter().take_while(|byte| **byte != b'\n').count(),
                _ => return,
            }
        }
    }

    pub(super) fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip();
        match self.peek() {
            0 => Ok(Token::End),
            b'\n' => {
                self.at += 1;
                self.line += 1;
                Ok(Token::Newline)
            }
            b'"' => self.string(),
            b'0'..=b'9' => Ok(self.number()),
            b'.' if self.rest().get(1).is_some_and(u8::is_ascii_digit) => Ok(self.number()),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Ok(self.word()),
            _ => {
                let mark = MARKS.iter().find(|mark| self.rest().starts_with(mark.as_bytes()));
                let mark = *mark.ok_or_else(|| self.error(UNEXPECTED_TOKEN))?;
                self.at += mark.len();
                Ok(Token::Mark(match mark {
                    "**" => "^",
                    "**=" => "^=",
                    mark => mark,
                }))
            }
        }
    }

    /// Constants of C: a leading 0 is octal, 0x hexadecimal.
    fn number(&mut self) -> Token {
        let rest = self.rest();
        let octal = rest[0] == b'0' && rest.get(1).is_some_and(u8::is_ascii_digit);
        if octal {
            let digits = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            self.at += digits;
            let value = rest[..digits].iter().fold(0.0, |value, digit| value * 8.0 + f64::from(digit - b'0'));
            return Token::Number(value);
        }
        let (value, taken) = crate::text::strtod::strtod(rest);
        self.at += taken.max(1);
        Token::Number(value)
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let name = &rest[..length];
        self.at += length;
        if let Some((_, word)) = WORDS.iter().find(|(word, _)| word.as_bytes() == name) {
            return Token::Word(*word);
        }
        if let Some((_, function)) = FUNCTIONS.iter().find(|(word, _)| word.as_bytes() == name) {
            return Token::Function(*function);
        }
        if self.peek() == b'(' { Token::Call(name.into()) } else { Token::Name(name.into()) }
    }

    fn string(&mut self) -> Result<Token, SyntaxError> {
        self.at += 1;
        let mut text = BString::default();
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(Token::Text(text));
                }
                0 | b'\n' => return Err(self.error(UNEXPECTED_END)),
                b'\\' if self.rest().starts_with(b"\\\n") => {
                    self.at += 2;
                    self.line += 1;
                }
                b'\\' => {
                    let (byte, taken) = unescape(&self.rest()[1..]);
                    text.extend(byte);
                    self.at += 1 + taken;
                }
                byte => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    /// The rest of a regular expression, after its first slash (and what followed it in the same mark).
    pub(super) fn regex(&mut self, begun: &str) -> Result<BString, SyntaxError> {
        let mut text = BString::from(begun);
        loop {
            match self.peek() {
                b'/' => {
                    self.at += 1;
                    return Ok(text);
                }
                0 | b'\n' => return Err(self.error(UNEXPECTED_END)),
                b'\\' => {
                    let rest = &self.rest()[1..];
                    match escape(rest) {
                        Some((b'\\', _)) | None => {
                            text.push(b'\\');
                            text.extend(rest.first());
                            self.at += 1 + rest.len().min(1);
                        }
                        Some((byte, taken)) => {
                            text.push(byte);
                            self.at += 1 + taken;
                        }
                    }
                }
                byte => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// The byte that an escape stands for, and how many bytes it has after the backslash: an unknown one is the
/// character itself.
fn unescape(rest: &[u8]) -> (Option<u8>, usize) {
    match escape(rest) {
        Some((byte, taken)) => (Some(byte), taken),
        None => (rest.first().copied().or(Some(b'\\')), rest.len().min(1)),
    }
}

/// A text from the command line with its escapes undone.
pub(super) fn unescaped(text: &[u8]) -> BString {
    let mut out = BString::default();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b'\\' {
            let (byte, taken) = unescape(&text[at + 1..]);
            out.extend(byte);
            at += 1 + taken;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}
