//! POSIX regular expressions as musl's matcher (TRE) reads them: leftmost-longest, with
//! `\w \W \s \S \d \D \b \B \< \>` everywhere and `\+ \? \|` in basic expressions.
//! Text is UTF-8; a text that is not, up to where the search looks, matches nothing.
mod ast;
mod backtrack;
mod bracket;
mod cursor;
mod dfa;
mod error;
mod literal;
mod parse;
mod pike;
mod program;
mod set;
mod tags;

use std::cell::RefCell;

use cursor::decode;
use dfa::{Dfa, Verdict};
pub use error::RegexError;
use literal::Literals;
use pike::{Found, Search};
use program::{Program, Side};

/// How a pattern is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegexOptions {
    /// An extended expression (ERE), else a basic one (BRE).
    pub extended: bool,
    /// Case does not matter.
    pub icase: bool,
    /// `REG_NEWLINE`: `.` and negated brackets refuse a newline, `^` and `$` match at them.
    pub newline: bool,
}

/// A compiled regular expression.
#[derive(Debug)]
pub struct Regex {
    program: Program,
    literals: Literals,
    first_bytes: Option<Box<[bool; 256]>>,
    floating: RefCell<Dfa>,
    anchored: RefCell<Dfa>,
}

/// What a match and its groups cover: byte ranges of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    groups: Vec<Option<(usize, usize)>>,
}

impl Captures {
    /// The range of group `index`; group 0 is the whole match.
    pub fn get(&self, index: usize) -> Option<(usize, usize)> {
        self.groups.get(index).copied().flatten()
    }

    /// Start of the whole match.
    pub fn start(&self) -> usize {
        self.get(0).map_or(0, |(start, _)| start)
    }

    /// End of the whole match.
    pub fn end(&self) -> usize {
        self.get(0).map_or(0, |(_, end)| end)
    }
}

enum Located {
    Nowhere,
    At(usize, usize),
    Unknown,
}

impl Regex {
    /// Compiles a pattern; it ends at its first NUL, if any.
    ///
    /// # Errors
    /// What musl's `regcomp` refuses, and [`RegexError::Space`] beyond the limits of nesting
    /// (256 groups), branches (1000) and size (200000 instructions).
    pub fn new(pattern: &[u8], options: RegexOptions) -> Result<Regex, RegexError> {
        let mut parsed = parse::parse(pattern, options)?;
        let literals = literal::extract(&parsed.root, &parsed.sets);
        let first_bytes = literal::first_bytes(&parsed.root, &parsed.sets);
        let tags = tags::assign(&mut parsed.root, parsed.groups);
        let program =
            program::compile(&parsed.root, parsed.sets, tags, options.newline, parsed.back_references)?;
        let floating = RefCell::new(Dfa::new(&program, true));
        let anchored = RefCell::new(Dfa::new(&program, false));
        Ok(Regex { program, literals, first_bytes, floating, anchored })
    }

    /// Groups of the pattern, the whole match not counted.
    pub fn groups(&self) -> usize {
        self.program.groups.len() - 1
    }

    /// Bytes that stand in every match, when the pattern shows some. A quick test of many
    /// lines at once; never empty.
    pub fn required_literal(&self) -> Option<&[u8]> {
        self.literals.required()
    }

    /// The leftmost, then longest match in `text[start..]`. `start` counts as the start of
    /// the text (`^` matches there unless `not_bol`, as with `REG_NOTBOL`); a NUL ends the
    /// text. Positions count from the beginning of `text`.
    pub fn find(&self, text: &[u8], start: usize, not_bol: bool) -> Option<Captures> {
        let search = search(text, start, not_bol)?;
        if self.program.back_references {
            return backtrack::run(&self.program, search).map(|found| self.captures(&found));
        }
        match self.locate(search) {
            Located::Nowhere => None,
            Located::At(start, end) if self.groups() == 0 => {
                Some(Captures { groups: vec![Some((start, end))] })
            }
            Located::At(from, _) => {
                let search = Search { from, anchored: true, ..search };
                pike::run(&self.program, search).map(|found| self.captures(&found))
            }
            Located::Unknown => pike::run(&self.program, search).map(|found| self.captures(&found)),
        }
    }

