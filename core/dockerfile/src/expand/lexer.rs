//! Quotes, escapes and the way to the substitutions.

use std::collections::BTreeSet;

use super::scan::Scanner;
use super::words::Words;
use super::{ExpandError, Expander, Expansion, Lookup, NESTING_LIMIT, Quotes};
use crate::Vintage;

/// The state of one expansion.
pub(super) struct Lexer<'w> {
    pub(super) options: Expander,
    pub(super) scanner: Scanner<'w>,
    pub(super) raw_escapes: bool,
    source: &'w str,
    lookup: Lookup<'w>,
    used: BTreeSet<String>,
    unset: BTreeSet<String>,
    buffer: String,
    depth: usize,
}

impl<'w> Lexer<'w> {
    pub(super) fn new(options: Expander, source: &'w str, lookup: Lookup<'w>) -> Self {
        Self {
            options,
            scanner: Scanner::new(source),
            raw_escapes: options.raw_escapes,
            source,
            lookup,
            used: BTreeSet::new(),
            unset: BTreeSet::new(),
            buffer: String::new(),
            depth: 0,
        }
    }

    pub(super) fn run(mut self) -> Result<Expansion, ExpandError> {
        match self.until(None, self.raw_escapes) {
            Ok((text, words)) => Ok(Expansion { text, words, used: self.used, unset: self.unset }),
            Err(message) => Err(ExpandError { word: self.source.to_owned(), message, unset: self.unset }),
        }
    }

    /// The value of a variable; remembers that it was asked for.
    pub(super) fn variable(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name);
        let seen = if value.is_some() { &mut self.used } else { &mut self.unset };
        if !seen.contains(name) {
            seen.insert(name.to_owned());
        }
        value
    }

    /// One nested level, up to the `stop` character, which is consumed.
    pub(super) fn nested(&mut self, stop: char, raw_escapes: bool) -> Result<String, String> {
        if self.depth == NESTING_LIMIT {
            return Err(format!("substitutions are nested more than {NESTING_LIMIT} levels deep"));
        }
        self.depth += 1;
        let shared = self.options.vintage == Vintage::Current;
        let outer = if shared { String::new() } else { std::mem::take(&mut self.buffer) };
        let result = self.until(Some(stop), raw_escapes);
        if !shared {
            self.buffer = outer;
        }
        self.depth -= 1;
        result.map(|(text, _)| text)
    }

    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<String>), String> {
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        let result = self.level(stop);
        self.raw_escapes = outer;
        result
    }

    fn level(&mut self, stop: Option<char>) -> Result<(String, Vec<String>), String> {
        let mut text = String::new();
        let mut words = Words::default();
        self.buffer.clear();
        while let Some(ch) = self.scanner.peek() {
            if stop == Some(ch) {
                self.scanner.next();
                return Ok((text, words.finish(&mut self.buffer)));
            }
            if let Some(special) = self.special(ch) {
                let part = special?;
                text.push_str(&part);
                if ch == '$' {
                    words.push_str(&mut self.buffer, &part);
                } else {
                    words.push_raw_str(&mut self.buffer, &part);
                }
                continue;
            }
            self.scanner.next();
            if ch != self.options.escape {
                words.push(&mut self.buffer, ch);
                text.push(ch);
                continue;
            }
            if self.raw_escapes {
                words.push_raw(&mut self.buffer, ch);
                text.push(ch);
            }
            let Some(escaped) = self.scanner.next() else { break };
            words.push_raw(&mut self.buffer, escaped);
            text.push(escaped);
        }
        match stop {
            Some(stop) => Err(format!("unexpected end of statement while looking for matching {stop}")),
            None => Ok((text, words.finish(&mut self.buffer))),
        }
    }

    fn special(&mut self, ch: char) -> Option<Result<String, String>> {
        let quotes = self.options.quotes != Quotes::Literal;
        match ch {
            '$' => Some(self.dollar()),
            '<' if self.options.vintage.has_heredocs() => Some(Ok(self.less_than())),
            '\'' if quotes => Some(self.single_quote()),
            '"' if quotes => Some(self.double_quote()),
            _ => None,
        }
    }

    /// `<<` and the blanks after it stay with the word that follows: heredocs.
    fn less_than(&mut self) -> String {
        self.scanner.next();
        if self.scanner.peek() != Some('<') {
            return "<".to_owned();
        }
        self.scanner.next();
        let blanks = self.scanner.take_while(|ch| matches!(ch, '\t' | '\r' | ' '));
        format!("<<{blanks}")
    }

    fn keeps_quotes(&self) -> bool {
        self.options.quotes == Quotes::Keep
    }

    fn single_quote(&mut self) -> Result<String, String> {
        self.scanner.next();
        let inside = self.scanner.take_while(|ch| ch != '\'');
        if self.scanner.next().is_none() {
            return Err("unexpected end of statement while looking for matching single-quote".to_owned());
        }
        Ok(if self.keeps_quotes() { format!("'{inside}'") } else { inside.to_owned() })
    }

    fn double_quote(&mut self) -> Result<String, String> {
        let keep = self.keeps_quotes();
        let mut text = String::new();
        if keep {
            text.push('"');
        }
        self.scanner.next();
        loop {
            let Some(ch) = self.scanner.peek() else {
                return Err("unexpected end of statement while looking for matching double-quote".to_owned());
            };
            match ch {
                '"' => {
                    self.scanner.next();
                    if keep {
                        text.push('"');
                    }
                    return Ok(text);
                }
                '$' => text.push_str(&self.dollar()?),
                _ => {
                    self.scanner.next();
                    if let Some(ch) = self.quoted_char(ch, &mut text) {
                        text.push(ch);
                    }
                }
            }
        }
    }

    /// Within double quotes the escape character escapes `"`, `$` and itself, and vanishes at the end.
    fn quoted_char(&mut self, ch: char, text: &mut String) -> Option<char> {
        let escape = self.options.escape;
        if ch != escape {
            return Some(ch);
        }
        let next = self.scanner.peek();
        let is_escaped = matches!(next, Some(next) if next == '"' || next == '$' || next == escape);
        if self.raw_escapes && (is_escaped || next.is_none()) {
            text.push(ch);
        }
        next?;
        if is_escaped { self.scanner.next() } else { Some(ch) }
    }
}
