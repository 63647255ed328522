//! The lines that a command is for: `%`, `1,5`, `.,+3`, `'a;$`, `/text/`.

use super::super::Editor;
use super::super::text::is_space;

/// The last two that were given.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Addresses {
    pub(super) first: Option<usize>,
    pub(super) last: Option<usize>,
}

/// One address, while it is read.
struct Address {
    line: i64,
    given: bool,
    /// A sign that no number came after yet.
    sign: i64,
}

impl Editor {
    /// Reads addresses; what comes after them. Nothing when one is wrong, which has been said.
    pub(super) fn addresses(&mut self, text: &[u8]) -> Option<(Addresses, Vec<u8>)> {
        let dot = self.dot;
        let found = self.address_list(text);
        self.dot = dot;
        found
    }

    fn address_list(&mut self, mut text: &[u8]) -> Option<(Addresses, Vec<u8>)> {
        let mut found = Addresses::default();
        let mut separator = false;
        loop {
            match text.first() {
                Some(b' ' | b'\t') => text = &text[1..],
                Some(b'%') if !separator => {
                    found =
                        Addresses { first: Some(1), last: Some(self.text.count_lines(0, self.text.last())) };
                    text = &text[1..];
                    separator = true;
                }
                next if !separator => {
                    let (address, rest) = self.address(text)?;
                    let stands =
                        address.given || matches!(rest.first(), Some(b',' | b';')) || found.last.is_some();
                    let _ = next;
                    if !stands {
                        return Some((found, rest.to_vec()));
                    }
                    let line = usize::try_from(address.line).ok();
                    if line.is_none() {
                        self.warn("Invalid range");
                        return None;
                    }
                    found = Addresses { first: found.last, last: line };
                    text = rest;
                    separator = true;
                }
                Some(b',' | b';') => {
                    if text[0] == b';' {
                        self.dot = self.text.line(found.last.unwrap_or(1));
                    }
                    text = &text[1..];
                    separator = false;
                }
                _ => return Some((found, text.to_vec())),
            }
        }
    }

    fn address<'t>(&mut self, mut text: &'t [u8]) -> Option<(Address, &'t [u8])> {
        let here = i64::try_from(self.text.count_lines(0, self.dot)).unwrap_or(i64::MAX);
        let mut address = Address { line: here, given: false, sign: 0 };
        loop {
            match text.first() {
                Some(byte) if is_space(*byte) && *byte != b'\n' => {
                    if address.given {
                        address.line += core::mem::take(&mut address.sign);
                    }
                    text = &text[1..];
                }
                Some(b'.') if !address.given => {
                    address.given = true;
                    text = &text[1..];
                }
                Some(b'$') if !address.given => {
                    self.stands_at(&mut address, self.text.last());
                    text = &text[1..];
                }
                Some(b'\'') if !address.given => {
                    let letter = text.get(1).copied().unwrap_or(0).to_ascii_lowercase();
                    let mark = letter.is_ascii_lowercase().then(|| self.registers.mark(letter)).flatten();
                    let Some(mark) = mark else {
                        self.warn("Mark not set");
                        return None;
                    };
                    self.stands_at(&mut address, mark);
                    text = text.get(2..).unwrap_or_default();
                }
                Some(b'/' | b'?') if !address.given => {
                    let (place, rest) = self.searched(text)?;
                    self.stands_at(&mut address, place);
                    text = rest;
                }
                Some(b'0'..=b'9') => text = address.number(text),
                Some(sign @ (b'+' | b'-')) => {
                    if address.given {
                        address.line += address.sign;
                    }
                    address.given = true;
                    address.sign = if *sign == b'-' { -1 } else { 1 };
                    text = &text[1..];
                }
                _ => {
                    address.line += address.sign;
                    return Some((address, text));
                }
            }
        }
    }

    fn stands_at(&self, address: &mut Address, place: usize) {
        address.line = i64::try_from(self.text.count_lines(0, place)).unwrap_or(i64::MAX);
        address.given = true;
    }

    /// `/TEXT/`: where the next line is that has it.
    fn searched<'t>(&mut self, text: &'t [u8]) -> Option<(usize, &'t [u8])> {
        let delimiter = text[0];
        let length = text[1..].iter().position(|byte| *byte == delimiter).unwrap_or(text.len() - 1);
        if length > 0 {
            self.search.last = text[..=length].to_vec();
        }
        let rest = text.get(length + 2..).unwrap_or_default();
        let Some(wanted) = self.search.last.get(1..).filter(|wanted| !wanted.is_empty()) else {
            self.warn("No previous search");
            return None;
        };
        let wanted = wanted.to_vec();
        let last = self.text.last();
        let place = if delimiter == b'/' {
            let from = self.text.next_line(self.dot);
            self.find_forth(&wanted, from, last).or_else(|| self.find_forth(&wanted, 0, last))
        } else {
            let from = self.text.begin_line(self.dot);
            self.find_back(&wanted, from, 0).or_else(|| self.find_back(&wanted, last, 0))
        };
        if place.is_none() {
            self.warn("Pattern not found");
        }
        Some((place?, rest))
    }
}

impl Address {
    fn number<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = text[..digits]
            .iter()
            .fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
        if self.given {
            self.line = self.line.saturating_add(if self.sign >= 0 { number } else { -number });
        } else {
            self.line = number;
            self.given = true;
        }
        self.sign = 0;
        &text[digits..]
    }
}
