//! The types of items.

use bstr::{BStr, BString};

use crate::frame::cformat::Spec;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Octal(usize),
    Hex(usize),
    Signed(usize),
    Unsigned(usize),
    Float(usize),
    Names,
    Characters,
}

/// What `-a` calls the characters that cannot be seen.
const NAMES: [&str; 33] = [
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr", "so", "si",
    "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs",
    "us", "sp",
];

/// Reads the value of `-t`, which may name several types; the error is the message.
pub(super) fn parse(text: &BStr, kinds: &mut Vec<Kind>) -> Result<(), BString> {
    let mut rest: &[u8] = text;
    while let Some((&letter, after)) = rest.split_first() {
        rest = after;
        kinds.push(match letter {
            b'a' => Kind::Names,
            b'c' => Kind::Characters,
            b'd' | b'o' | b'u' | b'x' => {
                let size = integer_size(text, &mut rest)?;
                match letter {
                    b'd' => Kind::Signed(size),
                    b'o' => Kind::Octal(size),
                    b'u' => Kind::Unsigned(size),
                    _ => Kind::Hex(size),
                }
            }
            b'f' => Kind::Float(float_size(text, &mut rest)?),
            other => return Err(bytes!("invalid character '{}' in type string '{}'", [other], text)),
        });
    }
    Ok(())
}

/// The number after a letter; one that runs into a letter is no number, which shows as the greatest one.
fn digits(rest: &mut &[u8]) -> Option<u64> {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let value = rest[..count]
        .iter()
        .fold(0u64, |value, digit| value.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    *rest = &rest[count..];
    let runs_on = rest.first().is_some_and(u8::is_ascii_alphanumeric);
    Some(if runs_on { u64::from(u32::MAX) } else { value })
}

fn integer_size(text: &BStr, rest: &mut &[u8]) -> Result<usize, BString> {
    let named = match rest.first() {
        Some(b'C') => Some(1),
        Some(b'S') => Some(2),
        Some(b'I') => Some(4),
        Some(b'L') => Some(8),
        _ => None,
    };
    if let Some(size) = named {
        *rest = &rest[1..];
        return Ok(size);
    }
    match digits(rest) {
        None => Ok(4),
        Some(size @ (1 | 2 | 4 | 8)) => Ok(size as usize),
        Some(size) => Err(bytes!(
            "invalid type string '{}'; {}-byte integral type is not supported",
            text,
            size.to_string()
        )),
    }
}

fn float_size(text: &BStr, rest: &mut &[u8]) -> Result<usize, BString> {
    let named = match rest.first() {
        Some(b'F') => Some(4),
        Some(b'D') => Some(8),
        _ => None,
    };
    if let Some(size) = named {
        *rest = &rest[1..];
        return Ok(size);
    }
    match digits(rest) {
        None => Ok(8),
        Some(size @ (4 | 8)) => Ok(size as usize),
        Some(size) => Err(bytes!(
            "invalid type string '{}'; {}-byte floating point type is not supported",
            text,
            size.to_string()
        )),
    }
}

impl Kind {
    /// The type of an option letter.
    pub(super) fn letter(letter: char) -> Kind {
        match letter {
            'a' => Kind::Names,
            'b' => Kind::Octal(1),
            'c' => Kind::Characters,
            'd' => Kind::Unsigned(2),
            'f' => Kind::Float(4),
            'h' | 'x' => Kind::Hex(2),
            'i' | 's' => Kind::Signed(2),
            'l' => Kind::Signed(4),
            _ => Kind::Octal(2),
        }
    }

    pub(super) fn size(self) -> usize {
        match self {
            Kind::Octal(size) | Kind::Hex(size) | Kind::Signed(size) => size,
            Kind::Unsigned(size) | Kind::Float(size) => size,
            Kind::Names | Kind::Characters => 1,
        }
    }

    /// The text of all bytes, where an item is one byte.
    pub(super) fn table(self) -> Option<Box<[[u8; 4]; 256]>> {
        if self.size() != 1 {
            return None;
        }
        let mut table = Box::new([[0; 4]; 256]);
        for (byte, entry) in (0..=u8::MAX).zip(table.iter_mut()) {
            *entry = self.item(&[byte]).try_into().ok()?;
        }
        Some(table)
    }

    /// One item with the blanks before it.
    pub(super) fn item(self, bytes: &[u8]) -> Vec<u8> {
        let value = bytes.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let bits = bytes.len() as u32 * 8;
        let text = match self {
            Kind::Hex(size) => format!(" {value:0width$x}", width = size * 2),
            Kind::Octal(size) => {
                format!(" {value:0width$o}", width = [3, 6, 0, 11, 0, 0, 0, 22][size - 1])
            }
            Kind::Unsigned(size) => {
                format!(" {value:width$}", width = [3, 5, 0, 10, 0, 0, 0, 20][size - 1])
            }
            Kind::Signed(size) => {
                let value = (value << (64 - bits)).cast_signed() >> (64 - bits);
                format!(" {value:width$}", width = [4, 6, 0, 11, 0, 0, 0, 20][size - 1])
            }
            Kind::Float(4) => return float(f64::from(f32::from_bits(value as u32)), 15, 7),
            Kind::Float(_) => return float(f64::from_bits(value), 23, 15),
            Kind::Names => {
                let byte = bytes[0] & 0x7f;
                match NAMES.get(usize::from(byte)) {
                    Some(name) => format!(" {name:>3}"),
                    None if byte == 0x7f => " del".into(),
                    None => format!("   {}", char::from(byte)),
                }
            }
            Kind::Characters => format!(" {:>3}", character(bytes[0])),
        };
        text.into_bytes()
    }
}

fn float(value: f64, width: usize, precision: usize) -> Vec<u8> {
    let spec = Spec { width, precision: Some(precision), ..Spec::default() };
    bytes!(" {}", spec.float('e', value)).into()
}

/// A character as C writes it, else its octal number.
pub(in crate::text) fn character(byte: u8) -> String {
    match byte {
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        b'\t' => "\\t".into(),
        b'\n' => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        b'\r' => "\\r".into(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("{byte:03o}"),
    }
}
