//! `-k START[.OFS][OPTS][,END[.OFS][OPTS]]`: the part of a line that is compared.

use std::borrow::Cow;

use bstr::{BStr, BString};

/// How two keys are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Bytes,
    Number,
    General,
    Month,
    Version,
    Human,
    /// Two of them at once, which nothing can be compared by.
    Several,
}

/// The letters that options and keys share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) order: Order,
    pub(super) reverse: bool,
    pub(super) skip_blanks: bool,
    /// Blanks at the end do not count (`b` after the end of a key).
    pub(super) trim_end: bool,
    pub(super) dictionary: bool,
    pub(super) printable: bool,
    pub(super) fold: bool,
}

impl Flags {
    /// Adds a letter; false when it is none.
    pub(super) fn set(&mut self, letter: char, at_end: bool) -> bool {
        match letter {
            'n' => self.compare_by(Order::Number),
            'g' => self.compare_by(Order::General),
            'M' => self.compare_by(Order::Month),
            'V' => self.compare_by(Order::Version),
            'h' => self.compare_by(Order::Human),
            'r' => self.reverse = true,
            'b' if at_end => self.trim_end = true,
            'b' => self.skip_blanks = true,
            'd' => self.dictionary = true,
            'i' => self.printable = true,
            'f' => self.fold = true,
            _ => return false,
        }
        true
    }
}

impl Flags {
    fn compare_by(&mut self, order: Order) {
        let fits = self.order == Order::Bytes || self.order == order;
        self.order = if fits { order } else { Order::Several };
    }
}

/// A place in a line, counted from 1; 0 where none was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Position {
    field: usize,
    byte: usize,
}

/// One key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Key {
    start: Position,
    end: Position,
    /// The key's own letters; none when the options hold.
    pub(super) flags: Option<Flags>,
}

const BAD: &str = "bad field specification";

impl Key {
    /// The whole line.
    pub(super) const LINE: Key =
        Key { start: Position { field: 1, byte: 0 }, end: Position { field: 0, byte: 0 }, flags: None };

    /// Reads the value of `-k`; the error is the message.
    pub(super) fn parse(text: &BStr) -> Result<Key, BString> {
        let mut key = Key::default();
        let mut flags = Flags::default();
        let mut rest = text.as_ref();
        key.start = position(&mut rest)?;
        letters(&mut rest, &mut flags, false)?;
        if let Some(after) = rest.strip_prefix(b",") {
            rest = after;
            if !rest.is_empty() {
                key.end = position(&mut rest)?;
                letters(&mut rest, &mut flags, true)?;
            }
        }
        if !rest.is_empty() {
            return Err("unknown key option".into());
        }
        key.flags = (flags != Flags::default()).then_some(flags);
        Ok(key)
    }

    /// The key of a line.
    pub(super) fn of<'a>(&self, line: &'a [u8], flags: &Flags, separator: Option<u8>) -> Cow<'a, [u8]> {
        let mut start = if self.start.field > 1 { skip(line, self.start.field - 1, separator).0 } else { 0 };
        let mut end = line.len();
        if self.end.field > 0 {
            let (after, at_separator) = skip(line, self.end.field, separator);
            end = after - usize::from(at_separator);
        }
        if flags.skip_blanks {
            start += line[start..].iter().take_while(|byte| is_space(**byte)).count();
        }
        if flags.trim_end {
            while end > start && is_space(line[end - 1]) {
                end -= 1;
            }
        }
        // busybox counts the end's byte from the start of the line.
        if self.end.byte > 0 {
            end = self.end.byte.min(line.len());
        }
        if self.start.byte > 0 {
            start = (start + self.start.byte - 1).min(line.len());
        }
        filter(&line[start..end.max(start)], flags)
    }
}

/// A number and `.number`.
fn position(rest: &mut &[u8]) -> Result<Position, BString> {
    let mut place = Position { field: number(rest)?, byte: 0 };
    if let Some(after) = rest.strip_prefix(b".") {
        *rest = after;
        place.byte = number(rest)?;
    }
    Ok(place)
}

fn number(rest: &mut &[u8]) -> Result<usize, BString> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = rest[..digits]
        .iter()
        .fold(0usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    *rest = &rest[digits..];
    if value == 0 { Err(BAD.into()) } else { Ok(value) }
}

fn letters(rest: &mut &[u8], flags: &mut Flags, at_end: bool) -> Result<(), BString> {
    while let Some((&letter, after)) = rest.split_first() {
        if letter == b',' {
            break;
        }
        if !flags.set(char::from(letter), at_end) {
            return Err("unknown key option".into());
        }
        *rest = after;
    }
    Ok(())
}

/// The offset after `count` fields, and whether a separator stands right before it.
fn skip(line: &[u8], count: usize, separator: Option<u8>) -> (usize, bool) {
    let mut at = 0;
    let mut at_separator = false;
    for _ in 0..count {
        match separator {
            Some(separator) => match line[at..].iter().position(|byte| *byte == separator) {
                Some(length) => {
                    at += length + 1;
                    at_separator = true;
                }
                None => return (line.len(), false),
            },
            None => {
                at += line[at..].iter().take_while(|byte| is_space(**byte)).count();
                at += line[at..].iter().take_while(|byte| !is_space(**byte)).count();
            }
        }
    }
    (at, at_separator)
}

fn filter<'a>(text: &'a [u8], flags: &Flags) -> Cow<'a, [u8]> {
    if !(flags.dictionary || flags.printable || flags.fold) {
        return Cow::Borrowed(text);
    }
    let kept = text.iter().copied().filter(|&byte| {
        (!flags.dictionary || is_space(byte) || byte.is_ascii_alphanumeric())
            && (!flags.printable || matches!(byte, b' '..=b'~'))
    });
    if flags.fold { kept.map(|byte| byte.to_ascii_uppercase()).collect() } else { kept.collect() }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}
