//! What `c`, `d`, `y`, `<` and `>` work on.

use kernel::Process;

use super::registers::Kind;
use super::text::is_space;
use super::undo::Note;
use super::{Editor, Mode, Stop};

/// A stretch of text, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
}

impl Editor {
    /// The motion after an operator; digits before it multiply the count.
    async fn motion(&mut self, p: &mut Process) -> Result<u32, Stop> {
        let mut key = self.key(p).await?;
        if !(u32::from(b'1')..=u32::from(b'9')).contains(&key) {
            return Ok(key);
        }
        let mut count = 0_usize;
        while let Some(digit) = char::from_u32(key).and_then(|c| c.to_digit(10)) {
            count = count.saturating_mul(10).saturating_add(digit as usize);
            key = self.key(p).await?;
        }
        self.count = self.count.max(1).saturating_mul(count);
        Ok(key)
    }

    /// Where a motion leads from the dot; nothing where it fails.
    pub(super) async fn range(&mut self, p: &mut Process, operator: u8) -> Result<Option<Range>, Stop> {
        let from = self.dot;
        let motion = if operator == b'Y' { u32::from(b'y') } else { self.motion(p).await? };
        let kind = self.follow(p, operator, motion).await?;
        let Some(mut kind) = kind else {
            if motion != 27 {
                self.mistake();
            }
            return Ok(None);
        };
        let (first, mut last) = (from.min(self.dot), from.max(self.dot));
        if last > first {
            match u8::try_from(motion).unwrap_or(0) {
                b'^' | b'0' | b'b' | b'B' | b'F' | b'T' | b'h' | b'n' | b'N' | b'/' | b'?' | b'|' | 8
                | 0x7f => last -= 1,
                b'{' | b'}' => {
                    let whole = first == self.text.begin_line(first)
                        && (self.text.at(last) == b'\n' || self.text.is_at_end(last));
                    kind = if whole { Kind::Lines } else { Kind::Parts };
                    if !self.text.is_at_end(last) {
                        last -= 1;
                        if last > first && first != self.text.begin_line(first) {
                            last -= 1;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Some(Range { from: first, to: last, kind }))
    }

    /// Does the motion; what kind of stretch it passed.
    async fn follow(&mut self, p: &mut Process, operator: u8, motion: u32) -> Result<Option<Kind>, Stop> {
        let from = self.dot;
        let key = u8::try_from(motion).unwrap_or(0);
        let doubled = (operator == b'Y' || u32::from(operator) == motion) && b"cdy><".contains(&key);
        let kind = match key {
            _ if doubled => {
                let more = self.count > 1;
                self.count = self.count.saturating_sub(1);
                if more {
                    Box::pin(self.command(p, b'j'.into())).await?;
                }
                if more && self.failed { None } else { Some(Kind::Lines) }
            }
            b'^' | b'%' | b'$' | b'0' | b'b' | b'B' | b'e' | b'E' | b'f' | b'F' | b't' | b'T' | b'h'
            | b'n' | b'N' | b'/' | b'?' | b'|' | b'{' | b'}' | 8 | 0x7f => {
                Box::pin(self.command(p, motion)).await?;
                let kind = if b"nN/?".contains(&key) { Kind::Parts } else { Kind::Part };
                (self.dot != from).then_some(kind)
            }
            b'w' | b'W' => {
                Box::pin(self.command(p, motion)).await?;
                self.end_of_words(from, key, operator);
                Some(Kind::Parts)
            }
            b'G' | b'H' | b'L' | b'+' | b'-' | b'g' | b'j' | b'k' | b'\'' | b'\r' | b'\n' => {
                Box::pin(self.command(p, motion)).await?;
                if self.failed { None } else { Some(Kind::Lines) }
            }
            b' ' | b'l' => {
                let count = self.count.max(1);
                Box::pin(self.command(p, motion)).await?;
                if self.dot - from == count {
                    self.dot -= 1;
                }
                Some(Kind::Part)
            }
            _ => None,
        };
        Ok(kind)
    }

    /// After `w`: the last character that belongs to the words.
    fn end_of_words(&mut self, from: usize, motion: u8, operator: u8) {
        let punctuation = motion == b'w' && self.text.at(self.dot).is_ascii_punctuation();
        if self.dot > from && (!self.text.is_at_end(self.dot) || punctuation) {
            self.dot -= 1;
        }
        let mut with_blanks = self.dot;
        while self.dot > from && is_space(self.text.at(self.dot)) {
            let newline = self.text.at(self.dot) == b'\n';
            self.dot -= 1;
            if newline {
                with_blanks = self.dot;
            }
        }
        if operator != b'c' && self.dot != with_blanks && self.text.at(self.dot) != b'\n' {
            self.dot = with_blanks;
        }
    }

    /// `c`, `d`, `y` and `Y`
    pub(super) async fn operate(&mut self, p: &mut Process, operator: u8) -> Result<(), Stop> {
        let before = self.dot;
        let Some(range) = self.range(p, operator).await? else {
            self.end_command();
            return Ok(());
        };
        let deletes = matches!(operator, b'c' | b'd');
        let (mut from, mut to) = (range.from, range.to);
        let mut stays = before;
        if range.kind == Kind::Lines {
            stays = from;
            from = self.text.begin_line(from);
            to = self.text.end_line(to);
            if operator == b'c' {
                from += if self.settings.auto_indent { self.text.indent(from) } else { 0 };
            }
        }
        if range.kind == Kind::Lines && operator == b'c' {
            self.change_lines(from, to);
        } else {
            self.dot = self.yank_delete(from, to, range.kind, deletes);
            match range.kind {
                Kind::Lines if deletes => self.go_to_text(),
                Kind::Lines => self.dot = stays,
                _ => {}
            }
        }
        if operator == b'c' {
            self.mode = Mode::Insert;
            self.undo.commit();
            return Ok(());
        }
        self.end_command();
        Ok(())
    }

    /// Whole lines make place for an empty one.
    fn change_lines(&mut self, from: usize, to: usize) {
        self.dot = self.yank_delete(from, to, Kind::Lines, true);
        let at_end = from >= self.text.end();
        let place = if at_end { self.text.end() } else { self.dot };
        self.put(place, b"\n", Note::Chained);
        self.dot = place;
    }

    /// Copies a stretch to the register, and deletes it if asked to; where the dot goes.
    pub(super) fn yank_delete(&mut self, from: usize, to: usize, kind: Kind, deletes: bool) -> usize {
        if kind == Kind::Part && self.text.at(from) == b'\n' {
            return from;
        }
        self.yank(from, to, self.registers.named, kind);
        if deletes { self.delete(from, to, Note::Alone) } else { from }
    }

    /// `<` and `>`
    pub(super) async fn shift(&mut self, p: &mut Process, operator: u8) -> Result<(), Stop> {
        let line = self.text.count_lines(0, self.dot);
        if let Some(range) = self.range(p, operator).await? {
            let lines = self.text.count_lines(range.from, range.to);
            let mut place = self.text.begin_line(range.from);
            let mut note = Note::Alone;
            for _ in 0..lines {
                if operator == b'<' {
                    note = self.shift_left(place, note);
                } else if self.text.at(place) != b'\n' {
                    let width = if self.settings.expand_tab { self.settings.tab } else { 1 };
                    let blank = if self.settings.expand_tab { b' ' } else { b'\t' };
                    self.put(place, &vec![blank; width], note);
                    note = Note::Chained;
                }
                place = self.text.next_line(place);
            }
            self.dot = self.text.skip_blanks(self.text.line(line));
        }
        self.end_command();
        Ok(())
    }

    /// Takes a tab or as many blanks away.
    fn shift_left(&mut self, place: usize, note: Note) -> Note {
        let blanks = self.text.bytes[place..].iter().take_while(|byte| **byte == b' ').count();
        let length = if self.text.at(place) == b'\t' { 1 } else { blanks.min(self.settings.tab) };
        if length == 0 {
            return note;
        }
        self.delete(place, place + length - 1, note);
        Note::Chained
    }
}
