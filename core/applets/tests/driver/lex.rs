//! Splitting a command line of the toy shell.

use bstr::BString;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Word(Vec<Part>),
    Operator(&'static str),
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Literal(u8),
    /// An unquoted `*`.
    Star,
    /// `$?`, `$#`, `$$`, `$1`.
    Parameter(u8),
    /// Quotes, so that the word is there even when it is empty.
    Nothing,
}

const OPERATORS: [&str; 11] = ["2>&1", "&&", "||", "2>", ">>", "|", ";", "<", ">", "(", ")"];

pub(crate) fn lex(line: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = Vec::new();
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        let operator = OPERATORS.into_iter().find(|op| rest.starts_with(op.as_bytes()));
        let digit_in_word = byte.is_ascii_digit() && !word.is_empty();
        if let Some(operator) = operator.filter(|_| !digit_in_word) {
            end(&mut word, &mut tokens);
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
            continue;
        }
        rest = after;
        match byte {
            b' ' => end(&mut word, &mut tokens),
            b'\'' => {
                let length = rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
                word.push(Part::Nothing);
                word.extend(rest[..length].iter().copied().map(Part::Literal));
                rest = &rest[(length + 1).min(rest.len())..];
            }
            b'"' => rest = double_quoted(rest, &mut word),
            b'\\' if !rest.is_empty() => {
                word.push(Part::Literal(rest[0]));
                rest = &rest[1..];
            }
            b'$' => rest = dollar(rest, &mut word),
            b'*' => word.push(Part::Star),
            _ => word.push(Part::Literal(byte)),
        }
    }
    end(&mut word, &mut tokens);
    tokens
}

fn end(word: &mut Vec<Part>, tokens: &mut Vec<Token>) {
    if !word.is_empty() {
        tokens.push(Token::Word(std::mem::take(word)));
    }
}

fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<Part>) -> &'a [u8] {
    word.push(Part::Nothing);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => break,
            b'\\' if rest.first().is_some_and(|next| b"\"\\$`".contains(next)) => {
                word.push(Part::Literal(rest[0]));
                rest = &rest[1..];
            }
            b'$' => rest = dollar(rest, word),
            _ => word.push(Part::Literal(byte)),
        }
    }
    rest
}

fn dollar<'a>(rest: &'a [u8], word: &mut Vec<Part>) -> &'a [u8] {
    match rest.split_first() {
        Some((&name, after)) if b"?#$0123456789".contains(&name) => {
            word.push(Part::Parameter(name));
            after
        }
        _ => {
            word.push(Part::Literal(b'$'));
            rest
        }
    }
}

/// What parameters stand for.
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    pub(crate) status: u8,
    pub(crate) pid: u32,
    /// `$0` first.
    pub(crate) positional: Vec<BString>,
}

impl Parameters {
    /// The word's text, and the pattern it is when it has a star.
    pub(crate) fn expand(&self, word: &[Part]) -> (BString, bool) {
        let mut text = BString::default();
        for part in word {
            match part {
                Part::Literal(byte) => text.push(*byte),
                Part::Star => text.push(b'*'),
                Part::Nothing => {}
                Part::Parameter(name) => text.extend_from_slice(&self.value(*name)),
            }
        }
        (text, word.contains(&Part::Star))
    }

    fn value(&self, name: u8) -> BString {
        match name {
            b'?' => self.status.to_string().into(),
            b'$' => self.pid.to_string().into(),
            b'#' => self.positional.len().saturating_sub(1).to_string().into(),
            digit => self.positional.get(usize::from(digit - b'0')).cloned().unwrap_or_default(),
        }
    }
}
