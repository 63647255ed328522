use bstr::{BString, Finder};
use pattern::{Regex, RegexOptions};

use crate::frame::getopt::Matches;

/// What a line is tested against: it matches when one pattern does.
pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    whole_word: bool,
    whole_line: bool,
}

enum Pattern {
    Text { finder: Box<Finder<'static>>, fold: bool },
    Regex(Box<Regex>),
}

/// What a pattern found in a line.
pub(super) enum Found {
    /// Plain text, which -o prints as it was given.
    Text(BString),
    /// The index of the pattern and the range that it matched.
    Range(usize, (usize, usize)),
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

impl Matcher {
    /// Compiles the patterns; the error is the message.
    pub(super) fn new(
        texts: &[BString],
        opts: &Matches,
        fixed: bool,
        extended: bool,
    ) -> Result<Matcher, BString> {
        let fold = opts.has('i');
        let options = RegexOptions { extended, icase: fold, newline: false };
        let compile = |text: &BString| {
            if fixed {
                let needle = if fold { text.to_ascii_lowercase() } else { text.to_vec() };
                let finder = Box::new(Finder::new(&needle).into_owned());
                return Ok(Pattern::Text { finder, fold });
            }
            match Regex::new(text, options) {
                Ok(regex) => Ok(Pattern::Regex(Box::new(regex))),
                Err(error) => Err(bytes!("bad regex '{}': {}", text, error.to_string())),
            }
        };
        let patterns = texts.iter().map(compile).collect::<Result<_, _>>()?;
        Ok(Matcher { patterns, whole_word: opts.has('w'), whole_line: opts.has('x') })
    }

    /// Bytes that every matching line holds, when there is one pattern and it has some.
    pub(super) fn required(&self) -> Option<&[u8]> {
        let [only] = self.patterns.as_slice() else { return None };
        match only {
            Pattern::Text { fold: true, .. } => None,
            Pattern::Text { finder, .. } => Some(finder.needle()).filter(|needle| !needle.is_empty()),
            Pattern::Regex(regex) => regex.required_literal(),
        }
    }

    /// Whether a line matches.
    pub(super) fn is_match(&self, line: &[u8]) -> bool {
        if self.whole_word || self.whole_line {
            return self.find(line).is_some();
        }
        self.patterns.iter().any(|pattern| match pattern {
            Pattern::Text { .. } => self.find_text(pattern, line).is_some(),
            Pattern::Regex(regex) => regex.is_match(line, 0, false),
        })
    }

    /// The first pattern that matches a line, and where.
    pub(super) fn find(&self, line: &[u8]) -> Option<Found> {
        self.patterns.iter().enumerate().find_map(|(index, pattern)| match pattern {
            Pattern::Text { .. } => self.find_text(pattern, line).map(Found::Text),
            Pattern::Regex(regex) => self.find_regex(regex, line).map(|range| Found::Range(index, range)),
        })
    }

    /// The next match of the same pattern from `start` on; -w no longer counts.
    pub(super) fn again(&self, index: usize, line: &[u8], start: usize) -> Option<(usize, usize)> {
        match self.patterns.get(index)? {
            Pattern::Regex(regex) => regex.find(line, start, true)?.get(0),
            Pattern::Text { .. } => None,
        }
    }

    fn find_text(&self, pattern: &Pattern, line: &[u8]) -> Option<BString> {
        let Pattern::Text { finder, fold } = pattern else { return None };
        let needle = finder.needle();
        let folded;
        let line = if *fold {
            folded = line.to_ascii_lowercase();
            &folded
        } else {
            line
        };
        if self.whole_line {
            return (line == needle).then(|| needle.into());
        }
        let mut from = 0;
        loop {
            let at = from + finder.find(line.get(from..)?)?;
            let before = at.checked_sub(1).and_then(|before| line.get(before));
            if !self.whole_word || !(is_word(before) || is_word(line.get(at + needle.len()))) {
                return Some(needle.into());
            }
            from = at + 1;
        }
    }

    fn find_regex(&self, regex: &Regex, line: &[u8]) -> Option<(usize, usize)> {
        let mut from = 0;
        loop {
            let (start, end) = regex.find(line, from, from > 0)?.get(0)?;
            if self.whole_line {
                return (start == 0 && end == line.len()).then_some((start, end));
            }
            let before = start.checked_sub(1).and_then(|before| line.get(before));
            if !self.whole_word || !(is_word(before) || is_word(line.get(end))) {
                return Some((start, end));
            }
            // An empty match that is no word ends the search, as does the end of the line.
            if end == from {
                return None;
            }
            from = end;
        }
    }
}
