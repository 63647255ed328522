//! The commands that are single keys.

use kernel::Process;

use super::registers::{Kind, LINE, UNNAMED};
use super::undo::Note;
use super::words::Way;
use super::{Editor, Mode, Stop};
use crate::text::keyboard::special;

/// Commands that `.` repeats.
const CHANGES: &[u8] = b"aAcCdDiIJoOpPrRsxX<>~";
/// Commands after which one can go back with `''`.
const FAR: &[u8] = b":%{}'GHLMz/?Nn";

impl Editor {
    /// One key, and what it takes with it.
    pub(super) async fn key_pressed(&mut self, p: &mut Process, key: u32) -> Result<(), Stop> {
        let byte = u8::try_from(key).unwrap_or(0);
        let line = self.text.begin_line(self.dot);
        if self.undo_line != Some(line) {
            self.undo_line = Some(line);
            self.yank(line, self.text.end_line(self.dot), LINE, Kind::Part);
        }
        let fresh = !self.keys.is_recording() && !self.keys.is_replaying();
        if fresh && self.mode == Mode::Command && CHANGES.contains(&byte) {
            self.keys.record(byte, self.count);
        }
        self.command(p, key).await
    }

    /// Does what a key asks for.
    pub(super) async fn command(&mut self, p: &mut Process, key: u32) -> Result<(), Stop> {
        self.screen.keep_wanted = false;
        self.failed = false;
        self.show_status();
        self.message_read(p).await?;
        let mut from = self.dot;
        match (self.mode, u8::try_from(key)) {
            (Mode::Insert, Ok(byte)) => self.dot = self.insert(p, self.dot, byte, Note::Typed).await?,
            (Mode::Replace, Ok(byte)) => self.type_over(p, byte).await?,
            (Mode::Insert, Err(_)) if key == special::INSERT => self.mode = Mode::Replace,
            (Mode::Replace, Err(_)) if key == special::INSERT => self.mode = Mode::Insert,
            (_, Err(_)) => self.special_key(key),
            (Mode::Command, Ok(byte)) => {
                let done =
                    self.simple(byte) || self.words_and_lines(byte) || self.far(byte) || self.edits(byte);
                if !done {
                    self.asks(p, byte, &mut from).await?;
                }
            }
        }
        self.after_command(key, from);
        Ok(())
    }

    /// Keeps everything in bounds.
    fn after_command(&mut self, key: u32, from: usize) {
        if self.text.bytes.is_empty() {
            self.put(0, b"\n", Note::None);
            self.dot = 0;
        }
        if self.dot > self.text.end() {
            self.dot = self.text.last();
            self.mistake();
        }
        if self.dot != from && u8::try_from(key).is_ok_and(|key| FAR.contains(&key)) {
            self.registers.went_far(self.dot);
        }
        if !(0x30..0x3a).contains(&key) {
            self.count = 0;
        }
        let column = self.dot - self.text.begin_line(self.dot);
        if self.mode == Mode::Command && self.text.at(self.dot) == b'\n' && column > 0 {
            self.dot -= 1;
        }
    }

    /// A command that `.` may repeat is complete.
    pub(super) fn end_command(&mut self) {
        self.registers.named = UNNAMED;
        self.keys.stop_recording();
    }

    fn special_key(&mut self, key: u32) {
        match key {
            special::UP => self.vertical(Way::Back),
            special::DOWN => self.vertical(Way::Forth),
            special::LEFT => self.sideways(Way::Back),
            special::RIGHT => self.sideways(Way::Forth),
            special::HOME => self.dot = self.text.begin_line(self.dot),
            special::END => self.go_to_line_end(),
            special::PAGE_UP => self.scroll(self.screen.rows.saturating_sub(2), Way::Back),
            special::PAGE_DOWN => self.scroll(self.screen.rows.saturating_sub(2), Way::Forth),
            special::DELETE => {
                if self.dot < self.text.last() {
                    self.dot = self.yank_delete(self.dot, self.dot, Kind::Part, true);
                }
            }
            _ => self.begin_insert(),
        }
    }

    fn sideways(&mut self, way: Way) {
        loop {
            match way {
                Way::Back => self.left(),
                Way::Forth => self.right(),
            }
            if !self.more() {
                return;
            }
        }
    }

    fn go_to_line_end(&mut self) {
        loop {
            self.dot = self.text.end_line(self.dot);
            if !self.more() {
                break;
            }
            self.dot = self.text.next_line(self.dot);
        }
        self.screen.wanted = usize::MAX;
        self.screen.keep_wanted = true;
    }

    pub(super) fn begin_insert(&mut self) {
        self.mode = Mode::Insert;
        self.undo.commit();
    }

