//! Moving about.

use super::Editor;
use super::words::Way;

impl Editor {
    /// Whether a counted command has to be done once more.
    pub(super) fn more(&mut self) -> bool {
        self.count = self.count.saturating_sub(1);
        self.count > 0
    }

    pub(super) fn left(&mut self) {
        if self.dot > 0 && self.text.at(self.dot - 1) != b'\n' {
            self.dot -= 1;
        }
    }

    pub(super) fn right(&mut self) {
        if self.dot < self.text.last() && self.text.at(self.dot) != b'\n' {
            self.dot += 1;
        }
    }

    /// To the first character of the line that is no blank.
    pub(super) fn go_to_text(&mut self) {
        self.dot = self.text.skip_blanks(self.text.begin_line(self.dot));
    }

    /// `j`, `k`, `+`, `-`: lines down or up; beyond the text is a mistake that moves nothing.
    pub(super) fn lines(&mut self, way: Way) -> bool {
        let mut place = self.dot;
        loop {
            let next = match way {
                Way::Forth => self.text.next_line(place),
                Way::Back => self.text.prev_line(place),
            };
            let stays = match way {
                Way::Forth => self.text.end_line(place),
                Way::Back => self.text.begin_line(place),
            };
            if next == stays {
                self.mistake();
                return false;
            }
            place = next;
            if !self.more() {
                self.dot = place;
                return true;
            }
        }
    }

    /// Up or down, in the column where one was.
    pub(super) fn vertical(&mut self, way: Way) {
        if self.lines(way) {
            self.dot = self.text.at_column(self.dot, self.screen.wanted, self.settings.tab);
            self.screen.keep_wanted = true;
        }
    }

    /// Moves the screen by lines; the dot stays on it.
    pub(super) fn scroll(&mut self, lines: usize, way: Way) {
        for _ in 0..lines {
            self.screen.top = match way {
                Way::Forth => self.text.next_line(self.screen.top),
                Way::Back => self.text.prev_line(self.screen.top),
            };
        }
        self.dot = self.dot.max(self.screen.top);
        let end = self.end_of_screen();
        if self.dot > end {
            self.dot = self.text.begin_line(end);
        }
        self.dot = self.text.skip_blanks(self.dot);
    }

    /// `{` and `}`: to the next empty line.
    pub(super) fn paragraph(&mut self, way: Way) {
        loop {
            let mut skip = true;
            loop {
                let edge = match way {
                    Way::Forth => self.dot >= self.text.last(),
                    Way::Back => self.dot == 0,
                };
                if edge {
                    self.end_command();
                    return;
                }
                let empty = self.text.at(self.dot) == b'\n' && self.text.beside(self.dot, way) == b'\n';
                if empty && !skip {
                    self.dot += usize::from(way == Way::Forth);
                    break;
                }
                skip &= empty;
                self.dot = self.text.step(self.dot, way);
            }
            if !self.more() {
                return;
            }
        }
    }

    /// Goes to a mark, or back to where one was before going far; whether the latter.
    pub(super) fn go_to_mark(&mut self, letter: u8) -> bool {
        let letter = letter | 0x20;
        let place = match letter {
            b'\'' => Some(self.registers.swap_context(self.text.last()).unwrap_or(self.dot)),
            b'a'..=b'z' => self.registers.mark(letter).filter(|mark| *mark < self.text.end()),
            _ => None,
        };
        match place {
            Some(place) => {
                self.dot = place;
                self.go_to_text();
            }
            None => self.mistake(),
        }
        letter == b'\''
    }
}
