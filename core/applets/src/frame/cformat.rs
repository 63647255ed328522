//! C's printf conversions, for printf, seq, awk and all that prints numbers the C way.

use bstr::BString;

/// The flags, width and precision of one conversion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spec {
    /// `-`: pad on the right.
    pub left: bool,
    /// `+`: a sign always.
    pub plus: bool,
    /// space: a blank where the sign would be.
    pub space: bool,
    /// `#`: alternative form.
    pub alternate: bool,
    /// `0`: pad with zeros.
    pub zero: bool,
    /// The least width.
    pub width: usize,
    /// The precision, when given.
    pub precision: Option<usize>,
}

/// The widest field or precision that is honoured; more is cut to it, so that no format eats the memory.
pub const WIDEST: usize = 64 * 1024;

impl Spec {
    /// `%s`: at most `precision` bytes.
    pub fn string(&self, text: &[u8]) -> BString {
        let cut = &text[..self.precision.unwrap_or(text.len()).min(text.len())];
        self.pad("", cut, false)
    }

    /// `%c`: one byte.
    pub fn byte(&self, byte: u8) -> BString {
        self.pad("", &[byte], false)
    }

    /// `%d`, `%i`.
    pub fn signed(&self, value: i64) -> BString {
        let sign = self.sign(value < 0);
        self.integer(sign, value.unsigned_abs().to_string(), value == 0)
    }

    /// `%u`.
    pub fn unsigned(&self, value: u64) -> BString {
        self.integer("", value.to_string(), value == 0)
    }

    /// `%o`, `%x`, `%X`.
    pub fn radix(&self, conversion: char, value: u64) -> BString {
        match conversion {
            'o' => {
                let mut digits = format!("{value:o}");
                if self.alternate && value != 0 {
                    digits.insert(0, '0');
                }
                self.integer("", digits, value == 0 && !self.alternate)
            }
            'X' => {
                let prefix = if self.alternate && value != 0 { "0X" } else { "" };
                self.integer(prefix, format!("{value:X}"), value == 0)
            }
            _ => {
                let prefix = if self.alternate && value != 0 { "0x" } else { "" };
                self.integer(prefix, format!("{value:x}"), value == 0)
            }
        }
    }

    /// `%e %f %g` and their capitals.
    pub fn float(&self, conversion: char, value: f64) -> BString {
        let sign = self.sign(value.is_sign_negative());
        let magnitude = value.abs();
        let upper = conversion.is_ascii_uppercase();
        if !magnitude.is_finite() {
            let name = if magnitude.is_nan() { "nan" } else { "inf" };
            let name = if upper { name.to_uppercase() } else { name.to_owned() };
            return Spec { zero: false, ..*self }.pad(sign, name.as_bytes(), false);
        }
        let precision = self.precision.unwrap_or(6).min(WIDEST);
        let text = match conversion.to_ascii_lowercase() {
            'f' => fixed(magnitude, precision, self.alternate),
            'e' => scientific(magnitude, precision, self.alternate),
            _ => general(magnitude, precision.max(1), self.alternate),
        };
        let text = if upper { text.to_uppercase() } else { text };
        self.pad(sign, text.as_bytes(), self.zero)
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    fn integer(&self, prefix: &str, mut digits: String, is_zero: bool) -> BString {
        match self.precision {
            Some(0) if is_zero => digits.clear(),
            Some(least) if digits.len() < least => {
                let zeros = least.min(WIDEST) - digits.len().min(WIDEST);
                digits.insert_str(0, &"0".repeat(zeros));
            }
            _ => {}
        }
        self.pad(prefix, digits.as_bytes(), self.zero && self.precision.is_none())
    }

    fn pad(&self, prefix: &str, body: &[u8], zeros: bool) -> BString {
        let missing = self.width.min(WIDEST).saturating_sub(prefix.len() + body.len());
        let mut text = BString::default();
        if !self.left && !zeros {
            text.resize(missing, b' ');
        }
        text.extend_from_slice(prefix.as_bytes());
        if !self.left && zeros {
            text.extend(std::iter::repeat_n(b'0', missing));
        }
        text.extend_from_slice(body);
        if self.left {
            text.extend(std::iter::repeat_n(b' ', missing));
        }
        text
    }
}

fn fixed(value: f64, precision: usize, point: bool) -> String {
    let text = format!("{value:.precision$}");
    if point && precision == 0 { text + "." } else { text }
}

fn scientific(value: f64, precision: usize, point: bool) -> String {
    let (mantissa, exponent) = split(value, precision);
    let point = if point && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// Mantissa text and exponent of Rust's own `{:e}`, which rounds as C does.
fn split(value: f64, precision: usize) -> (String, i32) {
    let text = format!("{value:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa.to_owned(), exponent.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    let (_, exponent) = split(value, precision - 1);
    let small = exponent < -4;
    if small || usize::try_from(exponent).is_ok_and(|exponent| exponent >= precision) {
        let text = scientific(value, precision - 1, keep_zeros);
        return match text.split_once('e') {
            Some((mantissa, rest)) if !keep_zeros => format!("{}e{rest}", trim(mantissa)),
            _ => text,
        };
    }
    let digits = i64::try_from(precision).unwrap_or(i64::MAX) - 1 - i64::from(exponent);
    let text = fixed(value, usize::try_from(digits).unwrap_or(0), keep_zeros);
    if keep_zeros { text } else { trim(&text).to_owned() }
}

fn trim(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(width: usize, precision: Option<usize>) -> Spec {
        Spec { width, precision, ..Spec::default() }
    }

    #[test]
    fn integers_as_c_prints_them() {
        let plain = Spec::default();
        assert_eq!(Spec { zero: true, ..spec(5, None) }.signed(-42), "-0042");
        assert_eq!(Spec { plus: true, ..spec(5, Some(3)) }.signed(7), " +007");
        assert_eq!(Spec { left: true, ..spec(4, None) }.unsigned(7), "7   ");
        assert_eq!(Spec { alternate: true, ..plain }.radix('x', 255), "0xff");
        assert_eq!(Spec { alternate: true, ..plain }.radix('o', 0), "0");
        assert_eq!(spec(0, Some(0)).signed(0), "");
    }

    #[test]
    fn floats_as_c_prints_them() {
        let plain = Spec::default();
        assert_eq!(plain.float('f', 2.5), "2.500000");
        assert_eq!(plain.float('e', 12345.678), "1.234568e+04");
        assert_eq!(plain.float('g', 100000.0), "100000");
        assert_eq!(plain.float('g', 1000000.0), "1e+06");
        assert_eq!(plain.float('g', 0.0001), "0.0001");
        assert_eq!(plain.float('G', 0.00001), "1E-05");
        assert_eq!(plain.float('g', 0.1 + 0.2), "0.3");
        assert_eq!(Spec { zero: true, ..spec(8, Some(2)) }.float('f', -1.5), "-0001.50");
        assert_eq!(Spec { alternate: true, ..spec(0, Some(3)) }.float('g', 1.0), "1.00");
        assert_eq!(plain.float('f', f64::INFINITY), "inf");
    }
}
