//! Commands that change the text, and those that ask for more keys.

use kernel::Process;

use super::registers::{Kind, LINE};
use super::undo::Note;
use super::words::Way;
use super::{Editor, Mode, Stop};

impl Editor {
    /// Changes the text without asking for more; false for other keys.
    pub(super) fn edits(&mut self, key: u8) -> bool {
        match key {
            b'i' => self.begin_insert(),
            b'a' | b'A' | b'I' => {
                match key {
                    b'a' => self.right(),
                    b'A' => self.dot = self.text.end_line(self.dot),
                    _ => self.go_to_text(),
                }
                self.begin_insert();
            }
            b'o' | b'O' => self.open_line(key == b'O'),
            b'R' => {
                self.mode = Mode::Replace;
                self.undo.commit();
            }
            b'C' | b'D' => {
                let end = self.text.dollar(self.dot);
                self.dot = self.yank_delete(self.dot, end, Kind::Part, true);
                if key == b'C' {
                    self.begin_insert();
                } else {
                    self.end_command();
                }
            }
            b'x' | b'X' | b's' => self.characters(key),
            b'J' => self.join(),
            b'~' => self.turn_case(),
            b'p' | b'P' => self.put_register(key == b'P'),
            b'u' => self.undo_last(),
            b'U' => self.undo_line(),
            b'.' => self.keys.again(self.count),
            _ => return false,
        }
        true
    }

    fn open_line(&mut self, above: bool) {
        let line = self.text.begin_line(self.dot);
        let indent = if self.settings.auto_indent { self.indent_like(line) } else { Vec::new() };
        if above {
            self.put(line, &[&indent[..], b"\n"].concat(), Note::Alone);
            self.dot = line + indent.len();
        } else {
            let end = self.text.end_line(self.dot);
            self.put(end, &[b"\n", &indent[..]].concat(), Note::Alone);
            self.dot = end + 1 + indent.len();
        }
        if !indent.is_empty() {
            self.indented = Some(self.text.begin_line(self.dot));
        }
        self.begin_insert();
    }

    /// `x`, `X` and `s`: one character after the other.
    fn characters(&mut self, key: u8) {
        let mut note = Note::Alone;
        loop {
            let here = match key {
                b'X' => self.text.beside(self.dot, Way::Back),
                _ => self.text.at(self.dot),
            };
            if here != b'\n' && !(key == b'X' && self.dot == 0) {
                self.dot -= usize::from(key == b'X');
                self.yank(self.dot, self.dot, self.registers.named, Kind::Part);
                self.dot = self.delete(self.dot, self.dot, note);
                note = Note::Chained;
            }
            if !self.more() {
                break;
            }
        }
        self.end_command();
        if key == b's' {
            self.begin_insert();
        }
    }

    fn join(&mut self) {
        loop {
            self.dot = self.text.end_line(self.dot);
            if self.dot < self.text.last() {
                self.delete(self.dot, self.dot, Note::Alone);
                self.put(self.dot, b" ", Note::Chained);
                self.dot += 1;
                let blanks = self.text.indent(self.dot);
                for _ in 0..blanks {
                    self.delete(self.dot, self.dot, Note::Chained);
                }
            }
            if !self.more() {
                break;
            }
        }
        self.end_command();
    }

    fn turn_case(&mut self) {
        let mut note = Note::Alone;
        loop {
            let here = self.text.at(self.dot);
            if here.is_ascii_alphabetic() {
                self.delete(self.dot, self.dot, note);
                self.put(self.dot, &[here ^ 0x20], Note::Chained);
                note = Note::Chained;
            }
            self.right();
            if !self.more() {
                break;
            }
        }
        self.end_command();
    }

