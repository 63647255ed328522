//! Go's `path/filepath` for Unix: Match and Clean.

/// A pattern that is malformed; Go's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

enum Token {
    /// `*`: anything but `/`.
    Star,
    /// `?`: one character but `/`.
    Any,
    One(char),
    /// `[a-z]` or `[^a-z]`; takes `/` too.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Whether the whole of `name` matches the shell pattern: `*`, `?`, `[class]`, `[^class]`, `\x`.
///
/// # Errors
/// When the pattern is malformed, whatever the name is.
pub fn filepath_match(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let tokens = parse(pattern)?;
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut at) = (0, 0);
    // Where to go on when the match fails: after the last star, one character further.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (tokens.get(token), name.get(at)) {
            (None, None) => return Ok(true),
            (Some(Token::Star), _) => {
                token += 1;
                retry = Some((token, at));
                continue;
            }
            (Some(one), Some(ch)) if takes(one, *ch) => {
                token += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = retry else { return Ok(false) };
        match name.get(from) {
            None | Some('/') => return Ok(false),
            Some(_) => {
                (token, at) = (after, from + 1);
                retry = Some((after, from + 1));
            }
        }
    }
}

fn takes(token: &Token, ch: char) -> bool {
    match token {
        Token::Star => false,
        Token::Any => ch != '/',
        Token::One(wanted) => *wanted == ch,
        Token::Class { negated, ranges } => {
            ranges.iter().any(|(low, high)| (*low..=*high).contains(&ch)) != *negated
        }
    }
}

fn parse(pattern: &str) -> Result<Vec<Token>, BadPattern> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(ch) = rest.chars().next() {
        rest = &rest[ch.len_utf8()..];
        tokens.push(match ch {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::One(shift(&mut rest).ok_or(BadPattern)?),
            '[' => class(&mut rest)?,
            other => Token::One(other),
        });
    }
    Ok(tokens)
}

fn shift(rest: &mut &str) -> Option<char> {
    let ch = rest.chars().next()?;
    *rest = &rest[ch.len_utf8()..];
    Some(ch)
}

fn class(rest: &mut &str) -> Result<Token, BadPattern> {
    let negated = rest.starts_with('^');
    if negated {
        shift(rest);
    }
    let mut ranges = Vec::new();
    loop {
        if rest.starts_with(']') && !ranges.is_empty() {
            shift(rest);
            return Ok(Token::Class { negated, ranges });
        }
        let low = member(rest)?;
        let mut high = low;
        if rest.starts_with('-') {
            shift(rest);
            high = member(rest)?;
        }
        ranges.push((low, high));
    }
}

/// One character of a class; something must follow it.
fn member(rest: &mut &str) -> Result<char, BadPattern> {
    let ch = match shift(rest).ok_or(BadPattern)? {
        '-' | ']' => return Err(BadPattern),
        '\\' => shift(rest).ok_or(BadPattern)?,
        other => other,
    };
    if rest.is_empty() { Err(BadPattern) } else { Ok(ch) }
}

/// The shortest path that names the same by text alone: `.` and empty parts go, `x/..` goes; an
/// empty path is `.`.
#[must_use]
pub fn filepath_clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
