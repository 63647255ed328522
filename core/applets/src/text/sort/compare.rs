//! Comparing lines by their keys.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use super::key::{Flags, Key, Order};
use crate::text::strtod::strtod;

/// The whole of what decides the order of two lines.
pub(super) struct Comparison {
    pub(super) keys: Vec<Key>,
    pub(super) flags: Flags,
    pub(super) separator: Option<u8>,
    /// Lines with equal keys stay in the order of the input.
    pub(super) stable: bool,
    /// Set by a comparison that has no rule to go by ([`Order::Several`]).
    pub(super) is_lost: Cell<bool>,
}

/// A key made ready for comparing.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Text(Cow<'a, [u8]>),
    Number(f64),
    /// No number sorts before all.
    General(Option<f64>),
    Month(Option<u8>),
    Human(u8, f64),
}

/// A line with its keys.
pub(super) struct Line<'a> {
    pub(super) text: &'a [u8],
    keys: Keys<'a>,
}

enum Keys<'a> {
    /// The line itself is the key.
    Whole,
    One(Value<'a>),
    Many(Vec<Value<'a>>),
}

impl Comparison {
    /// Whether lines are compared as they are.
    fn is_plain(&self) -> bool {
        self.keys == [Key::LINE] && Flags { reverse: false, ..self.flags } == Flags::default()
    }

    /// Extracts the keys of a line.
    pub(super) fn line<'a>(&self, text: &'a [u8]) -> Line<'a> {
        let value = |key: &Key| {
            let flags = key.flags.unwrap_or(self.flags);
            value(key.of(text, &flags, self.separator), flags.order)
        };
        let keys = match self.keys.as_slice() {
            _ if self.is_plain() => Keys::Whole,
            [key] => Keys::One(value(key)),
            keys => Keys::Many(keys.iter().map(value).collect()),
        };
        Line { text, keys }
    }

    /// Compares by the keys alone.
    pub(super) fn by_keys(&self, a: &Line<'_>, b: &Line<'_>) -> Ordering {
        match (&a.keys, &b.keys) {
            (Keys::One(x), Keys::One(y)) => self.key(0, x, y),
            (Keys::Many(xs), Keys::Many(ys)) => {
                let pairs = xs.iter().zip(ys).enumerate();
                pairs
                    .map(|(index, (x, y))| self.key(index, x, y))
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            }
            _ => self.turn(self.flags.reverse, a.text.cmp(b.text)),
        }
    }

    fn key(&self, index: usize, x: &Value<'_>, y: &Value<'_>) -> Ordering {
        let order = self.keys[index].flags.unwrap_or(self.flags).order;
        let reverse = self.keys[index].flags.unwrap_or(self.flags).reverse;
        if order == Order::Several {
            self.is_lost.set(true);
        }
        self.turn(reverse, compare(x, y, order))
    }

    fn turn(&self, reverse: bool, order: Ordering) -> Ordering {
        if reverse { order.reverse() } else { order }
    }

    /// Compares by the keys and, when they are equal, by the whole line.
    pub(super) fn total(&self, a: &Line<'_>, b: &Line<'_>) -> Ordering {
        self.by_keys(a, b).then_with(|| self.turn(self.flags.reverse, a.text.cmp(b.text)))
    }

    /// Sorts lines.
    pub(super) fn sort(&self, lines: &mut [Line<'_>]) {
        if self.stable {
            lines.sort_by(|a, b| self.by_keys(a, b));
        } else if self.is_plain() {
            lines.sort_unstable_by(|a, b| self.turn(self.flags.reverse, a.text.cmp(b.text)));
        } else {
            lines.sort_by(|a, b| self.total(a, b));
        }
    }
}

fn value(key: Cow<'_, [u8]>, order: Order) -> Value<'_> {
    match order {
        Order::Bytes | Order::Version | Order::Several => Value::Text(key),
        Order::Number => Value::Number(strtod(&key).0),
        Order::General => {
            let (number, taken) = strtod(&key);
            Value::General((taken > 0).then_some(number))
        }
        Order::Month => Value::Month(month(&key)),
        Order::Human => {
            let (number, taken) = strtod(&key);
            // Of the small letters k alone is a unit.
            let suffix = key
                .get(taken)
                .filter(|_| taken > 0)
                .map(|suffix| if *suffix == b'k' { b'K' } else { *suffix });
            let scale = suffix.and_then(|suffix| b"KMGTPEZY".iter().position(|known| *known == suffix));
            Value::Human(scale.map_or(0, |scale| scale as u8 + 1), number)
        }
    }
}

fn month(text: &[u8]) -> Option<u8> {
    const NAMES: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let text = text.trim_ascii_start();
    NAMES
        .iter()
        .position(|name| text.len() >= 3 && text[..3].eq_ignore_ascii_case(name))
        .map(|index| index as u8)
}

fn compare(x: &Value<'_>, y: &Value<'_>, order: Order) -> Ordering {
    match (x, y) {
        (Value::Text(x), Value::Text(y)) if order == Order::Version => versions(x, y),
        (Value::Text(x), Value::Text(y)) => x.cmp(y),
        (Value::Number(x), Value::Number(y)) => x.partial_cmp(y).unwrap_or(Ordering::Equal),
        (Value::General(Some(x)), Value::General(Some(y))) => {
            x.partial_cmp(y).unwrap_or_else(|| y.is_nan().cmp(&x.is_nan()))
        }
        (Value::General(x), Value::General(y)) => x.is_some().cmp(&y.is_some()),
        (Value::Month(x), Value::Month(y)) => x.cmp(y),
        (Value::Human(a, x), Value::Human(b, y)) => {
            a.cmp(b).then(x.partial_cmp(y).unwrap_or(Ordering::Equal))
        }
        _ => Ordering::Equal,
    }
}

/// musl's `strverscmp`: runs of digits compare as numbers, those with leading zeros as fractions.
pub(super) fn versions(left: &[u8], right: &[u8]) -> Ordering {
    let at = |text: &[u8], index: usize| text.get(index).copied().unwrap_or(0);
    let mut start = 0;
    let mut index = 0;
    let mut zeros = true;
    while at(left, index) == at(right, index) {
        let byte = at(left, index);
        if byte == 0 {
            return Ordering::Equal;
        }
        if !byte.is_ascii_digit() {
            start = index + 1;
            zeros = true;
        } else if byte != b'0' {
            zeros = false;
        }
        index += 1;
    }
    let digit = |text: &[u8], index: usize| at(text, index).is_ascii_digit();
    let significant = |text: &[u8]| matches!(at(text, start), b'1'..=b'9');
    if significant(left) && significant(right) {
        let mut end = index;
        while digit(left, end) {
            if !digit(right, end) {
                return Ordering::Greater;
            }
            end += 1;
        }
        if digit(right, end) {
            return Ordering::Less;
        }
    } else if zeros && start < index && (digit(left, index) || digit(right, index)) {
        // A number after leading zeros is smaller than none: `00` before `0` before `1`.
        return at(left, index).wrapping_sub(b'0').cmp(&at(right, index).wrapping_sub(b'0'));
    }
    at(left, index).cmp(&at(right, index))
}
