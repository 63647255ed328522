//! Text into tokens.

use diag::Span;

use super::ExprError;

/// A token of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or word operator.
    Word(String),
    /// A number; `8 MB` and `0o755` are numbers too.
    Int(i64),
    /// A text in double quotes.
    Text(String),
    /// `( ) [ ] , . == != < <= > >= + -`
    Sign(&'static str),
}

/// Two letters first, so that `<=` is not `<`.
const SIGNS: [&str; 14] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-"];

/// Units of sizes, the longest first.
const UNITS: [(&str, i64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Splits a text into tokens with their places.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, ExprError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let (token, len) = one(text, at)?;
        found.push((token, Span::of(at..at + len)));
        at += len;
    }
    Ok(found)
}

fn one(text: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let rest = &text[at..];
    let first = rest.chars().next().unwrap_or_default();
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Token::Sign(sign), sign.len()));
    }
    if first == '"' {
        return quoted(rest, at);
    }
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        return Ok((Token::Word(rest[..len].to_owned()), len));
    }
    let span = Span::of(at..at + first.len_utf8());
    Err(ExprError::new(
        span,
        format!("{first:?} has no meaning here"),
        "a name, a number or a text in double quotes",
    ))
}

fn quoted(rest: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((offset, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Text(text), offset + 1)),
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, same @ ('"' | '\\'))) => text.push(same),
                other => {
                    let len = other.map_or(1, |(_, letter)| 1 + letter.len_utf8());
                    let span = Span::of(at + offset..at + offset + len);
                    return Err(ExprError::new(span, "an unknown escape", r#"\n, \t, \" or \\"#));
                }
            },
            letter => text.push(letter),
        }
    }
    Err(ExprError::new(Span::of(at..at + rest.len()), "a text without an end", "a closing \""))
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let (radix, skip) = if rest.starts_with("0o") { (8, 2) } else { (10, 0) };
    let digits = &rest[skip..];
    let len = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let value = i64::from_str_radix(&digits[..len], radix);
    let mut end = skip + len;
    let after = rest[end..].trim_start_matches(' ');
    let blank = rest[end..].len() - after.len();
    let unit = UNITS.iter().find(|(name, _)| {
        after.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let mut factor = 1;
    if let Some((name, size)) = unit {
        (factor, end) = (*size, end + blank + name.len());
    }
    match value.ok().and_then(|value| value.checked_mul(factor)) {
        Some(value) => Ok((Token::Int(value), end)),
        None => {
            let span = Span::of(at..at + end);
            Err(ExprError::new(
                span,
                "this number cannot be read",
                "a whole number below 2^63, with B, kB, MB, GB, KiB, MiB or GiB for sizes",
            ))
        }
    }
}
