//! Looking for text, characters and brackets.

use kernel::Process;

use super::words::Way;
use super::{Editor, Stop};

/// What was looked for.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// `/TEXT` or `?TEXT`.
    pub(super) last: Vec<u8>,
    /// The character of `f`, `F`, `t`, `T`, and which of them it was.
    pub(super) character: Option<(u8, u8)>,
}

impl Editor {
    fn is_at(&self, place: usize, wanted: &[u8]) -> bool {
        let here = self.text.bytes.get(place..place + wanted.len()).unwrap_or_default();
        if self.settings.ignore_case { here.eq_ignore_ascii_case(wanted) } else { here == wanted }
    }

    /// The text in `from..to`, the first that begins there.
    pub(super) fn find_forth(&self, wanted: &[u8], from: usize, to: usize) -> Option<usize> {
        (from..to).find(|place| self.is_at(*place, wanted))
    }

    /// The text that ends before `from`, not before `to`.
    pub(super) fn find_back(&self, wanted: &[u8], from: usize, to: usize) -> Option<usize> {
        let from = from.checked_sub(wanted.len())?;
        (to..=from).rev().find(|place| self.is_at(*place, wanted))
    }

    /// `/` and `?`: asks for the text.
    pub(super) async fn ask_search(&mut self, p: &mut Process, key: u8) -> Result<bool, Stop> {
        let line = self.ask(p, &[key]).await?;
        match line.len() {
            0 => return Ok(false),
            1 => {
                if let Some(first) = self.search.last.first_mut() {
                    *first = key;
                }
            }
            _ => self.search.last = line,
        }
        Ok(true)
    }

    /// Goes to the next place of what was looked for last.
    pub(super) fn search_again(&mut self, opposite: bool) {
        let Some((first, wanted)) = self.search.last.split_first().filter(|(_, text)| !text.is_empty())
        else {
            self.warn("No previous search");
            return;
        };
        let (wanted, mut way) = (wanted.to_vec(), if *first == b'/' { Way::Forth } else { Way::Back });
        if opposite {
            way = if way == Way::Forth { Way::Back } else { Way::Forth };
        }
        loop {
            let found = match way {
                Way::Forth => self.find_forth(&wanted, self.dot + 1, self.text.last()),
                Way::Back => self.find_back(&wanted, self.dot, 0),
            };
            let found = found.or_else(|| {
                let (around, message) = match way {
                    Way::Forth => (
                        self.find_forth(&wanted, 0, self.text.last()),
                        "search hit BOTTOM, continuing at TOP",
                    ),
                    Way::Back => {
                        (self.find_back(&wanted, self.text.last(), 0), "search hit TOP, continuing at BOTTOM")
                    }
                };
                self.warn(if around.is_some() { message } else { "Pattern not found" });
                around
            });
            if let Some(found) = found {
                self.dot = found;
            }
            if !self.more() {
                return;
            }
        }
    }

    /// `f`, `F`, `t`, `T`, `;` and `,`
    pub(super) fn go_to_character(&mut self, command: u8) {
        let Some((character, _)) = self.search.character else { return };
        let way = if command.is_ascii_lowercase() { Way::Forth } else { Way::Back };
        let mut place = self.dot;
        loop {
            loop {
                let edge = match way {
                    Way::Forth => place + 1 >= self.text.end(),
                    Way::Back => place == 0,
                };
                place = self.text.step(place, way);
                if edge || self.text.at(place) == b'\n' {
                    self.mistake();
                    return;
                }
                if self.text.at(place) == character {
                    break;
                }
            }
            if !self.more() {
                break;
            }
        }
        self.dot = place;
        match command {
            b't' => self.left(),
            b'T' => self.right(),
            _ => {}
        }
    }

    /// The bracket that belongs to the one at a place.
    pub(super) fn pair(&self, place: usize) -> Option<usize> {
        const PAIRS: &[u8] = b"()[]{}";
        let here = self.text.at(place);
        let index = PAIRS.iter().position(|byte| *byte == here)?;
        let (way, other) = match index % 2 {
            0 => (Way::Forth, PAIRS[index + 1]),
            _ => (Way::Back, PAIRS[index - 1]),
        };
        let mut depth = 1;
        let mut at = place;
        loop {
            let edge = match way {
                Way::Forth => at + 1 >= self.text.end(),
                Way::Back => at == 0,
            };
            if edge {
                return None;
            }
            at = self.text.step(at, way);
            if self.text.at(at) == here {
                depth += 1;
            } else if self.text.at(at) == other {
                depth -= 1;
            }
            if depth == 0 {
                return Some(at);
            }
        }
    }
}
