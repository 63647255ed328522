//! Go's `printf`, as far as templates have values for it.

use serde_json::Value;

use super::item::Item;

/// The widest that a value is made.
const WIDEST: usize = 1 << 10;

#[derive(Default)]
struct Verb {
    left: bool,
    plus: bool,
    sharp: bool,
    zero: bool,
    blank: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// The text of a format with its values; what does not fit shows as Go shows it.
pub(super) fn printf(format: &str, values: &[Item<'_>]) -> String {
    let mut output = String::new();
    let mut rest = values.iter();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            output.push(letter);
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = letters.next_if(|letter| "-+# 0".contains(*letter)) {
            match flag {
                '-' => verb.left = true,
                '+' => verb.plus = true,
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                _ => verb.blank = true,
            }
        }
        verb.width = digits(&mut letters);
        if letters.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(&mut letters).unwrap_or(0));
        }
        match letters.next() {
            None => output += "%!(NOVERB)",
            Some('%') => output.push('%'),
            Some(kind) => match rest.next() {
                None => output += &format!("%!{kind}(MISSING)"),
                Some(item) => output += &verb.shown(kind, item),
            },
        }
    }
    let extra: Vec<String> = rest.map(described).collect();
    if !extra.is_empty() {
        output += &format!("%!(EXTRA {})", extra.join(", "));
    }
    output
}

/// A number of the format, if there is one.
fn digits(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number = None;
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        let digit = digit.to_digit(10).unwrap_or(0) as usize;
        number = Some((number.unwrap_or(0) * 10 + digit).min(WIDEST));
    }
    number
}

/// A value with its type.
fn described(item: &Item<'_>) -> String {
    match item.is_null() {
        true => "<nil>".to_owned(),
        false => format!("{}={}", item.type_name(), item.spelled()),
    }
}

impl Verb {
    fn shown(&self, kind: char, item: &Item<'_>) -> String {
        let text = match (kind, item.get(), item.text()) {
            ('T', ..) => Some(if item.is_null() { "<nil>" } else { item.type_name() }.to_owned()),
            ('v', Value::String(_), Some(text)) if self.sharp => Some(quoted(&text)),
            ('v' | 's', _, Some(text)) => Some(self.cut(text)),
            ('q', _, Some(text)) => Some(quoted(&self.cut(text))),
            ('x', _, Some(text)) => Some(text.bytes().map(|byte| format!("{byte:02x}")).collect()),
            ('X', _, Some(text)) => Some(text.bytes().map(|byte| format!("{byte:02X}")).collect()),
            ('t' | 'v', Value::Bool(value), _) => Some(value.to_string()),
            (_, Value::Number(number), None) => match number.as_i64().filter(|_| !number.is_f64()) {
                Some(whole) => self.whole(kind, whole),
                None => self.float(kind, number.as_f64().unwrap_or(0.0)),
            },
            ('v', ..) => Some(item.spelled()),
            ('s' | 'd' | 'q', Value::Array(items), _) => {
                let each = items.iter().map(|value| self.shown(kind, &Item::made(value.clone())));
                return format!("[{}]", each.collect::<Vec<_>>().join(" "));
            }
            _ => None,
        };
        match text {
            Some(text) => self.padded(text, matches!(item.get(), Value::Number(_))),
            None => format!("%!{kind}({})", described(item)),
        }
    }

    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(length) => text.chars().take(length).collect(),
            None => text,
        }
    }

    fn whole(&self, kind: char, number: i64) -> Option<String> {
        let size = number.unsigned_abs();
        let digits = match kind {
            'v' | 'd' => size.to_string(),
            'b' => format!("{size:b}"),
            'o' => format!("{}{size:o}", if self.sharp { "0" } else { "" }),
            'x' => format!("{}{size:x}", if self.sharp { "0x" } else { "" }),
            'X' => format!("{}{size:X}", if self.sharp { "0X" } else { "" }),
            'c' => return char::from_u32(u32::try_from(number).ok()?).map(|letter| letter.to_string()),
            'q' => return char::from_u32(u32::try_from(number).ok()?).map(|letter| format!("{letter:?}")),
            'U' => return Some(format!("U+{size:04X}")),
            _ => return None,
        };
        let digits = format!("{digits:0>width$}", width = self.precision.unwrap_or(1));
        Some(self.sign(number < 0).to_owned() + &digits)
    }

    fn float(&self, kind: char, number: f64) -> Option<String> {
        let size = number.abs();
        let digits = match (kind, self.precision) {
            ('v' | 'g', None) => shortest(size),
            ('f' | 'F', precision) => format!("{size:.*}", precision.unwrap_or(6)),
            ('e', precision) => scientific(&format!("{size:.*e}", precision.unwrap_or(6))),
            _ => return None,
        };
        Some(self.sign(number < 0.0).to_owned() + &digits)
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.plus, self.blank) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn padded(&self, text: String, is_number: bool) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        if self.left {
            return text + &" ".repeat(missing);
        }
        if !self.zero {
            return " ".repeat(missing) + &text;
        }
        let sign = text.strip_prefix(['-', '+']).filter(|_| is_number);
        match sign {
            Some(digits) => format!("{}{}{digits}", &text[..1], "0".repeat(missing)),
            None => "0".repeat(missing) + &text,
        }
    }
}

/// Go's `strconv.Quote`.
fn quoted(text: &str) -> String {
    crate::commands::ps::quote(text)
}

/// A number as Go's `%v` prints it: as short as it can be, with an exponent from 21 digits on.
pub(super) fn shortest(number: f64) -> String {
    let size = number.abs();
    match size != 0.0 && !(1e-4..1e21).contains(&size) {
        true => scientific(&format!("{number:e}")),
        false => number.to_string(),
    }
}

/// Rust's `1e5` as Go's `1e+05`.
fn scientific(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}
