//! The screen: what is on it, and what has to be written so that it shows the text.

use super::Editor;
use super::text::{after, tab_stop};

/// What the terminal shows, as far as we know.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) rows: usize,
    pub(super) columns: usize,
    cells: Vec<u8>,
    /// The cursor, counted from 0.
    pub(super) cursor: (usize, usize),
    /// The first line shown.
    pub(super) top: usize,
    /// The first column shown.
    pub(super) offset: usize,
    old_offset: usize,
    /// The column that moves between lines try to keep.
    pub(super) wanted: usize,
    /// The last command set it itself.
    pub(super) keep_wanted: bool,
}

/// More is not shown.
const MOST: usize = 4096;

impl Screen {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        let mut screen = Self {
            rows,
            columns,
            cells: Vec::new(),
            cursor: (0, 0),
            top: 0,
            offset: 0,
            old_offset: 0,
            wanted: 0,
            keep_wanted: false,
        };
        screen.resize(columns, rows);
        screen
    }

    /// Takes another size.
    pub(super) fn resize(&mut self, columns: usize, rows: usize) {
        (self.columns, self.rows) = (columns.clamp(1, MOST), rows.clamp(2, MOST));
        self.erase();
    }

    fn erase(&mut self) {
        self.cells.clear();
        self.cells.resize(self.rows * self.columns, b' ');
    }

    /// How many lines of text there is room for.
    pub(super) fn lines(&self) -> usize {
        self.rows - 1
    }
}

impl Editor {
    pub(super) fn place_cursor(&mut self, row: usize, column: usize) {
        let (row, column) = (row.min(self.screen.rows - 1), column.min(self.screen.columns - 1));
        self.write(format!("\x1b[{};{}H", row + 1, column + 1));
    }

    pub(super) fn clear_bottom(&mut self) {
        self.place_cursor(self.screen.rows - 1, 0);
        self.write("\x1b[K");
    }

    /// The end of the last line on the screen.
    pub(super) fn end_of_screen(&self) -> usize {
        let mut place = self.screen.top;
        for _ in 0..self.screen.rows - 2 {
            place = self.text.next_line(place);
        }
        self.text.end_line(place)
    }

    /// Clears the terminal and shows everything; in full with the blanks.
    pub(super) fn redraw(&mut self, full: bool) {
        self.write("\x1b[H\x1b[J");
        self.screen.erase();
        self.status.forget();
        self.refresh(full);
        self.show_status();
    }

    /// Writes what has changed on the screen, and puts the cursor to the dot.
    pub(super) fn refresh(&mut self, full: bool) {
        self.follow_dot();
        let moved = self.screen.offset != self.screen.old_offset;
        let columns = self.screen.columns;
        let mut place = self.screen.top;
        for row in 0..self.screen.lines() {
            let line = self.formatted(place);
            if place < self.text.end() {
                place = self.text.end_line(place) + 1;
            }
            let shown = &self.screen.cells[row * columns..][..columns];
            let first = (0..columns).find(|at| line[*at] != shown[*at]);
            let last = (0..columns).rfind(|at| line[*at] != shown[*at]);
            let (first, last) = match (first, last) {
                (Some(first), Some(last)) if !full => (first, last),
                _ if full || moved => (0, columns - 1),
                _ => continue,
            };
            self.screen.cells[row * columns + first..=row * columns + last]
                .copy_from_slice(&line[first..=last]);
            self.place_cursor(row, first);
            self.write(&line[first..=last]);
        }
        let (row, column) = self.screen.cursor;
        self.place_cursor(row, column);
        if !self.screen.keep_wanted {
            self.screen.wanted = column + self.screen.offset;
        }
        self.screen.old_offset = self.screen.offset;
    }

    /// The line at a place as the screen shows it; what comes after the text is a tilde.
    fn formatted(&self, place: usize) -> Vec<u8> {
        let (offset, columns) = (self.screen.offset, self.screen.columns);
        let mut line = Vec::new();
        if place >= self.text.end() {
            line.push(b'~');
        }
        let mut at = place;
        while line.len() < columns + offset && at < self.text.end() && self.text.at(at) != b'\n' {
            match self.text.at(at) {
                b'\t' => line.resize(tab_stop(line.len(), self.settings.tab) + 1, b' '),
                0x80.. => line.push(b'.'),
                byte @ (0..=0x1f | 0x7f) => {
                    line.push(b'^');
                    line.push(if byte == 0x7f { b'?' } else { byte + b'@' });
                }
                byte => line.push(byte),
            }
            at += 1;
        }
        line.drain(..offset.min(line.len()));
        line.resize(columns, b' ');
        line
    }

    /// Moves the screen so that the dot is on it, and finds its row and column.
    fn follow_dot(&mut self) {
        let begin = self.text.begin_line(self.dot);
        let lines = self.screen.lines();
        if begin < self.screen.top {
            let moved = self.text.count_lines(begin, self.screen.top);
            self.show_from(begin, moved);
        } else {
            let end = self.end_of_screen();
            if begin > end {
                let moved = self.text.count_lines(end, begin);
                if moved > lines / 2 {
                    self.show_from(begin, moved);
                } else {
                    for _ in 1..moved {
                        self.screen.top = self.text.next_line(self.screen.top);
                    }
                }
            }
        }
        let mut at = self.screen.top;
        let mut row = 0;
        while row < lines && at != begin {
            at = self.text.next_line(at);
            row += 1;
        }
        self.screen.cursor = (row, self.dot_column(at));
    }

    /// Begins the screen with a line, or has it in the middle when that is far from what was shown.
    fn show_from(&mut self, begin: usize, moved: usize) {
        self.screen.top = begin;
        let half = self.screen.lines() / 2;
        if moved > half {
            for _ in 0..half {
                self.screen.top = self.text.prev_line(self.screen.top);
            }
        }
    }

    /// The dot's column on the screen, which moves aside for it.
    fn dot_column(&mut self, from: usize) -> usize {
        let tab = self.settings.tab;
        let (mut at, mut column) = (from, 0);
        loop {
            if self.text.at(at) == b'\n' || at >= self.text.end() {
                break;
            }
            column = after(self.text.at(at), column, tab) - 1;
            if self.mode.types() && at + 1 == self.dot && self.text.at(self.dot) == b'\t' {
                // What is typed before a tab stands where the tab begins.
                column += 1;
                break;
            }
            if at >= self.dot {
                break;
            }
            (at, column) = (at + 1, column + 1);
        }
        let (offset, columns) = (self.screen.offset, self.screen.columns);
        if column < offset {
            self.screen.offset = column;
        } else if column >= columns + offset {
            self.screen.offset = column + 1 - columns;
        }
        if self.text.begin_line(self.dot) == self.dot && self.text.at(self.dot) == b'\t' {
            self.screen.offset = 0;
        }
        column.saturating_sub(self.screen.offset)
    }
}
