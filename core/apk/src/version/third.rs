//! Versions as apk-tools 3.0 understands them: `digits{.digits}[letter]{_suffix[digits]}[~hash][-rDIGITS]`.
//!
//! A number after a dot is compared as text where one of the two begins with a zero; a commit hash is compared as text.

use std::cmp::Ordering;

/// Suffixes, oldest first; those before the gap make a version older than the one without.
const SUFFIXES: [&[u8]; 10] = [b"alpha", b"beta", b"pre", b"rc", b"", b"cvs", b"svn", b"git", b"hg", b"p"];
/// The place of the gap: no suffix at all.
const PLAIN: usize = 4;

/// The kinds of parts, in the order in which they may follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    First,
    Dotted,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
    End,
    Invalid,
}

/// The part that was read last, and what comes after it.
struct Reader<'v> {
    kind: Kind,
    text: &'v [u8],
    suffix: usize,
    rest: &'v [u8],
}

impl<'v> Reader<'v> {
    fn new(version: &'v str) -> Self {
        let mut reader = Reader { kind: Kind::First, text: b"", suffix: PLAIN, rest: version.as_bytes() };
        reader.take_number(Kind::First);
        reader
    }

    fn goes_on(&self) -> bool {
        self.kind < Kind::End
    }

    fn advance(&mut self) {
        let kind = self.kind;
        let Some((&byte, after)) = self.rest.split_first() else {
            self.kind = Kind::End;
            return;
        };
        match byte {
            b'a'..=b'z' if kind <= Kind::Dotted => {
                (self.kind, self.text, self.rest) = (Kind::Letter, &self.rest[..1], after);
            }
            b'.' if kind <= Kind::Dotted => {
                self.rest = after;
                self.take_number(Kind::Dotted);
            }
            b'0'..=b'9' if kind <= Kind::Dotted => self.take_number(Kind::Dotted),
            b'0'..=b'9' if kind == Kind::Suffix => self.take_number(Kind::SuffixNumber),
            b'_' if kind <= Kind::SuffixNumber => {
                self.rest = after;
                self.take_suffix();
            }
            b'~' if kind < Kind::Hash => {
                self.rest = after;
                self.take(Kind::Hash, |byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
            }
            b'-' if kind < Kind::Revision && after.first() == Some(&b'r') => {
                self.rest = &after[1..];
                self.take_number(Kind::Revision);
            }
            _ => self.kind = Kind::Invalid,
        }
    }

    fn take_number(&mut self, kind: Kind) {
        self.take(kind, u8::is_ascii_digit);
    }

    fn take_suffix(&mut self) {
        self.take(Kind::Suffix, u8::is_ascii_lowercase);
        match SUFFIXES.iter().position(|suffix| *suffix == self.text) {
            Some(suffix) if suffix != PLAIN => self.suffix = suffix,
            _ => self.kind = Kind::Invalid,
        }
    }

    /// Takes bytes of a sort; there has to be one.
    fn take(&mut self, kind: Kind, belongs: impl Fn(&u8) -> bool) {
        let length = self.rest.iter().take_while(|byte| belongs(byte)).count();
        (self.text, self.rest) = self.rest.split_at(length);
        self.kind = if length > 0 { kind } else { Kind::Invalid };
    }

    fn is_before_release(&self) -> bool {
        self.kind == Kind::Suffix && self.suffix < PLAIN
    }

    /// How the part stands to one of the same kind.
    fn weigh(&self, other: &Reader<'_>) -> Ordering {
        let fraction = self.text.first() == Some(&b'0') || other.text.first() == Some(&b'0');
        match self.kind {
            Kind::Suffix => self.suffix.cmp(&other.suffix),
            Kind::Dotted if fraction => self.text.cmp(other.text),
            Kind::First | Kind::Dotted | Kind::SuffixNumber | Kind::Revision => {
                number(self.text).cmp(&number(other.text))
            }
            _ => self.text.cmp(other.text),
        }
    }
}

/// Digits without leading zeros, and how many they are: such numbers compare at any length.
fn number(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    (digits.len() - zeros, &digits[zeros..])
}

/// Whether `version` is well formed.
pub(super) fn is_valid(version: &str) -> bool {
    let mut reader = Reader::new(version);
    while reader.goes_on() {
        reader.advance();
    }
    reader.kind == Kind::End
}

/// How `a` stands to `b`; with `fuzzy`, an `a` that goes on where `b` ends counts as equal.
pub(super) fn compare(a: &str, b: &str, fuzzy: bool) -> Ordering {
    let (mut a, mut b) = (Reader::new(a), Reader::new(b));
    while a.kind == b.kind && a.goes_on() {
        let order = a.weigh(&b);
        if order.is_ne() {
            return order;
        }
        a.advance();
        b.advance();
    }
    match () {
        () if a.kind == b.kind || (fuzzy && b.kind == Kind::End) => Ordering::Equal,
        () if a.is_before_release() => Ordering::Less,
        () if b.is_before_release() => Ordering::Greater,
        () => b.kind.cmp(&a.kind),
    }
}
