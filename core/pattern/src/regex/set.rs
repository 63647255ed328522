/// A named character class of a bracket expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Alnum,
    Alpha,
    Blank,
    Cntrl,
    Digit,
    Graph,
    Lower,
    Print,
    Punct,
    Space,
    Upper,
    Xdigit,
}

impl Class {
    pub(super) fn from_name(name: &[u8]) -> Option<Class> {
        Some(match name {
            b"alnum" => Class::Alnum,
            b"alpha" => Class::Alpha,
            b"blank" => Class::Blank,
            b"cntrl" => Class::Cntrl,
            b"digit" => Class::Digit,
            b"graph" => Class::Graph,
            b"lower" => Class::Lower,
            b"print" => Class::Print,
            b"punct" => Class::Punct,
            b"space" => Class::Space,
            b"upper" => Class::Upper,
            b"xdigit" => Class::Xdigit,
            _ => return None,
        })
    }

    /// Membership as musl's `iswctype` in its UTF-8 locale sees it.
    pub(super) fn contains(self, c: char) -> bool {
        match self {
            Class::Alnum => c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()),
            Class::Alpha => c.is_ascii_alphabetic() || (!c.is_ascii() && c.is_alphanumeric()),
            Class::Blank => c == ' ' || c == '\t',
            Class::Cntrl => c.is_control() || c == '\u{2028}' || c == '\u{2029}',
            Class::Digit => c.is_ascii_digit(),
            Class::Graph => Class::Print.contains(c) && !Class::Space.contains(c),
            Class::Lower => c.is_lowercase(),
            Class::Print => !Class::Cntrl.contains(c),
            Class::Punct => {
                if c.is_ascii() {
                    c.is_ascii_punctuation()
                } else {
                    Class::Graph.contains(c) && !c.is_alphanumeric()
                }
            }
            Class::Space => {
                matches!(c, '\t'..='\r' | ' ')
                    || (!c.is_ascii()
                        && c.is_whitespace()
                        && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}'))
            }
            Class::Upper => c.is_uppercase(),
            Class::Xdigit => c.is_ascii_hexdigit(),
        }
    }
}

/// A set of characters: what one position of a pattern accepts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct CharSet {
    ascii: u128,
    ranges: Vec<(char, char)>,
    classes: Vec<Class>,
    negated: bool,
    fold: bool,
}

impl CharSet {
    /// The set of everything, or of everything but the newline.
    pub(super) fn any(newline: bool) -> CharSet {
        let mut set = CharSet { negated: true, ..CharSet::default() };
        if newline {
            set.ranges.push(('\n', '\n'));
        }
        set.seal();
        set
    }

    /// One character, in both cases when `fold` is set.
    pub(super) fn single(c: char, fold: bool) -> CharSet {
        CharSet::from_parts(vec![(c, c)], Vec::new(), false, fold)
    }

    /// A bracket expression.
    pub(super) fn from_parts(
        ranges: Vec<(char, char)>,
        classes: Vec<Class>,
        negated: bool,
        fold: bool,
    ) -> CharSet {
        let mut set = CharSet { ascii: 0, ranges, classes, negated, fold };
        set.seal();
        set
    }

    fn seal(&mut self) {
        for byte in 0..128u8 {
            if self.decide(char::from(byte)) {
                self.ascii |= 1 << byte;
            }
        }
    }

    fn decide(&self, c: char) -> bool {
        let listed = self.lists(c) || (self.fold && (self.lists(lower(c)) || self.lists(upper(c))));
        listed != self.negated
    }

    fn lists(&self, c: char) -> bool {
        self.ranges.iter().any(|&(low, high)| low <= c && c <= high)
            || self.classes.iter().any(|class| class.contains(c))
    }

    pub(super) fn contains(&self, c: char) -> bool {
        if c.is_ascii() { self.ascii >> (c as u32) & 1 == 1 } else { self.decide(c) }
    }

    /// The only character of the set, when there is exactly one.
    pub(super) fn sole(&self) -> Option<char> {
        let &[(low, high)] = self.ranges.as_slice() else { return None };
        let cased = self.fold && (lower(low) != low || upper(low) != low);
        (low == high && !self.negated && self.classes.is_empty() && !cased).then_some(low)
    }

    /// Which first bytes can begin a member, as a table.
    pub(super) fn mark_first_bytes(&self, table: &mut [bool; 256]) {
        for (byte, slot) in table.iter_mut().enumerate() {
            *slot |= byte >= 128 || self.ascii >> byte & 1 == 1;
        }
    }
}

/// Simple lower case: the one character that `towlower` gives.
fn lower(c: char) -> char {
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Simple upper case: the one character that `towupper` gives.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Whether `\b` and friends take `c` for a part of a word.
pub(super) fn is_word(c: char) -> bool {
    c == '_' || Class::Alnum.contains(c)
}
