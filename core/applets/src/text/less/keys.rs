//! What keys do.

use kernel::{Exit, Process};

use super::{Less, Prompt};
use crate::text::keyboard::special;

const UP: &[u8] = b"ky";
const DOWN: &[u8] = b"je\n\r";
const PAGE_UP: &[u8] = b"bw";
const PAGE_DOWN: &[u8] = b" zf";

/// The byte that a key is, or 0.
fn byte(key: u32) -> u8 {
    u8::try_from(key).unwrap_or(0)
}

impl Less {
    pub(super) async fn pressed(&mut self, p: &mut Process, key: u32) -> Result<(), Exit> {
        let letter = byte(key);
        if letter.is_ascii_digit() {
            return self.counted(p, key).await;
        }
        if let Some(row) = self.target(key) {
            return self.go(p, row).await;
        }
        match letter {
            b'q' | b'Q' => Err(self.leave(p).await),
            b'r' | b'R' => {
                self.measure(p);
                self.draw(p).await
            }
            b'=' => self.tell(p, self.details()).await,
            b'E' => self.examine(p).await,
            b's' => self.save(p).await,
            b':' => self.colon(p).await,
            b'-' => self.toggle(p).await,
            b'm' => self.mark(p).await,
            b'\'' => self.go_to_mark(p).await,
            b'/' | b'?' => self.ask_search(p, letter).await,
            b'n' => self.search_on(p, 1).await,
            b'N' => self.search_on(p, -1).await,
            b'{' => self.closing(p, b'{', b'}').await,
            b'(' => self.closing(p, b'(', b')').await,
            b'[' => self.closing(p, b'[', b']').await,
            b'}' => self.opening(p, b'{', b'}').await,
            b')' => self.opening(p, b'(', b')').await,
            b']' => self.opening(p, b'[', b']').await,
            _ => Ok(()),
        }
    }

    /// The row that a key puts on top.
    fn target(&self, key: u32) -> Option<usize> {
        let back = |rows: usize| Some(self.top.saturating_sub(rows));
        match (key, byte(key)) {
            (special::UP, _) => back(1),
            (special::DOWN, _) => Some(self.top + 1),
            (special::PAGE_UP, _) => back(self.height),
            (special::PAGE_DOWN, _) => Some(self.top + self.height),
            (special::HOME, _) | (_, b'g' | b'<' | b'p' | b'%') => Some(0),
            (special::END, _) | (_, b'G' | b'>') => Some(usize::MAX),
            (_, b'd') => Some(self.top + self.height / 2),
            (_, b'u') => back(self.height / 2),
            (_, letter) if UP.contains(&letter) => back(1),
            (_, letter) if DOWN.contains(&letter) => Some(self.top + 1),
            (_, letter) if PAGE_UP.contains(&letter) => back(self.height),
            (_, letter) if PAGE_DOWN.contains(&letter) => Some(self.top + self.height),
            _ => None,
        }
    }

    /// A number, and what it is for.
    async fn counted(&mut self, p: &mut Process, first: u32) -> Result<(), Exit> {
        let (number, key) = self.number(p, first).await?;
        let Some(number) = number else { return self.draw(p).await };
        match (key, byte(key)) {
            (special::DOWN, _) | (_, b'z' | b'd' | b'e' | b' ' | b'\n' | b'\r') => {
                self.go(p, self.top + number).await
            }
            (special::UP, _) | (_, b'b' | b'w' | b'y' | b'u') => {
                self.go(p, self.top.saturating_sub(number)).await
            }
            (_, b'g' | b'<' | b'G' | b'>') => self.go(p, number - 1).await,
            (_, b'p' | b'%') => {
                self.read(p, usize::MAX).await?;
                self.go(p, number * self.rows.len().saturating_sub(1) / 100).await
            }
            (_, b'n') => self.search_on(p, isize::try_from(number).unwrap_or(isize::MAX)).await,
            (_, letter @ (b'/' | b'?')) => self.ask_search(p, letter).await,
            _ => Ok(()),
        }
    }

    async fn colon(&mut self, p: &mut Process) -> Result<(), Exit> {
        let key = self.ask_key(p, " :").await?;
        match byte(key) {
            b'd' => self.drop_file(p).await,
            b'e' => self.examine(p).await,
            b'f' => self.tell(p, self.details()).await,
            b'n' => self.next_file(p).await,
            b'p' => self.earlier_file(p, self.at.checked_sub(1)).await,
            b'q' => Err(self.leave(p).await),
            b'x' => self.earlier_file(p, Some(0)).await,
            _ => Ok(()),
        }
    }

    /// Options that can be changed.
    async fn toggle(&mut self, p: &mut Process) -> Result<(), Exit> {
        let key = self.ask_key(p, "-").await?;
        match byte(key) {
            b'M' | b'm' => {
                let is_short = self.prompt == Prompt::Short;
                self.prompt = if is_short { Prompt::Long } else { Prompt::Short };
            }
            b'E' => self.quits_at_end = !self.quits_at_end,
            b'N' => {
                self.numbers = !self.numbers;
                self.wrap_again();
                self.draw(p).await?;
            }
            b'S' => {
                self.truncate = !self.truncate;
                self.wrap_again();
                self.draw(p).await?;
            }
            _ => {}
        }
        self.draw(p).await
    }

    async fn mark(&mut self, p: &mut Process) -> Result<(), Exit> {
        let key = self.ask_key(p, "Mark: ").await?;
        if byte(key).is_ascii_alphabetic() {
            self.marks.insert(key, self.top);
        } else {
            self.tell(p, "Invalid mark letter").await?;
        }
        self.draw(p).await
    }

    async fn go_to_mark(&mut self, p: &mut Process) -> Result<(), Exit> {
        let key = self.ask_key(p, "Go to mark: ").await?;
        self.write(p, self.bottom()).await?;
        if !byte(key).is_ascii_alphabetic() {
            self.tell(p, "Invalid mark letter").await?;
        } else if let Some(row) = self.marks.get(&key).copied() {
            self.go(p, row).await?;
        }
        self.draw(p).await
    }
}
