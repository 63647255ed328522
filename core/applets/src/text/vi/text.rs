//! The text that is edited: bytes, and the places of lines and columns in them.

/// Bytes; every line ends with a newline, and there is always one.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
}

impl Text {
    /// The byte at a place; nothing (0) after the last.
    pub(super) fn at(&self, place: usize) -> u8 {
        self.bytes.get(place).copied().unwrap_or(0)
    }

    /// One after the last byte.
    pub(super) fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The place of the last byte.
    pub(super) fn last(&self) -> usize {
        self.bytes.len().saturating_sub(1)
    }

    pub(super) fn begin_line(&self, place: usize) -> usize {
        let before = &self.bytes[..place.min(self.end())];
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
    }

    /// The newline that ends the line, or the last byte.
    pub(super) fn end_line(&self, place: usize) -> usize {
        if place >= self.last() {
            return place;
        }
        let rest = &self.bytes[place..self.last()];
        rest.iter().position(|byte| *byte == b'\n').map_or(self.last(), |at| place + at)
    }

    /// The last character of the line before its newline.
    pub(super) fn dollar(&self, place: usize) -> usize {
        let end = self.end_line(place);
        if self.at(end) == b'\n' && end > self.begin_line(end) { end - 1 } else { end }
    }

    pub(super) fn prev_line(&self, place: usize) -> usize {
        self.begin_line(self.begin_line(place).saturating_sub(1))
    }

    /// The beginning of the next line; in the last one its end.
    pub(super) fn next_line(&self, place: usize) -> usize {
        let end = self.end_line(place);
        if end < self.last() && self.at(end) == b'\n' { end + 1 } else { end }
    }

    /// The beginning of line `number`, counted from 1, or of the last one.
    pub(super) fn line(&self, number: usize) -> usize {
        let mut place = 0;
        for _ in 1..number {
            let next = self.next_line(place);
            if next == place || self.begin_line(next) != next {
                return self.begin_line(next);
            }
            place = next;
        }
        place
    }

    /// How many lines two places and all between them touch.
    pub(super) fn count_lines(&self, one: usize, other: usize) -> usize {
        let (start, stop) = (one.min(other), self.end_line(one.max(other)));
        if start >= self.end() {
            return 0;
        }
        let touched = &self.bytes[start..=stop.min(self.last())];
        touched.iter().filter(|byte| **byte == b'\n').count()
    }

    /// Whether the place is in the last line's end: nothing comes after it.
    pub(super) fn is_at_end(&self, place: usize) -> bool {
        // A newline is always last, so the end is reached one before it too.
        self.end() < 2 || place + 2 >= self.end()
    }

    /// The columns before a place in its line.
    pub(super) fn column(&self, place: usize, tab: usize) -> usize {
        let begin = self.begin_line(place);
        (begin..place).fold(0, |column, at| after(self.at(at), column, tab))
    }

    /// The place in the line that shows at a column, or the line's end.
    pub(super) fn at_column(&self, place: usize, wanted: usize, tab: usize) -> usize {
        let mut place = self.begin_line(place);
        let mut column = 0;
        while place < self.end() && self.at(place) != b'\n' {
            column = after(self.at(place), column, tab);
            if column > wanted {
                break;
            }
            place += 1;
        }
        place
    }

    /// How many blanks and tabs a line begins with, from `place` on.
    pub(super) fn indent(&self, place: usize) -> usize {
        self.bytes[place.min(self.end())..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// The first place from `place` on that is no white space, in the same line.
    pub(super) fn skip_blanks(&self, mut place: usize) -> usize {
        while is_space(self.at(place)) && self.at(place) != b'\n' && place < self.last() {
            place += 1;
        }
        place
    }
}

/// The last column of the tab stop that `column` is in.
pub(super) fn tab_stop(column: usize, tab: usize) -> usize {
    column + (tab - 1) - column % tab
}

/// The column after a byte that is shown at `column`.
pub(super) fn after(byte: u8, column: usize, tab: usize) -> usize {
    match byte {
        b'\t' => tab_stop(column, tab) + 1,
        0..=0x1f | 0x7f => column + 2,
        _ => column + 1,
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