    fn put_register(&mut self, before: bool) {
        let Some((text, kind)) = self.registers.text(self.registers.named).cloned() else {
            let name = self.registers.name();
            self.warn(format!("Nothing in register {name}"));
            return;
        };
        let mut forth = 0;
        if kind == Kind::Lines {
            self.dot = if before {
                self.text.begin_line(self.dot)
            } else if self.text.end_line(self.dot) == self.text.last() {
                self.text.end()
            } else {
                self.text.next_line(self.dot)
            };
        } else {
            if !before {
                self.right();
            }
            if !text.contains(&b'\n') {
                forth = (self.count.max(1) * text.len()).saturating_sub(1);
            }
        }
        let mut note = Note::Alone;
        loop {
            self.put(self.dot, &text, note);
            note = Note::Chained;
            if !self.more() {
                break;
            }
        }
        self.dot = self.text.skip_blanks(self.dot + forth);
        self.end_command();
    }

    /// `U`: the line as it was when it was come to.
    fn undo_line(&mut self) {
        let Some((text, _)) = self.registers.text(LINE).cloned() else { return };
        let from = self.text.begin_line(self.dot);
        let to = self.text.end_line(self.dot);
        self.delete(from, to, Note::Alone);
        self.put(from, &text, Note::Chained);
        self.dot = self.text.skip_blanks(from);
    }

    /// Commands that take more keys.
    pub(super) async fn asks(&mut self, p: &mut Process, key: u8, from: &mut usize) -> Result<(), Stop> {
        match key {
            b'c' | b'd' | b'y' | b'Y' => self.operate(p, key).await?,
            b'<' | b'>' => self.shift(p, key).await?,
            b'f' | b'F' | b't' | b'T' => {
                let wanted = self.key(p).await?;
                self.search.character = u8::try_from(wanted).ok().map(|wanted| (wanted, key));
                self.go_to_character(key);
            }
            b'/' | b'?' => {
                if self.ask_search(p, key).await? {
                    self.search_again(false);
                }
            }
            b':' => {
                let line = self.ask(p, b":").await?;
                self.colon(p, &line).await?;
            }
            b'"' | b'\'' | b'm' => {
                let letter = self.key(p).await?.to_le_bytes()[0] | 0x20;
                match key {
                    b'\'' if self.go_to_mark(letter) => *from = self.dot,
                    b'\'' => {}
                    _ if !letter.is_ascii_lowercase() => self.mistake(),
                    b'm' => self.registers.set_mark(letter, self.dot),
                    _ => self.registers.named = usize::from(letter - b'a'),
                }
            }
            b'r' => self.replace_characters(p).await?,
            b'Z' => {
                if self.key(p).await? == u32::from(b'Z') {
                    self.save_and_leave(p).await?;
                } else {
                    self.mistake();
                }
            }
            b'z' => {
                let up = match self.key(p).await? {
                    46 => (self.screen.rows - 2) / 2,
                    45 => self.screen.rows - 2,
                    _ => 0,
                };
                self.screen.top = self.text.begin_line(self.dot);
                self.scroll(up, Way::Back);
            }
            b'g' => {
                let more = self.key(p).await?.to_le_bytes()[0];
                if more == b'g' {
                    self.go_to_line_number(self.count.max(1));
                } else {
                    self.lacks(&[b'g', more]);
                    self.failed = true;
                }
            }
            _ => {
                self.lacks(&[key]);
                self.end_command();
            }
        }
        Ok(())
    }

    /// Says that there is no such command.
    pub(super) fn lacks(&mut self, command: &[u8]) {
        self.warn(bytes!("'{}' is not implemented", command));
    }

    async fn replace_characters(&mut self, p: &mut Process) -> Result<(), Stop> {
        let character = self.key(p).await?;
        let Some(character) = u8::try_from(character).ok().filter(|byte| *byte != 27) else {
            self.end_command();
            return Ok(());
        };
        if self.text.end_line(self.dot) - self.dot < self.count.max(1) {
            self.mistake();
            self.end_command();
            return Ok(());
        }
        let mut note = Note::Alone;
        loop {
            self.dot = self.delete(self.dot, self.dot, note);
            note = Note::Chained;
            self.dot = self.insert(p, self.dot, character, note).await?;
            if !self.more() {
                break;
            }
        }
        self.left();
        self.end_command();
        Ok(())
    }
}
