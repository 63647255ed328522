//! Numbers and strings on their way out: bases, and lines broken with a backslash.

use bstr::BString;
use kernel::Process;

use super::decimal::Decimal;

/// The width of a line where the environment names none.
const WIDTH: usize = 70;

/// What is to be printed, and where in the line it ends.
#[derive(Debug)]
pub(super) struct Printer {
    pub(super) out: BString,
    column: usize,
    width: usize,
}

impl Printer {
    /// `variable` in the environment may name another width than 70; 0 is none at all. `margin` columns stay free.
    pub(super) fn new(p: &Process, variable: &str, margin: usize) -> Printer {
        let width = match p.env().get(variable) {
            None => WIDTH,
            Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
                None => WIDTH,
                Some(0) => usize::MAX,
                Some(width) => width,
            },
        };
        Printer { out: BString::default(), column: 0, width: width.saturating_sub(margin) }
    }

    /// Prints a number in base `base`.
    pub(super) fn number(&mut self, number: &Decimal, base: u32) {
        self.break_line();
        if number.is_zero() {
            self.put(b'0');
            return;
        }
        if number.is_negative() {
            self.put(b'-');
        }
        if base == 10 {
            let (whole, fraction) = number.parts();
            whole.bytes().for_each(|digit| self.digit(digit));
            if !fraction.is_empty() {
                self.digit(b'.');
                fraction.bytes().for_each(|digit| self.digit(digit));
            }
            return;
        }
        let (whole, fraction) = in_base(number, base);
        let width = (base - 1).to_string().len();
        for (index, digit) in whole.iter().chain(&fraction).enumerate() {
            let point = index == whole.len();
            if base > 16 {
                self.group(*digit, width, point);
                continue;
            }
            if point {
                self.digit(b'.');
            }
            self.digit(b"0123456789ABCDEF"[*digit as usize & 15]);
        }
    }

    /// A digit above 15 is its decimal number, of the same width for all.
    fn group(&mut self, digit: u32, width: usize, point: bool) {
        self.digit(if point { b'.' } else { b' ' });
        format!("{digit:0width$}").bytes().for_each(|digit| self.digit(digit));
    }

    pub(super) fn newline(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
    }

    /// A string with its escapes resolved; a backslash before anything else stays.
    pub(super) fn string(&mut self, text: &[u8]) {
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            if byte != b'\\' {
                self.put(byte);
                continue;
            }
            match bytes.next() {
                Some(b'n') => self.newline(),
                Some(b'a') => self.put(7),
                Some(b'b') => self.put(8),
                Some(b'f') => self.put(12),
                Some(b'r') => self.put(b'\r'),
                Some(b't') => self.put(b'\t'),
                Some(b'e' | b'\\') => self.put(b'\\'),
                other => {
                    self.put(b'\\');
                    other.into_iter().for_each(|&byte| self.put(byte));
                }
            }
        }
    }

    /// A string as it is.
    pub(super) fn text(&mut self, text: &[u8]) {
        for &byte in text {
            if byte == b'\n' { self.newline() } else { self.put(byte) }
        }
    }

    fn put(&mut self, byte: u8) {
        self.out.push(byte);
        self.column = self.column.saturating_add(1);
    }

    fn digit(&mut self, digit: u8) {
        self.break_line();
        self.put(digit);
    }

    fn break_line(&mut self) {
        if self.column + 1 == self.width {
            self.out.extend_from_slice(b"\\\n");
            self.column = 0;
        }
    }
}

/// The digits of a number before and after the point. After it are as many as the number's places are worth.
pub(super) fn in_base(number: &Decimal, base: u32) -> (Vec<u32>, Vec<u32>) {
    let radix = Decimal::from_u64(u64::from(base));
    let small = |number: &Decimal| number.whole().and_then(|digit| u32::try_from(digit).ok()).unwrap_or(0);
    let number = if number.is_negative() { number.negated() } else { number.clone() };
    let mut whole = Vec::new();
    let mut left = number.clone().cut(0);
    let mut rest = number.subtract(&left);
    while let (false, Ok((quotient, digit))) = (left.is_zero(), left.divide_rest(&radix, 0)) {
        whole.push(small(&digit));
        left = quotient;
    }
    whole.reverse();
    let mut fraction = Vec::new();
    let mut worth = Decimal::from_u64(1);
    while number.scale() > 0 && worth.length() <= number.scale() {
        rest = rest.multiply(&radix, number.scale());
        let digit = rest.clone().cut(0);
        fraction.push(small(&digit));
        rest = rest.subtract(&digit);
        worth = worth.multiply(&radix, 0);
    }
    (whole, fraction)
}
