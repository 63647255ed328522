//! Package versions as apk-tools 2.14 understands them:
//! `digits{.digits}[letter][digits]{_suffix[digits]}[-rDIGITS]`; apk 3 has rules of its own.

mod third;

use std::cmp::Ordering;

use crate::engine::Engine;

/// Suffixes that make a version older than the one without, oldest first.
const BEFORE_RELEASE: [&[u8]; 4] = [b"alpha", b"beta", b"pre", b"rc"];
/// Suffixes that make a version newer than the one without, oldest first.
const AFTER_RELEASE: [&[u8]; 5] = [b"cvs", b"svn", b"git", b"hg", b"p"];
/// Numbers of this many digits are refused: they would not fit 64 bits.
const MAX_DIGITS: usize = 18;

/// What the part about to be read is. The order decides which version is the longer one when a
/// shared beginning is followed by parts of different kinds, and which kind may follow which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Invalid,
    Dotted,
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Revision,
    End,
}

/// Reads a version part by part.
struct Parts<'a> {
    rest: &'a [u8],
    kind: Kind,
}

impl<'a> Parts<'a> {
    fn new(version: &'a str) -> Self {
        Parts { rest: version.as_bytes(), kind: Kind::Number }
    }

    fn finished(&self) -> bool {
        matches!(self.kind, Kind::End | Kind::Invalid)
    }

    /// The weight of the current part; afterwards `kind` says what follows.
    fn take(&mut self) -> i64 {
        if self.rest.is_empty() {
            self.kind = Kind::End;
            return 0;
        }
        // A component that starts with zero is a fraction: 1.01 < 1.1. Every zero but the last
        // weighs below, then the rest is read as a plain number.
        if self.kind == Kind::Dotted && self.rest[0] == b'0' {
            let zeros = self.rest.iter().take_while(|&&b| b == b'0').count() - 1;
            self.rest = &self.rest[zeros..];
            self.kind = Kind::Number;
            return -(zeros as i64);
        }
        match self.weigh() {
            Some((weight, length)) => {
                self.rest = &self.rest[length..];
                self.kind = self.following();
                weight
            }
            None => {
                self.kind = Kind::Invalid;
                -1
            }
        }
    }

    fn weigh(&self) -> Option<(i64, usize)> {
        match self.kind {
            Kind::Dotted | Kind::Number | Kind::SuffixNumber | Kind::Revision => {
                let length = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
                let digits = &self.rest[..length];
                let value = || digits.iter().fold(0i64, |sum, b| sum * 10 + i64::from(b - b'0'));
                (length < MAX_DIGITS).then(|| (value(), length))
            }
            Kind::Letter => Some((i64::from(self.rest[0]), 1)),
            Kind::Suffix => {
                let find = |list: &[&[u8]]| list.iter().position(|s| self.rest.starts_with(s));
                if let Some(i) = find(&BEFORE_RELEASE) {
                    return Some((i as i64 - BEFORE_RELEASE.len() as i64, BEFORE_RELEASE[i].len()));
                }
                find(&AFTER_RELEASE).map(|i| (i as i64, AFTER_RELEASE[i].len()))
            }
            Kind::Invalid | Kind::End => None,
        }
    }

    /// Looks at the byte after a part, eating the separator that announces the next one.
    fn following(&mut self) -> Kind {
        let Some(&byte) = self.rest.first() else { return Kind::End };
        let next = match (self.kind, byte) {
            (_, 0) => Kind::End,
            (Kind::Dotted | Kind::Number, b'a'..=b'z') => Kind::Letter,
            (Kind::Letter, b'0'..=b'9') => Kind::Number,
            (Kind::Suffix, b'0'..=b'9') => Kind::SuffixNumber,
            (_, separator) => {
                let revision = separator == b'-' && self.rest.get(1) == Some(&b'r');
                self.rest = &self.rest[1 + usize::from(revision)..];
                match separator {
                    b'.' => Kind::Dotted,
                    b'_' => Kind::Suffix,
                    _ if revision => Kind::Revision,
                    _ => Kind::Invalid,
                }
            }
        };
        let may_repeat = matches!(
            (self.kind, next),
            (Kind::Number, Kind::Dotted) | (Kind::SuffixNumber, Kind::Suffix) | (Kind::Letter, Kind::Number)
        );
        if next < self.kind && !may_repeat { Kind::Invalid } else { next }
    }
}

impl Engine {
    /// Whether a version is well formed.
    pub fn is_version(self, version: &str) -> bool {
        if self.is_third() { third::is_valid(version) } else { is_valid(version) }
    }

    /// How version `a` stands to `b`.
    pub fn compare_versions(self, a: &str, b: &str) -> Ordering {
        if self.is_third() { third::compare(a, b, false) } else { compare(a, b) }
    }

    /// Like [`Engine::compare_versions`], but where `a` begins with `b` they are equal (the `~` operator).
    pub fn compare_version_prefixes(self, a: &str, b: &str) -> Ordering {
        if self.is_third() { third::compare(a, b, true) } else { compare_prefix(a, b) }
    }
}

/// Whether some apk takes `version` for well formed.
pub(crate) fn is_conceivable(version: &str) -> bool {
    is_valid(version) || third::is_valid(version)
}

/// Whether `version` is well formed.
pub fn is_valid(version: &str) -> bool {
    let mut parts = Parts::new(version);
    while !parts.finished() {
        parts.take();
    }
    parts.kind == Kind::End
}

/// How `a` stands to `b`. Malformed versions are compared as far as they can be read.
pub fn compare(a: &str, b: &str) -> Ordering {
    compare_parts(a, b, Extent::Whole)
}

/// Like [`compare`], but a shared beginning counts as equal (the `~` operator).
pub fn compare_prefix(a: &str, b: &str) -> Ordering {
    compare_parts(a, b, Extent::SharedBeginning)
}

#[derive(PartialEq)]
enum Extent {
    Whole,
    SharedBeginning,
}

fn compare_parts(a: &str, b: &str, extent: Extent) -> Ordering {
    let (mut a, mut b) = (Parts::new(a), Parts::new(b));
    let mut weights = (0, 0);
    while a.kind == b.kind && !a.finished() && weights.0 == weights.1 {
        weights = (a.take(), b.take());
    }
    let by_weight = weights.0.cmp(&weights.1);
    if by_weight.is_ne() || a.kind == b.kind || extent == Extent::SharedBeginning {
        return by_weight;
    }
    let before_release = |parts: &mut Parts<'_>| parts.kind == Kind::Suffix && parts.take() < 0;
    let (kind_a, kind_b) = (a.kind, b.kind);
    if before_release(&mut a) {
        return Ordering::Less;
    }
    if before_release(&mut b) {
        return Ordering::Greater;
    }
    kind_b.cmp(&kind_a)
}
