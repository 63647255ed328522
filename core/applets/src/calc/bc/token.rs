//! The words of bc.

use crate::calc::fault::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Newline,
    Number,
    Name,
    Text,
    Keyword(Keyword),
    /// A sign, spelled out.
    Sign(&'static str),
}

macro_rules! keywords {
    ($($variant:ident $word:literal $posix:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Keyword { $($variant),* }

        /// Word, token, and whether POSIX knows it.
        const KEYWORDS: &[(&str, Keyword, bool)] = &[$(($word, Keyword::$variant, $posix)),*];
    };
}

keywords! {
    Auto "auto" true,
    Break "break" true,
    Continue "continue" false,
    Define "define" true,
    Else "else" false,
    For "for" true,
    Halt "halt" false,
    Ibase "ibase" true,
    If "if" true,
    Last "last" false,
    Length "length" true,
    Limits "limits" false,
    Obase "obase" true,
    Print "print" false,
    Quit "quit" true,
    Read "read" false,
    Return "return" true,
    Scale "scale" true,
    Sqrt "sqrt" true,
    While "while" true,
}

/// Signs, those that begin like another before it.
const SIGNS: &[&str] = &[
    "!=", "!", "%=", "%", "&&", "(", ")", "*=", "*", "++", "+=", "+", ",", "--", "-=", "-", "/=", "/", ";",
    "<=", "<", "==", "=", ">=", ">", "[", "]", "^=", "^", "{", "}", "||",
];

/// Walks through a program text; the token under the eye is always known.
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// Whether nothing comes after `text`.
    ended: bool,
    at: usize,
    pub(super) token: Token,
    pub(super) before: Token,
    /// Where the token begins.
    start: usize,
    /// The number, name or string.
    pub(super) value: Vec<u8>,
    /// What POSIX would not allow, in order.
    pub(super) remarks: Vec<String>,
}

fn is_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8], ended: bool) -> Result<Lexer<'t>, Fault> {
        let mut lexer = Lexer {
            text,
            ended,
            at: 0,
            token: Token::End,
            before: Token::End,
            start: 0,
            value: Vec::new(),
            remarks: Vec::new(),
        };
        lexer.next()?;
        Ok(lexer)
    }

    /// How much of the text the tokens so far take.
    pub(super) fn taken(&self) -> usize {
        self.at
    }

    /// The rest of the line from the token on, as messages show it.
    pub(super) fn rest_of_line(&self) -> &[u8] {
        let rest = &self.text[self.start..];
        rest.split(|&byte| byte == b'\n').next().unwrap_or_default()
    }

    /// The lines that end before the token.
    pub(super) fn lines_before(&self) -> usize {
        self.text[..self.start].iter().filter(|&&byte| byte == b'\n').count()
    }

    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(found) if found == sign)
    }

    /// A message that points to the token.
    pub(super) fn fault(&self, message: &str) -> Fault {
        Fault::Message(bytes!("{} at '{}'", message, self.rest_of_line()))
    }

    /// The byte under the eye; `None` at the end, where more may come.
    fn peek(&self) -> Result<Option<u8>, Fault> {
        match self.text.get(self.at) {
            None if !self.ended => Err(Fault::Incomplete),
            byte => Ok(byte.copied()),
        }
    }

    pub(super) fn next(&mut self) -> Result<(), Fault> {
        self.before = self.token;
        loop {
            // What ends a line ends what can be understood without the next one.
            let Some(byte) = self.peek()? else {
                self.start = self.at;
                self.token = Token::End;
                return Ok(());
            };
            self.start = self.at;
            if self.blank(byte)? {
                continue;
            }
            self.token = self.word(byte)?;
            return Ok(());
        }
    }

    /// Skips a blank, a comment or a broken line.
    fn blank(&mut self, byte: u8) -> Result<bool, Fault> {
        let following = self.text.get(self.at + 1);
        match byte {
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
            b'\\' if following == Some(&b'\n') => self.at += 2,
            b'#' => {
                self.not_posix("'#' script comments");
                while self.text.get(self.at).is_some_and(|&byte| byte != b'\n') {
                    self.at += 1;
                }
            }
            b'/' if following == Some(&b'*') => self.comment()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn comment(&mut self) -> Result<(), Fault> {
        self.at += 2;
        loop {
            let Some(byte) = self.peek()? else { return Err(Fault::of("unterminated comment")) };
            self.at += 1;
            if byte == b'*' && self.text.get(self.at) == Some(&b'/') {
                self.at += 1;
                return Ok(());
            }
        }
    }

    fn word(&mut self, byte: u8) -> Result<Token, Fault> {
        match byte {
            b'\n' => {
                self.at += 1;
                Ok(Token::Newline)
            }
            b'"' => self.string(),
            b'0'..=b'9' | b'A'..=b'Z' => self.number(),
            b'.' if self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'.' => {
                self.at += 1;
                self.not_posix("'.' as 'last'");
                Ok(Token::Keyword(Keyword::Last))
            }
            b'a'..=b'z' => Ok(self.name()),
            _ => self.sign(byte),
        }
    }

    fn sign(&mut self, byte: u8) -> Result<Token, Fault> {
        let rest = &self.text[self.at..];
        let found = SIGNS.iter().copied().find(|sign| rest.starts_with(sign.as_bytes()));
        let Some(sign) = found else {
            return Err(match byte {
                0 => Fault::of("NUL character"),
                _ => Fault::Message(bytes!("bad character '{}'", [byte])),
            });
        };
        self.at += sign.len();
        if ["!", "&&", "||"].contains(&sign) {
            self.not_posix(&format!("boolean operators; this is bad: {sign}"));
        }
        Ok(Token::Sign(sign))
    }

    fn string(&mut self) -> Result<Token, Fault> {
        self.at += 1;
        self.value.clear();
        loop {
            let Some(byte) = self.peek()? else { return Err(Fault::of("unterminated string")) };
            self.at += 1;
            if byte == b'"' {
                return Ok(Token::Text);
            }
            self.value.push(byte);
        }
    }

    /// A number may go on in the next line after a backslash.
    fn number(&mut self) -> Result<Token, Fault> {
        self.value.clear();
        let mut point = false;
        while let Some(byte) = self.peek()? {
            match byte {
                b'\\' if self.text.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    continue;
                }
                b'.' if !point => point = true,
                b'0'..=b'9' | b'A'..=b'Z' => {}
                _ => break,
            }
            self.value.push(byte);
            self.at += 1;
        }
        if self.value.last() == Some(&b'.') {
            self.value.pop();
        }
        Ok(Token::Number)
    }

    fn name(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let keyword = KEYWORDS.iter().find(|(word, ..)| {
            let after = rest.get(word.len()).copied().unwrap_or(b' ');
            rest.starts_with(word.as_bytes()) && !after.is_ascii_alphanumeric() && after != b'_'
        });
        if let Some((word, keyword, posix)) = keyword {
            self.at += word.len();
            if !posix {
                self.not_posix(&format!("the '{word}' keyword"));
            }
            return Token::Keyword(*keyword);
        }
        self.value = rest.iter().copied().take_while(|&byte| is_name(byte)).collect();
        self.at += self.value.len();
        if self.value.len() > 1 {
            let shown = String::from_utf8_lossy(self.rest_of_line()).into_owned();
            self.remarks.push(format!("POSIX only allows one character names; this is bad: '{shown}'"));
        }
        Token::Name
    }

    pub(super) fn not_posix(&mut self, what: &str) {
        self.remarks.push(format!("POSIX does not allow {what}"));
    }
}
