//! `$name` and `${name}` with their modifiers.

use super::Unset;
use super::glob::{trim_prefix, trim_suffix};
use super::lexer::Lexer;
use super::replace::{Occurrences, replace};
use crate::Vintage;

/// `string(rune(-1))` of Go: what Docker prints for the end of the word.
const END: char = '\u{fffd}';

const MISSING_BRACE: &str = "syntax error: missing '}'";

impl Lexer<'_> {
    /// Everything that begins with `$`.
    pub(super) fn dollar(&mut self) -> Result<String, String> {
        self.scanner.next();
        if self.scanner.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(self.plain(&name, || format!("${name}")));
        }
        self.scanner.next();
        match self.scanner.peek() {
            None => return Err(MISSING_BRACE.to_owned()),
            Some('{' | '}' | ':') => return Err("syntax error: bad substitution".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        let modifier = self.scanner.next();
        if modifier == Some('}') {
            return Ok(self.plain(&name, || format!("${{{name}}}")));
        }
        match self.options.vintage {
            Vintage::Docker20_10 => self.modified_20_10(&name, modifier),
            Vintage::Current => self.modified(&name, modifier),
        }
    }

    fn keeps_unset(&self) -> bool {
        self.options.unset == Unset::Keep
    }

    fn plain(&mut self, name: &str, written: impl Fn() -> String) -> String {
        match self.variable(name) {
            Some(value) => value,
            None if self.keeps_unset() => written(),
            None => String::new(),
        }
    }

    /// Letters, digits and `_`; or digits alone; or one special parameter. May be empty.
    fn name(&mut self) -> String {
        match self.scanner.peek() {
            Some('0'..='9') => self.scanner.take_while(|ch| ch.is_ascii_digit()).to_owned(),
            Some(ch @ ('@' | '*' | '#' | '?' | '-' | '$' | '!')) => {
                self.scanner.next();
                ch.to_string()
            }
            _ => self.scanner.take_while(|ch| ch.is_alphanumeric() || ch == '_').to_owned(),
        }
    }

    /// The rest of a level up to `}`; a missing one has its own message.
    fn braced(&mut self, stop: char, raw_escapes: bool, missing: &str) -> Result<String, String> {
        let result = self.nested(stop, raw_escapes);
        match result {
            Err(_) if self.scanner.peek().is_none() => Err(missing.to_owned()),
            other => other,
        }
    }

    /// 20.10: `:-`, `:+`, `:?` and `?`.
    fn modified_20_10(&mut self, name: &str, modifier: Option<char>) -> Result<String, String> {
        let (null_is_unset, modifier) = match modifier {
            Some('?') => (false, '?'),
            Some(':') => (true, self.scanner.next().unwrap_or(END)),
            _ => return Err("missing ':' in substitution".to_owned()),
        };
        let word = self.braced('}', false, MISSING_BRACE)?;
        let value = self.variable(name);
        let colon = if null_is_unset { ":" } else { "" };
        let kept = value.is_none() && self.keeps_unset();
        match modifier {
            '+' | '-' | '?' if kept => Ok(format!("${{{name}{colon}{modifier}{word}}}")),
            '+' | '-' | '?' => conditional(name, modifier, null_is_unset, value, word),
            other => Err(format!("unsupported modifier ({other}) in substitution")),
        }
    }

    /// Current: `-`, `+`, `?` with and without colon, `#`, `##`, `%`, `%%`, `/`, `//`.
    fn modified(&mut self, name: &str, modifier: Option<char>) -> Result<String, String> {
        let first = modifier.unwrap_or(END);
        let (null_is_unset, modifier) = match first {
            '/' => return self.substituted(name),
            ':' => (true, self.scanner.next().unwrap_or(END)),
            '+' | '-' | '?' | '#' | '%' => (false, first),
            other => return Err(format!("unsupported modifier ({other}) in substitution")),
        };
        let written = if null_is_unset { format!(":{modifier}") } else { modifier.to_string() };
        let is_trim = matches!(modifier, '#' | '%');
        if null_is_unset && is_trim {
            return Err(format!("unsupported modifier ({written}) in substitution"));
        }
        let word = self.braced('}', is_trim, MISSING_BRACE)?;
        let value = self.variable(name);
        if value.is_none() && self.keeps_unset() {
            return Ok(format!("${{{name}{written}{word}}}"));
        }
        match modifier {
            '+' | '-' | '?' => conditional(name, modifier, null_is_unset, value, word),
            '#' | '%' => trimmed(modifier, &word, &value.unwrap_or_default()),
            _ => Err(format!("unsupported modifier ({written}) in substitution")),
        }
    }

    /// `${name/pattern/replacement}` and `${name//pattern/replacement}`; the second slash is needed.
    fn substituted(&mut self, name: &str) -> Result<String, String> {
        let occurrences = if self.scanner.peek() == Some('/') {
            self.scanner.next();
            Occurrences::All
        } else {
            Occurrences::First
        };
        let pattern = self.braced('/', true, "syntax error: missing '/' in ${}")?;
        let replacement = self.braced('}', true, MISSING_BRACE)?;
        match self.variable(name) {
            None if self.keeps_unset() => Ok(format!("${{{name}/{pattern}/{replacement}}}")),
            value => replace(&value.unwrap_or_default(), &pattern, &replacement, occurrences)
                .map_err(|error| format!("invalid pattern ({pattern}) in substitution: {error}")),
        }
    }
}

fn conditional(
    name: &str,
    modifier: char,
    null_is_unset: bool,
    value: Option<String>,
    word: String,
) -> Result<String, String> {
    let is_unset = value.is_none();
    let value = value.unwrap_or_default();
    let is_set = !(is_unset || null_is_unset && value.is_empty());
    match modifier {
        '-' if is_set => Ok(value),
        '-' => Ok(word),
        '+' if is_set => Ok(word),
        '+' => Ok(String::new()),
        _ if is_set => Ok(value),
        _ if !word.is_empty() => Err(format!("{name}: {word}")),
        _ => Err(format!("{name}: is not allowed to be {}", if is_unset { "unset" } else { "empty" })),
    }
}

fn trimmed(modifier: char, word: &str, value: &str) -> Result<String, String> {
    let doubled = word.strip_prefix(modifier);
    let (pattern, greedy) = (doubled.unwrap_or(word), doubled.is_some());
    let result = match modifier {
        '%' => trim_suffix(pattern, value, greedy),
        _ => trim_prefix(pattern, value, greedy),
    };
    result.map_err(|(pattern, error)| format!("invalid pattern ({pattern}) in substitution: {error}"))
}
