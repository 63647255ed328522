//! A list of patterns against a path.

use super::compile::{Dialect, Strategy, compile};
use crate::{BadPattern, filepath_clean, filepath_match};

/// Why a list of patterns cannot be used; Docker's texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// A `!` alone.
    #[error("illegal exclusion pattern: \"!\"")]
    BareExclusion,
    /// A malformed pattern.
    #[error(transparent)]
    BadPattern(#[from] BadPattern),
}

/// One pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    cleaned: String,
    exclusion: bool,
    depth: usize,
    strategy: Strategy,
}

impl Pattern {
    /// The cleaned text, without `!`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.cleaned
    }

    /// Whether it began with `!`: what it matches is put back.
    #[must_use]
    pub fn is_exclusion(&self) -> bool {
        self.exclusion
    }

    /// How it is matched.
    #[must_use]
    pub fn strategy(&self) -> &Strategy {
        &self.strategy
    }

    fn matches(&self, path: &str) -> Result<bool, BadPattern> {
        self.strategy.matches(&self.cleaned, path).ok_or(BadPattern)
    }
}

/// What a walk over the context does at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// It belongs to the context.
    Take,
    /// It does not, but there may be something below it that does.
    Leave,
    /// Neither it nor anything below it does.
    LeaveTree,
}

/// Patterns in order; the last one that matches decides.
#[derive(Clone, Debug, Default)]
pub struct PatternMatcher {
    patterns: Vec<Pattern>,
    dialect: Dialect,
}

impl PatternMatcher {
    /// The current rules.
    ///
    /// # Errors
    /// On a `!` alone or a pattern that [`filepath_match`] refuses.
    pub fn new(patterns: &[String]) -> Result<Self, IgnoreError> {
        Self::with_dialect(patterns, Dialect::Current)
    }

    /// The rules of `dialect`.
    ///
    /// # Errors
    /// As [`PatternMatcher::new`].
    pub fn with_dialect(patterns: &[String], dialect: Dialect) -> Result<Self, IgnoreError> {
        let trimmed = patterns.iter().map(|pattern| pattern.trim()).filter(|pattern| !pattern.is_empty());
        let patterns = trimmed.map(|pattern| one(pattern, dialect)).collect::<Result<_, _>>()?;
        Ok(Self { patterns, dialect })
    }

    /// The patterns in order.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Whether any pattern begins with `!`.
    #[must_use]
    pub fn exclusions(&self) -> bool {
        self.patterns.iter().any(Pattern::is_exclusion)
    }

    /// Whether the path, or a folder above it, is left out. The path is relative with slashes; `.`
    /// is never left out. 20.10 looks at the one parent that is as deep as the pattern, later
    /// versions at every parent.
    ///
    /// # Errors
    /// When a pattern that is looked at is malformed in a way that only shows now.
    pub fn matches(&self, path: &str) -> Result<bool, BadPattern> {
        let path = filepath_clean(path);
        if path == "." {
            return Ok(false);
        }
        self.matches_cleaned(&path)
    }

    /// As [`PatternMatcher::matches`] for a path that is clean, `.` and `/` included: what the build
    /// check for ignored sources asks.
    ///
    /// # Errors
    /// As [`PatternMatcher::matches`].
    pub fn matches_cleaned(&self, path: &str) -> Result<bool, BadPattern> {
        let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let mut matched = false;
        for pattern in self.patterns.iter() {
            if pattern.exclusion == matched
                && (pattern.matches(path)? || self.matches_parent(pattern, path, &ends))
            {
                matched = !pattern.exclusion;
            }
        }
        Ok(matched)
    }

    /// `ends` are the ends of the folders above the path. A malformed pattern matches none of them.
    fn matches_parent(&self, pattern: &Pattern, path: &str, ends: &[usize]) -> bool {
        let matches = |end: &usize| pattern.matches(&path[..*end]).unwrap_or(false);
        match self.dialect {
            Dialect::Docker20_10 => ends.get(pattern.depth - 1).is_some_and(matches),
            Dialect::Current => ends.iter().any(matches),
        }
    }

    /// What a walk that packs the context does at `path`.
    ///
    /// # Errors
    /// As [`PatternMatcher::matches`].
    pub fn visit(&self, path: &str, is_dir: bool) -> Result<Visit, BadPattern> {
        if !self.matches(path)? {
            return Ok(Visit::Take);
        }
        let below = format!("{path}/");
        let may_return =
            |pattern: &Pattern| pattern.exclusion && format!("{}/", pattern.cleaned).starts_with(&below);
        match is_dir && self.patterns.iter().any(may_return) {
            true => Ok(Visit::Leave),
            false => Ok(Visit::LeaveTree),
        }
    }
}

fn one(pattern: &str, dialect: Dialect) -> Result<Pattern, IgnoreError> {
    let cleaned = filepath_clean(pattern);
    let (exclusion, cleaned) = match cleaned.strip_prefix('!') {
        Some("") => return Err(IgnoreError::BareExclusion),
        Some(rest) => (true, rest.to_owned()),
        None => (false, cleaned),
    };
    filepath_match(&cleaned, ".")?;
    let depth = cleaned.split('/').count();
    let strategy = compile(&cleaned, dialect);
    Ok(Pattern { cleaned, exclusion, depth, strategy })
}
