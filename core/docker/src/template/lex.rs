use super::TemplateError;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Text to copy.
    Text(String),
    /// The words of one `{{...}}`.
    Action(Vec<Token>),
}

/// A word of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `.A.B`; empty for `.` alone.
    Field(Vec<String>),
    /// `$x.A`; the name without `$`.
    Variable(String, Vec<String>),
    /// A function or keyword.
    Word(String),
    Text(String),
    Number(i64),
    Pipe,
    Open,
    /// A closing parenthesis, with the `.A.B` directly behind it.
    Close(Vec<String>),
    Declare,
    Assign,
    Comma,
}

/// Splits a template into text and actions; trim markers are applied.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = source;
    let mut trim_next = false;
    while let Some(at) = rest.find("{{") {
        let (mut text, action) = (&rest[..at], &rest[at + 2..]);
        let end = action_end(action).ok_or_else(|| TemplateError::new("unclosed action"))?;
        let mut body = &action[..end];
        if trim_next {
            text = text.trim_start();
        }
        if let Some(trimmed) = body.strip_prefix("- ") {
            body = trimmed;
            text = text.trim_end();
        }
        trim_next = body.ends_with(" -");
        if trim_next {
            body = &body[..body.len() - 2];
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        if !(body.trim_start().starts_with("/*") && body.trim_end().ends_with("*/")) {
            pieces.push(Piece::Action(tokens(body)?));
        }
        rest = &action[end + 2..];
    }
    let tail = if trim_next { rest.trim_start() } else { rest };
    if !tail.is_empty() {
        pieces.push(Piece::Text(tail.to_owned()));
    }
    Ok(pieces)
}

/// Where the `}}` of an action is, quotes respected.
fn action_end(action: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, letter) in action.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '`' => quote = Some(letter),
            None if action[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

fn tokens(body: &str) -> Result<Vec<Token>, TemplateError> {
    let mut tokens = Vec::new();
    let mut rest = body.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '|' => (Token::Pipe, 1),
            '(' => (Token::Open, 1),
            ')' => {
                let (fields, length) = path(&rest[1..]);
                (Token::Close(fields), 1 + length)
            }
            ',' => (Token::Comma, 1),
            ':' if rest.starts_with(":=") => (Token::Declare, 2),
            '=' => (Token::Assign, 1),
            '"' => quoted(rest)?,
            '`' => raw(rest)?,
            '.' => field(rest),
            '$' => variable(rest),
            digit if digit.is_ascii_digit() || digit == '-' => number(rest)?,
            letter if letter.is_alphabetic() || letter == '_' => {
                let length = word_length(rest);
                (Token::Word(rest[..length].to_owned()), length)
            }
            other => return Err(TemplateError::new(format!("unexpected {other:?} in command"))),
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn word_length(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())
}

/// `.A.B` at the start of `text`: the names and the length.
fn path(text: &str) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    let mut length = 0;
    while let Some(rest) = text[length..].strip_prefix('.') {
        let name = word_length(rest);
        if name == 0 {
            break;
        }
        names.push(rest[..name].to_owned());
        length += 1 + name;
    }
    (names, length)
}

fn field(text: &str) -> (Token, usize) {
    let (names, length) = path(text);
    (Token::Field(names), length.max(1))
}

fn variable(text: &str) -> (Token, usize) {
    let name = 1 + word_length(&text[1..]);
    let (fields, length) = path(&text[name..]);
    (Token::Variable(text[1..name].to_owned(), fields), name + length)
}

fn number(text: &str) -> Result<(Token, usize), TemplateError> {
    let length = 1 + text[1..].find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len() - 1);
    let number = text[..length].parse();
    let number =
        number.map_err(|_| TemplateError::new(format!("bad number syntax: {:?}", &text[..length])))?;
    Ok((Token::Number(number), length))
}

fn raw(text: &str) -> Result<(Token, usize), TemplateError> {
    let end = text[1..].find('`').ok_or_else(|| TemplateError::new("unterminated raw quoted string"))?;
    Ok((Token::Text(text[1..1 + end].to_owned()), end + 2))
}

fn quoted(text: &str) -> Result<(Token, usize), TemplateError> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Text(value), at + 1)),
            '\\' => match letters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other @ ('"' | '\\'))) => value.push(other),
                _ => return Err(TemplateError::new("invalid syntax")),
            },
            other => value.push(other),
        }
    }
    Err(TemplateError::new("unterminated quoted string"))
}