    /// Whether [`Regex::find`] finds something.
    pub fn is_match(&self, text: &[u8], start: usize, not_bol: bool) -> bool {
        let Some(search) = search(text, start, not_bol) else { return false };
        if self.program.back_references {
            return backtrack::run(&self.program, search).is_some();
        }
        let Some(from) = self.candidate(search) else { return false };
        if self.literals.whole() {
            return true;
        }
        let before = search.side_before(from);
        match self.floating.borrow_mut().run(&self.program, text, from, before) {
            Verdict::Ends(_) => true,
            Verdict::NoMatch | Verdict::Invalid => false,
            Verdict::GaveUp => pike::run(&self.program, search).is_some(),
        }
    }

    /// The first position where the literal start of the pattern stands.
    fn candidate(&self, search: Search<'_>) -> Option<usize> {
        let rest = search.text.get(search.start..)?;
        let Some(offset) = self.literals.find_prefix(rest) else { return Some(search.start) };
        let offset = offset?;
        // musl reads all that it skips: it must be text, and no NUL may end it earlier.
        let skipped = rest.get(..offset)?;
        let readable = std::str::from_utf8(skipped).is_ok() && !skipped.contains(&0);
        readable.then_some(search.start + offset)
    }

    /// Finds start and end of the match by automata alone.
    fn locate(&self, search: Search<'_>) -> Located {
        let Some(from) = self.candidate(search) else { return Located::Nowhere };
        if let (true, Some(length)) = (self.literals.whole(), self.literals.prefix_len()) {
            return Located::At(from, from + length);
        }
        let Search { text, .. } = search;
        let before = search.side_before(from);
        let first_end = match self.floating.borrow_mut().run(&self.program, text, from, before) {
            Verdict::Ends(end) => end,
            Verdict::NoMatch | Verdict::Invalid => return Located::Nowhere,
            Verdict::GaveUp => return Located::Unknown,
        };
        let mut anchored = self.anchored.borrow_mut();
        anchored.work = 0;
        // Attempts at every position could read the text many times; beyond this the matcher
        // that reads it once is faster.
        let budget = 4 * (first_end - from) + 4096;
        for at in from..=first_end {
            let byte = text.get(at).copied().unwrap_or(0);
            let skip = byte & 0xc0 == 0x80
                || self.first_bytes.as_ref().is_some_and(|table| !table[usize::from(byte)]);
            if skip {
                continue;
            }
            match anchored.run(&self.program, text, at, search.side_before(at)) {
                Verdict::Ends(end) => return Located::At(at, end),
                Verdict::NoMatch if anchored.work <= budget => {}
                Verdict::Invalid => return Located::Nowhere,
                Verdict::NoMatch | Verdict::GaveUp => return Located::Unknown,
            }
        }
        Located::Unknown
    }

    /// The ranges of the groups, from the tags of a match.
    fn captures(&self, found: &Found) -> Captures {
        let place = |tag: Option<usize>| match tag {
            None => Some(found.end),
            Some(tag) => found.tags.get(tag).and_then(|&at| usize::try_from(at).ok()),
        };
        let mut groups: Vec<Option<(usize, usize)>> =
            self.program.groups.iter().map(|group| Some((place(group.start)?, place(group.end)?))).collect();
        for (index, group) in self.program.groups.iter().enumerate() {
            let Some((start, end)) = groups[index] else { continue };
            let outside = group
                .parents
                .iter()
                .any(|&parent| groups[parent].is_none_or(|(low, high)| start < low || end > high));
            if outside {
                groups[index] = None;
            }
        }
        Captures { groups }
    }
}

fn search(text: &[u8], start: usize, not_bol: bool) -> Option<Search<'_>> {
    let edge = if not_bol { Side::Middle } else { Side::Edge };
    (start <= text.len()).then_some(Search { text, start, edge, from: start, anchored: false })
}

/// Whether `c` is in the class with this POSIX name; no class has an unknown name.
pub(crate) fn class_contains(name: &[u8], c: char) -> bool {
    set::Class::from_name(name).is_some_and(|class| class.contains(c))
}
