//! Format strings: units of `COUNT/SIZE "text with conversions"`.

use bstr::{BString, ByteSlice};

use crate::frame::cformat::Spec;
use crate::frame::escape::escape;
use crate::text::od::kind::character;

/// One format string.
pub(super) struct Format {
    units: Vec<Unit>,
}

struct Unit {
    count: usize,
    counted: bool,
    parts: Vec<Part>,
}

struct Part {
    before: BString,
    conversion: Option<Conversion>,
    after: BString,
}

struct Conversion {
    spec: Spec,
    /// The letter, and the one after `_`.
    kind: (u8, u8),
    size: usize,
}

/// The most bytes of a block.
const LARGEST: usize = 1 << 16;

impl Format {
    /// Reads a format string; the error is the message.
    pub(super) fn parse(text: &[u8]) -> Result<Format, BString> {
        let bad = || bytes!("bad format {{}}", text);
        let mut units = Vec::new();
        let mut rest = text.trim_ascii_start();
        while !rest.is_empty() {
            let count = digits(&mut rest);
            rest = rest.trim_ascii_start();
            let mut size = None;
            if let Some(after) = rest.strip_prefix(b"/") {
                rest = after.trim_ascii_start();
                size = Some(digits(&mut rest).ok_or_else(bad)?);
                rest = rest.trim_ascii_start();
            }
            let body = rest.strip_prefix(b"\"").ok_or_else(bad)?;
            let end = body.find_byte(b'"').ok_or_else(bad)?;
            let parts = parts(&unescape(&body[..end]), size)?;
            units.push(Unit { count: count.unwrap_or(1), counted: count.is_some(), parts });
            rest = body[end + 1..].trim_ascii_start();
        }
        let format = Format { units };
        if format.size() > LARGEST { Err(bad()) } else { Ok(format) }
    }

    /// The bytes that it prints.
    pub(super) fn size(&self) -> usize {
        self.units.iter().map(|unit| unit.size().saturating_mul(unit.count)).fold(0, usize::saturating_add)
    }

    /// Repeats the last unit, unless it has a count, until the format prints `size` bytes.
    pub(super) fn fill(&mut self, size: usize) {
        let left = size.saturating_sub(self.size());
        if let Some(unit) = self.units.last_mut()
            && !unit.counted
            && unit.size() > 0
        {
            unit.count += left / unit.size();
        }
    }

    /// A block of bytes; what is missing of a short one is blank.
    pub(super) fn block(&self, block: &[u8], address: u64) -> BString {
        let mut out = BString::default();
        if self.units.iter().any(|unit| unit.parts.iter().any(Part::is_end)) {
            return out;
        }
        let mut at = 0;
        for unit in &self.units {
            for round in 0..unit.count {
                for (index, part) in unit.parts.iter().enumerate() {
                    out.extend_from_slice(&part.before);
                    if let Some(conversion) = &part.conversion {
                        let missing = conversion.size > 0 && at >= block.len();
                        out.extend(if missing {
                            vec![b' '; conversion.spec.width]
                        } else {
                            conversion.print(&block[at.min(block.len())..], address + at as u64)
                        });
                        at += conversion.size;
                    }
                    // The last repetition leaves out the blanks at its end.
                    let last = unit.count > 1 && round + 1 == unit.count && index + 1 == unit.parts.len();
                    let after = if last { part.after.trim_ascii_end() } else { &part.after };
                    out.extend_from_slice(after);
                }
            }
        }
        out
    }

    /// What is printed after the last block.
    pub(super) fn end(&self, address: u64) -> BString {
        let mut out = BString::default();
        for part in self.units.iter().flat_map(|unit| &unit.parts).filter(|part| part.is_end()) {
            out.extend_from_slice(&part.before);
            if let Some(conversion) = &part.conversion {
                out.extend(conversion.print(b"", address));
            }
            out.extend_from_slice(&part.after);
        }
        out
    }
}

impl Unit {
    fn size(&self) -> usize {
        self.parts.iter().filter_map(|part| part.conversion.as_ref()).map(|conversion| conversion.size).sum()
    }
}

impl Part {
    /// `%_A`: once, at the end.
    fn is_end(&self) -> bool {
        self.conversion.as_ref().is_some_and(|conversion| conversion.kind.0 == b'A')
    }
}

