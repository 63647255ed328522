//! Go's lexer of templates (text/template/parse of Go 1.19), so that what it refuses and where is Go's.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing can be read on; the text is the complaint.
    Error,
    Text,
    /// `{{`
    Open,
    /// `}}`
    Close,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// A letter that is none of the others: `,` between variables.
    Letter,
    Bool,
    CharConstant,
    Number,
    Quoted,
    Raw,
    /// `.Name`
    Field,
    /// `$name`
    Variable,
    /// `.`
    Dot,
    Identifier,
    /// A word of the language; the text says which.
    Keyword,
    End,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it begins, in bytes.
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) text: String,
}

const KEYWORDS: [&str; 11] =
    ["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"];

/// All tokens; the last one is an end or an error.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { source, start: 0, at: 0, line: 1, tokens: Vec::new() };
    let done = lexer.text();
    let (kind, text) = match done {
        Ok(()) => (Kind::End, "EOF".to_owned()),
        Err(complaint) => (Kind::Error, complaint),
    };
    lexer.tokens.push(Token { kind, at: lexer.start, line: lexer.line, text });
    lexer.tokens
}

struct Lexer<'s> {
    source: &'s str,
    /// Where the next token begins.
    start: usize,
    at: usize,
    /// The line of `start`.
    line: usize,
    tokens: Vec<Token>,
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += letter.map_or(0, char::len_utf8);
        letter
    }

    fn skip(&mut self) {
        self.line += self.source[self.start..self.at].matches('\n').count();
        self.start = self.at;
    }

    fn emit(&mut self, kind: Kind) {
        let text = self.source[self.start..self.at].to_owned();
        self.tokens.push(Token { kind, at: self.start, line: self.line, text });
        self.skip();
    }

    /// Text and actions up to the end.
    fn text(&mut self) -> Result<(), String> {
        while let Some(found) = self.rest().find("{{") {
            let open = self.at + found;
            let trims = trims_left(&self.source[open + 2..]);
            self.at = match trims {
                true => self.start + self.source[self.start..open].trim_end_matches(is_blank).len(),
                false => open,
            };
            if self.at > self.start {
                self.emit(Kind::Text);
            }
            self.at = open;
            self.skip();
            self.at += 2;
            let marker = if trims { 2 } else { 0 };
            if self.source[self.at + marker..].starts_with("/*") {
                self.at += marker;
                self.comment()?;
                continue;
            }
            self.emit(Kind::Open);
            self.at += marker;
            self.skip();
            self.action()?;
        }
        self.at = self.source.len();
        if self.at > self.start {
            self.emit(Kind::Text);
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), String> {
        let end = self.rest().find("*/").ok_or("unclosed comment")?;
        self.at += end + 2;
        let trims = self.at_close().ok_or("comment ends before closing delimiter")?;
        self.at += if trims { 4 } else { 2 };
        self.after_close(trims);
        Ok(())
    }

    /// Passes over what a trim marker takes away.
    fn after_close(&mut self, trims: bool) {
        if trims {
            self.at = self.source.len() - self.rest().trim_start_matches(is_blank).len();
        }
        self.skip();
    }

    /// Whether an action ends here, and if so, whether by a trim marker.
    fn at_close(&self) -> Option<bool> {
        let rest = self.rest();
        if rest.strip_prefix(is_blank).is_some_and(|rest| rest.starts_with("-}}")) {
            return Some(true);
        }
        rest.starts_with("}}").then_some(false)
    }

    /// The tokens of an action and its end.
    fn action(&mut self) -> Result<(), String> {
        let mut depth = 0;
        loop {
            if let Some(trims) = self.at_close() {
                if depth > 0 {
                    return Err("unclosed left paren".to_owned());
                }
                self.at += if trims { 2 } else { 0 };
                self.skip();
                self.at += 2;
                self.emit(Kind::Close);
                self.after_close(trims);
                return Ok(());
            }
            let letter = self.next().ok_or("unclosed action")?;
            match letter {
                blank if is_blank(blank) => self.space(),
                '(' => {
                    depth += 1;
                    self.emit(Kind::LeftParen);
                }
                ')' => {
                    depth -= 1;
                    self.emit(Kind::RightParen);
                    if depth < 0 {
                        return Err("unexpected right paren U+0029 ')'".to_owned());
                    }
                }
                other => self.word(other)?,
            }
        }
    }

    /// Blanks, but for the one that belongs to a trim marker.
    fn space(&mut self) {
        while self.peek().is_some_and(is_blank) && self.at_close().is_none() {
            self.next();
        }
        self.emit(Kind::Space);
    }

    fn word(&mut self, first: char) -> Result<(), String> {
        match first {
            '=' => self.emit(Kind::Assign),
            ':' if self.next() == Some('=') => self.emit(Kind::Declare),
            ':' => return Err("expected :=".to_owned()),
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', "unterminated quoted string", Kind::Quoted)?,
            '\'' => self.quoted('\'', "unterminated character constant", Kind::CharConstant)?,
            '`' => {
                let end = self.rest().find('`').ok_or("unterminated raw quoted string")?;
                self.at += end + 1;
                self.emit(Kind::Raw);
            }
            '$' => self.name(Kind::Variable, Kind::Variable)?,
            '.' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                self.name(Kind::Field, Kind::Dot)?;
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at = self.start;
                self.number()?;
            }
            letter if is_word(letter) => {
                self.name(Kind::Identifier, Kind::Identifier)?;
                self.classify();
            }
            letter if letter.is_ascii_graphic() => self.emit(Kind::Letter),
            letter => {
                return Err(format!("unrecognized character in action: {}", unicode(letter)));
            }
        }
        Ok(())
    }

    /// A name, of which the first letter is read; `bare` is what it is without any letter.
    fn name(&mut self, kind: Kind, bare: Kind) -> Result<(), String> {
        let first = self.at;
        while self.peek().is_some_and(is_word) {
            self.next();
        }
        let ends = match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(letter) => is_blank(letter) || self.rest().starts_with("}}"),
        };
        if !ends {
            let letter = self.peek().unwrap_or_default();
            return Err(format!("bad character {}", unicode(letter)));
        }
        self.emit(if self.at == first { bare } else { kind });
        Ok(())
    }

    /// Tells words of the language from functions.
    fn classify(&mut self) {
        let Some(token) = self.tokens.last_mut() else { return };
        if KEYWORDS.contains(&token.text.as_str()) {
            token.kind = Kind::Keyword;
        } else if token.text == "true" || token.text == "false" {
            token.kind = Kind::Bool;
        }
    }

    fn quoted(&mut self, quote: char, unterminated: &str, kind: Kind) -> Result<(), String> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(unterminated.to_owned()),
                Some('\\') if self.next().is_none_or(|letter| letter == '\n') => {
                    return Err(unterminated.to_owned());
                }
                Some(letter) if letter == quote => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let mut take = |letters: &str, many: bool| {
            let before = self.at;
            while self.peek().is_some_and(|letter| letters.contains(letter)) {
                self.next();
                if !many {
                    break;
                }
            }
            self.at > before
        };
        take("+-", false);
        let mut digits = "0123456789_";
        if take("0", false) {
            if take("xX", false) {
                digits = "0123456789abcdefABCDEF_";
            } else if take("oO", false) {
                digits = "01234567_";
            } else if take("bB", false) {
                digits = "01_";
            }
        }
        take(digits, true);
        if take(".", false) {
            take(digits, true);
        }
        if digits.len() == 11 && take("eE", false) {
            take("+-", false);
            take("0123456789_", true);
        }
        take("i", false);
        if self.peek().is_some_and(is_word) {
            self.next();
            return Err(format!("bad number syntax: {:?}", &self.source[self.start..self.at]));
        }
        self.emit(Kind::Number);
        Ok(())
    }
}

fn trims_left(action: &str) -> bool {
    action.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_blank))
}

/// A letter as Go's `%#U` shows it.
fn unicode(letter: char) -> String {
    format!("U+{:04X} '{letter}'", u32::from(letter))
}
