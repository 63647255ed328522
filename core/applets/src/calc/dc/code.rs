//! The commands of dc.

use std::rc::Rc;

use crate::calc::fault::Fault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// A number as written: what it is depends on the base when it runs.
    Number {
        text: Rc<[u8]>,
        negative: bool,
    },
    Text(Rc<[u8]>),
    /// A command of one letter.
    Letter(u8),
    /// A letter that a register's name follows.
    Register(u8, Rc<[u8]>),
    /// Runs a register's text, another's if the comparison fails.
    Conditional {
        comparison: Comparison,
        then: Rc<[u8]>,
        otherwise: Option<Rc<[u8]>>,
    },
}

/// How the second value of the stack compares with the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Different,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Commands that need nothing after them.
const LETTERS: &[u8] = b"%(*+-/?GIKNOPQRXZ^acdfiknopqrvxz{|~";
const WITH_REGISTER: &[u8] = b":;LSls";

/// Reads commands from a text.
pub(super) struct Reader<'t> {
    pub(super) text: &'t [u8],
    /// Whether nothing comes after the text.
    pub(super) ended: bool,
    pub(super) at: usize,
    /// Registers may have longer names, after a blank.
    pub(super) long_names: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Result<Option<u8>, Fault> {
        match self.text.get(self.at) {
            None if !self.ended => Err(Fault::Incomplete),
            byte => Ok(byte.copied()),
        }
    }

    fn blanks(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | 0x0b | 0x0c)) {
            self.at += 1;
        }
    }

    /// The next command; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Command>, Fault> {
        loop {
            self.blanks();
            match self.peek()? {
                None => return Ok(None),
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    while self.text.get(self.at).is_some_and(|&byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                Some(byte) => return self.command(byte).map(Some),
            }
        }
    }

    fn command(&mut self, byte: u8) -> Result<Command, Fault> {
        let following = self.text.get(self.at + 1).copied();
        match byte {
            b'0'..=b'9' | b'A'..=b'F' => self.number(false),
            b'.' if following.is_some_and(|byte| byte.is_ascii_digit()) => self.number(false),
            b'_' => {
                self.at += 1;
                self.blanks();
                let start = self.at;
                match self.peek()? {
                    Some(b'0'..=b'9' | b'A'..=b'F' | b'.') => self.number(true),
                    _ => {
                        let rest = self.text[start..].split(|&byte| byte == b'\n').next().unwrap_or_default();
                        Err(Fault::Message(bytes!("bad token at '{}'", rest)))
                    }
                }
            }
            b'[' => self.string(),
            b'>' => self.conditional(1, Comparison::Less),
            b'<' => self.conditional(1, Comparison::Greater),
            b'=' => self.conditional(1, Comparison::Equal),
            b'!' => match following {
                Some(b'=') => self.conditional(2, Comparison::Different),
                Some(b'<') => self.conditional(2, Comparison::AtMost),
                Some(b'>') => self.conditional(2, Comparison::AtLeast),
                _ => Err(bad_character(byte)),
            },
            _ if LETTERS.contains(&byte) => {
                self.at += 1;
                Ok(Command::Letter(byte))
            }
            _ if WITH_REGISTER.contains(&byte) => {
                self.at += 1;
                Ok(Command::Register(byte, self.register()?))
            }
            b'e' => {
                let rest = self.text[self.at..].split(|&byte| byte == b'\n').next().unwrap_or_default();
                Err(Fault::Message(bytes!("bad token at '{}'", rest)))
            }
            _ => Err(bad_character(byte)),
        }
    }

    fn number(&mut self, negative: bool) -> Result<Command, Fault> {
        let mut text = Vec::new();
        let mut point = false;
        while let Some(byte) = self.peek()? {
            match byte {
                b'\\' if self.text.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    continue;
                }
                b'.' if !point => point = true,
                b'0'..=b'9' | b'A'..=b'F' => {}
                _ => break,
            }
            text.push(byte);
            self.at += 1;
        }
        if text.last() == Some(&b'.') {
            text.pop();
        }
        Ok(Command::Number { text: text.into(), negative })
    }

    fn string(&mut self) -> Result<Command, Fault> {
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        loop {
            let Some(byte) = self.peek()? else { return Err(Fault::of("unterminated string")) };
            self.at += 1;
            match byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(Command::Text(self.text[start..self.at - 1].into()));
            }
        }
    }

    /// Any byte is a register, a blank or newline too.
    fn register(&mut self) -> Result<Rc<[u8]>, Fault> {
        let Some(byte) = self.peek()? else { return Ok([0].as_slice().into()) };
        if self.long_names && byte.is_ascii_whitespace() {
            self.blanks();
            let start = self.at;
            while matches!(self.text.get(self.at), Some(b'a'..=b'z' | b'0'..=b'9' | b'_')) {
                self.at += 1;
            }
            return Ok(self.text[start..self.at].into());
        }
        self.at += 1;
        Ok([byte].as_slice().into())
    }

    fn conditional(&mut self, length: usize, comparison: Comparison) -> Result<Command, Fault> {
        self.at += length;
        let then = self.register()?;
        let back = self.at;
        self.blanks();
        if self.peek()? != Some(b'e') {
            self.at = back;
            return Ok(Command::Conditional { comparison, then, otherwise: None });
        }
        self.at += 1;
        let otherwise = Some(self.register()?);
        Ok(Command::Conditional { comparison, then, otherwise })
    }
}

fn bad_character(byte: u8) -> Fault {
    match byte {
        0 => Fault::of("NUL character"),
        _ => Fault::Message(bytes!("bad character '{}'", [byte])),
    }
}