    /// Digits, characters and control keys; false for other keys.
    fn simple(&mut self, key: u8) -> bool {
        let screen = self.screen.rows.saturating_sub(2);
        let half = screen / 2;
        match key {
            0 => {}
            b'0' if self.count == 0 => self.dot = self.text.begin_line(self.dot),
            b'0'..=b'9' => {
                self.count = self.count.saturating_mul(10).saturating_add(usize::from(key - b'0'));
            }
            2 => self.scroll(screen, Way::Back),
            4 => self.scroll(half, Way::Forth),
            5 => self.scroll(1, Way::Forth),
            6 => self.scroll(screen, Way::Forth),
            7 => self.status.forget(),
            b'h' | 8 | 0x7f => self.sideways(Way::Back),
            b'l' | b' ' => self.sideways(Way::Forth),
            b'j' | b'\n' => self.vertical(Way::Forth),
            b'k' => self.vertical(Way::Back),
            b'+' | b'\r' | b'-' => {
                if self.lines(if key == b'-' { Way::Back } else { Way::Forth }) {
                    self.go_to_text();
                }
            }
            12 | 18 => self.redraw(true),
            21 => self.scroll(half, Way::Back),
            25 => self.scroll(1, Way::Back),
            27 => {
                if self.mode == Mode::Command {
                    self.mistake();
                }
                self.undo.commit();
                self.end_command();
                self.status.forget();
            }
            _ => return false,
        }
        true
    }

    /// Moves by words and within lines; false for other keys.
    fn words_and_lines(&mut self, key: u8) -> bool {
        match key {
            b'$' => self.go_to_line_end(),
            b'^' => self.go_to_text(),
            b'|' => {
                self.dot = self.text.at_column(self.dot, self.count.max(1) - 1, self.settings.tab);
                self.screen.wanted = self.count.max(1) - 1;
                self.screen.keep_wanted = true;
            }
            b'w' | b'W' | b'b' | b'B' | b'e' | b'E' => loop {
                let edge = match key {
                    b'b' => self.dot == 0,
                    b'e' => self.dot >= self.text.last(),
                    _ => false,
                };
                if edge {
                    break;
                }
                self.dot = match key {
                    b'w' => self.text.next_word(self.dot),
                    b'W' => self.text.next_big_word(self.dot),
                    b'b' => self.text.word_edge(self.dot, Way::Back),
                    b'e' => self.text.word_edge(self.dot, Way::Forth),
                    b'B' => self.text.big_word_edge(self.dot, Way::Back),
                    _ => self.text.big_word_edge(self.dot, Way::Forth),
                };
                if !self.more() {
                    break;
                }
            },
            b';' | b',' => {
                if let Some((_, command)) = self.search.character {
                    self.go_to_character(if key == b';' { command } else { command ^ 0x20 });
                }
            }
            b'%' => self.go_to_pair(),
            _ => return false,
        }
        true
    }

    /// `%`: to the bracket that belongs to the next one in the line.
    fn go_to_pair(&mut self) {
        let end = self.text.end_line(self.dot);
        let bracket = (self.dot..=end).find(|at| b"()[]{}".contains(&self.text.at(*at)));
        match bracket.and_then(|at| self.pair(at)) {
            Some(at) => self.dot = at,
            None => self.mistake(),
        }
    }

    /// Moves about the screen and the text; false for other keys.
    fn far(&mut self, key: u8) -> bool {
        match key {
            b'G' => self.go_to_line_number(self.count),
            b'H' | b'L' | b'M' => {
                let lines = self.screen.lines();
                self.dot = self.screen.top;
                let down = match key {
                    b'H' => self.count.min(lines).saturating_sub(1),
                    b'M' => (lines - 1) / 2,
                    _ => {
                        self.dot = self.text.begin_line(self.end_of_screen());
                        0
                    }
                };
                for _ in 0..down {
                    self.dot = self.text.next_line(self.dot);
                }
                if key == b'L' {
                    for _ in 1..self.count.min(lines) {
                        self.dot = self.text.prev_line(self.dot);
                    }
                }
                self.go_to_text();
            }
            b'{' => self.paragraph(Way::Back),
            b'}' => self.paragraph(Way::Forth),
            b'n' => self.search_again(false),
            b'N' => self.search_again(true),
            _ => return false,
        }
        true
    }

    /// `G`, `gg`: a line by its number, or the last one.
    pub(super) fn go_to_line_number(&mut self, number: usize) {
        self.dot = if number == 0 { self.text.last() } else { self.text.line(number) };
        self.go_to_text();
    }
}
