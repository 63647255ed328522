//! `strptime` of musl, for `date -D`.

use bstr::BStr;

use super::civil::Civil;
use super::strftime::{MONTHS, WEEKDAYS};

/// Reads `text` by `format` over the parts of `from`; `None` when they do not agree. Text may be left over.
pub fn strptime(text: &BStr, format: &[u8], from: Civil) -> Option<Civil> {
    let mut reader = Reader { text, civil: from, afternoon: None };
    reader.read(format)?;
    if let Some(afternoon) = reader.afternoon {
        reader.civil.hour = reader.civil.hour % 12 + if afternoon { 12 } else { 0 };
    }
    Some(reader.civil)
}

struct Reader<'a> {
    text: &'a [u8],
    civil: Civil,
    afternoon: Option<bool>,
}

impl Reader<'_> {
    fn read(&mut self, mut format: &[u8]) -> Option<()> {
        while let Some((&byte, after)) = format.split_first() {
            format = after;
            match byte {
                b'%' => {
                    let (&letter, after) = format.split_first()?;
                    format = after;
                    self.conversion(letter)?;
                }
                byte if byte.is_ascii_whitespace() => self.blanks(),
                byte => self.text = self.text.strip_prefix(&[byte])?,
            }
        }
        Some(())
    }

    fn conversion(&mut self, letter: u8) -> Option<()> {
        match letter {
            b'a' | b'A' => {
                self.name(&WEEKDAYS)?;
            }
            b'b' | b'B' | b'h' => self.civil.month = self.name(&MONTHS)? + 1,
            b'd' | b'e' => self.civil.day = self.number(2, 1, 31)?,
            b'D' => self.read(b"%m/%d/%y")?,
            b'F' => self.read(b"%Y-%m-%d")?,
            b'H' | b'k' => self.civil.hour = self.number(2, 0, 23)?,
            b'I' | b'l' => self.civil.hour = self.number(2, 1, 12)?,
            b'm' => self.civil.month = self.number(2, 1, 12)?,
            b'M' => self.civil.minute = self.number(2, 0, 59)?,
            b'n' | b't' => self.blanks(),
            b'p' => self.afternoon = Some(self.name(&["AM", "PM"])? == 1),
            b'R' => self.read(b"%H:%M")?,
            b'S' => self.civil.second = self.number(2, 0, 60)?,
            b'T' => self.read(b"%H:%M:%S")?,
            b'y' => {
                let year = self.number(2, 0, 99)?;
                self.civil.year = if year < 69 { 2000 + year } else { 1900 + year };
            }
            b'Y' => self.civil.year = self.number(4, 0, 9999)?,
            b'%' => self.text = self.text.strip_prefix(b"%")?,
            _ => return None,
        }
        Some(())
    }

    fn blanks(&mut self) {
        self.text = self.text.trim_ascii_start();
    }

    fn number(&mut self, most_digits: usize, least: i64, most: i64) -> Option<i64> {
        self.blanks();
        let digits = self.text.iter().take(most_digits).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.text.split_at(digits);
        let value: i64 = std::str::from_utf8(number).ok()?.parse().ok()?;
        self.text = rest;
        (least..=most).contains(&value).then_some(value)
    }

    /// The index of the full or abbreviated name that the text begins with.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let begins = |name: &str| {
            self.text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        };
        let short = |name: &str| begins(name.get(..3).unwrap_or(name));
        let at = names.iter().position(|name| short(name))?;
        let taken = if begins(names[at]) { names[at].len() } else { 3 };
        self.text = &self.text[taken..];
        i64::try_from(at).ok()
    }
}
