//! Word expansion: quotes, escapes, `$name` and `${name...}` in an instruction's arguments.
//!
//! This is not a shell: no command substitution, no globbing, and the modifiers differ by vintage.

mod dollar;
mod glob;
mod lexer;
mod replace;
mod scan;
mod words;

use std::collections::BTreeSet;

use crate::Vintage;
use lexer::Lexer;

pub use glob::{Glob, GlobError};

/// `${a:-${b:-...}}` may be nested this deep; each level costs stack.
pub const NESTING_LIMIT: usize = 128;

/// What quotes do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// They group, and are removed: the normal case.
    Remove,
    /// They group, and stay in the result.
    Keep,
    /// They are characters like others: the text of heredocs.
    Literal,
}

/// What becomes of a variable that is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// It is the empty string.
    Empty,
    /// It stays as written: step names.
    Keep,
}

/// Looks a variable up; `None` is unset.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// How words are expanded; cheap to make and copy.
#[derive(Clone, Copy, Debug)]
pub struct Expander {
    /// The escape character of the Dockerfile.
    pub escape: char,
    /// Which modifiers there are.
    pub vintage: Vintage,
    /// Treatment of quotes.
    pub quotes: Quotes,
    /// Whether escape characters stay in the result.
    pub raw_escapes: bool,
    /// Treatment of unset variables.
    pub unset: Unset,
}

/// An expanded word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The word as one string.
    pub text: String,
    /// The same split at blanks that are neither quoted nor escaped, after substitution.
    pub words: Vec<String>,
    /// Variables that were looked up and found.
    pub used: BTreeSet<String>,
    /// Variables that were looked up and not found.
    pub unset: BTreeSet<String>,
}

/// Why a word cannot be expanded; `Display` is Docker's whole text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to process {}: {message}", crate::go_quote(.word))]
pub struct ExpandError {
    /// The word.
    pub word: String,
    /// What is wrong, without the word.
    pub message: String,
    /// Variables that had been looked up and not found by then.
    pub unset: BTreeSet<String>,
}

impl Expander {
    /// Quotes removed, escapes removed, unset variables empty.
    #[must_use]
    pub fn new(escape: char, vintage: Vintage) -> Self {
        Self { escape, vintage, quotes: Quotes::Remove, raw_escapes: false, unset: Unset::Empty }
    }

    /// For the text of a heredoc: only variables are expanded, and `\` is the escape character.
    #[must_use]
    pub fn for_heredoc(vintage: Vintage) -> Self {
        Self { quotes: Quotes::Literal, ..Self::new('\\', vintage) }
    }

    /// Expands `word`.
    ///
    /// # Errors
    /// On an open quote or brace, an unknown modifier, `${x:?message}` of an unset `x`, a bad
    /// pattern, or nesting beyond [`NESTING_LIMIT`].
    pub fn expand(&self, word: &str, lookup: Lookup<'_>) -> Result<Expansion, ExpandError> {
        Lexer::new(*self, word, lookup).run()
    }

    /// Expands `word` to one string.
    ///
    /// # Errors
    /// As [`Expander::expand`].
    pub fn word(&self, word: &str, lookup: Lookup<'_>) -> Result<String, ExpandError> {
        let plain = |byte: u8| !matches!(byte, b'$' | b'\'' | b'"' | b'<') && byte != self.escape as u8;
        if word.bytes().all(plain) && !word.starts_with('\u{feff}') {
            return Ok(word.to_owned());
        }
        self.expand(word, lookup).map(|expansion| expansion.text)
    }
}