impl Conversion {
    fn print(&self, bytes: &[u8], address: u64) -> Vec<u8> {
        let item = &bytes[..self.size.min(bytes.len())];
        let value = item.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let shift = 64 - self.size.clamp(1, 8) as u32 * 8;
        let signed = (value << shift).cast_signed() >> shift;
        let byte = item.first().copied().unwrap_or(0);
        let number = |letter: u8, value: u64| match letter {
            b'd' => self.spec.unsigned(value),
            letter => self.spec.radix(char::from(letter), value),
        };
        match self.kind {
            (b'a' | b'A', radix) => number(radix, address),
            (b'p', _) => self.spec.byte(if matches!(byte, b' '..=b'~') { byte } else { b'.' }),
            (b'C', _) => self.spec.string(character(byte).as_bytes()),
            (b'U', _) => self.spec.string(control(byte).as_bytes()),
            (b'c', _) => self.spec.byte(byte),
            (b's', _) => self.spec.string(item.split(|byte| *byte == 0).next().unwrap_or_default()),
            (b'd' | b'i', _) if self.size == 1 => self.spec.unsigned(value),
            (b'd' | b'i', _) => self.spec.signed(signed),
            (b'u', _) => self.spec.unsigned(value),
            (b'o' | b'x' | b'X', _) => self.spec.radix(char::from(self.kind.0), value),
            (letter, _) if self.size == 4 => {
                self.spec.float(char::from(letter), f64::from(f32::from_bits(value as u32)))
            }
            (letter, _) => self.spec.float(char::from(letter), f64::from_bits(value)),
        }
        .into()
    }
}

/// `%_u`: the names of control characters.
fn control(byte: u8) -> String {
    const NAMES: [&str; 32] = [
        "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "lf", "vt", "ff", "cr", "so",
        "si", "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs",
        "rs", "us",
    ];
    match byte {
        0x7f => "del".into(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => NAMES.get(usize::from(byte)).map_or_else(|| format!("{byte:02x}"), |name| (*name).to_owned()),
    }
}

fn digits(rest: &mut &[u8]) -> Option<usize> {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = rest[..count].to_str().ok()?.parse().ok();
    *rest = &rest[count..];
    value
}

fn unescape(text: &[u8]) -> BString {
    let mut out = BString::default();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match escape(after).filter(|_| byte == b'\\') {
            Some((byte, taken)) => {
                out.push(byte);
                rest = &after[taken..];
            }
            None => out.push(byte),
        }
    }
    out
}

fn parts(text: &[u8], size: Option<usize>) -> Result<Vec<Part>, BString> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (before, conversion) = literal(&mut rest, size)?;
        let Some(conversion) = conversion else {
            match parts.last_mut() {
                None => parts.push(Part { before, conversion: None, after: BString::default() }),
                Some(Part { after, .. }) => *after = before,
            }
            return Ok(parts);
        };
        parts.push(Part { before, conversion: Some(conversion), after: BString::default() });
    }
}

/// The text up to the next conversion, and that conversion.
fn literal(rest: &mut &[u8], size: Option<usize>) -> Result<(BString, Option<Conversion>), BString> {
    let mut text = BString::default();
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        if byte != b'%' {
            text.push(byte);
        } else if after.starts_with(b"%") {
            text.push(b'%');
            *rest = &after[1..];
        } else {
            return Ok((text, Some(conversion(rest, size)?)));
        }
    }
    Ok((text, None))
}

fn conversion(rest: &mut &[u8], size: Option<usize>) -> Result<Conversion, BString> {
    let mut spec = Spec::default();
    while let Some((&flag, after)) = rest.split_first() {
        match flag {
            b'-' => spec.left = true,
            b'+' => spec.plus = true,
            b' ' => spec.space = true,
            b'#' => spec.alternate = true,
            b'0' => spec.zero = true,
            _ => break,
        }
        *rest = after;
    }
    spec.width = digits(rest).unwrap_or(0);
    if let Some(after) = rest.strip_prefix(b".") {
        *rest = after;
        spec.precision = Some(digits(rest).unwrap_or(0));
    }
    let bad = |letters: &[u8]| bytes!("bad conversion character %{}", letters);
    let (&letter, after) = rest.split_first().ok_or_else(|| bad(b""))?;
    *rest = after;
    let (kind, default) = match letter {
        b'_' => {
            let (&letter, after) = rest.split_first().ok_or_else(|| bad(b"_"))?;
            *rest = after;
            match letter {
                b'a' | b'A' => {
                    let (&radix, after) = rest.split_first().ok_or_else(|| bad(b"_a"))?;
                    *rest = after;
                    ((letter, radix), 0)
                }
                b'c' => ((b'C', 0), 1),
                b'p' => ((b'p', 0), 1),
                b'u' => ((b'U', 0), 1),
                other => return Err(bad(&[b'_', other])),
            }
        }
        b'c' => ((letter, 0), 1),
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => ((letter, 0), size.unwrap_or(4)),
        b'e' | b'E' | b'f' | b'g' | b'G' => ((letter, 0), size.unwrap_or(8)),
        b's' => match size.or(spec.precision) {
            Some(size) => ((letter, 0), size),
            None => return Err("%s needs precision or byte count".into()),
        },
        other => return Err(bad(&[other])),
    };
    if matches!(letter, b'd' | b'i' | b'o' | b'u' | b'x' | b'X') && !matches!(default, 1 | 2 | 4 | 8) {
        return Err(bytes!("bad byte count for conversion character {}", [letter]));
    }
    Ok(Conversion { spec, kind, size: default })
}
