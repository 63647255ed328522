//! Typing text.

use kernel::Process;

use super::text::tab_stop;
use super::undo::Note;
use super::{Editor, Mode, Stop};

const ESCAPE: u8 = 27;
const LITERAL: u8 = 22;
const LESS_INDENT: u8 = 4;
const BACKSPACES: [u8; 2] = [8, 0x7f];

impl Editor {
    /// Whether a key rubs out.
    pub(super) fn is_backspace(&self, key: u32) -> bool {
        BACKSPACES.iter().any(|byte| u32::from(*byte) == key)
    }

    /// A key while text is typed over.
    pub(super) async fn type_over(&mut self, p: &mut Process, key: u8) -> Result<(), Stop> {
        let mut note = Note::Alone;
        if self.text.at(self.dot) == b'\n' {
            // There is nothing to type over any more.
            self.begin_insert();
            note = Note::Typed;
        } else if key != ESCAPE && !self.is_backspace(key.into()) {
            self.undo.commit();
            self.dot = self.yank_delete(self.dot, self.dot, super::registers::Kind::Part, true);
            note = Note::Chained;
        }
        self.dot = self.insert(p, self.dot, key, note).await?;
        Ok(())
    }

    /// A key typed at a place; where the next one goes.
    pub(super) async fn insert(
        &mut self,
        p: &mut Process,
        place: usize,
        key: u8,
        note: Note,
    ) -> Result<usize, Stop> {
        match key {
            LITERAL => {
                self.put(place, b"^", Note::None);
                self.refresh(false);
                let literal = self.key(p).await?.to_le_bytes()[0];
                self.delete(place, place, Note::None);
                self.put(place, &[literal], note);
                Ok(place + 1)
            }
            ESCAPE => Ok(self.end_insert(place)),
            LESS_INDENT => Ok(self.less_indent(place)),
            b'\t' if self.settings.expand_tab => {
                let column = self.text.column(place, self.settings.tab);
                let width = tab_stop(column, self.settings.tab) - column + 1;
                self.put(place, &vec![b' '; width], note);
                Ok(place + width)
            }
            8 | 0x7f => {
                if place == 0 {
                    return Ok(place);
                }
                Ok(self.delete(place - 1, place - 1, Note::Typed))
            }
            _ => {
                let byte = if key == b'\r' { b'\n' } else { key };
                if byte == b'\n' {
                    self.undo.commit();
                }
                self.put(place, &[byte], note);
                if self.settings.show_match && matches!(byte, b')' | b']' | b'}') {
                    self.show_match(p, place).await;
                }
                if self.settings.auto_indent && byte == b'\n' {
                    return Ok(self.auto_indent(place + 1, note));
                }
                Ok(place + 1)
            }
        }
    }

    fn end_insert(&mut self, place: usize) -> usize {
        self.mode = Mode::Command;
        self.undo.commit();
        self.count = 0;
        self.end_command();
        self.status.forget();
        let mut place = place;
        if self.dot > 0 && place > 0 && self.text.at(place - 1) != b'\n' {
            place -= 1;
        }
        if self.settings.auto_indent {
            let begin = self.text.begin_line(place);
            let indent = self.text.indent(begin);
            // An indent that nothing was typed after goes away.
            if self.indented == Some(begin) && indent > 0 && self.text.at(begin + indent) == b'\n' {
                place = self.delete(begin, begin + indent - 1, Note::Chained);
            }
        }
        self.indented = None;
        place
    }

    /// Takes one step of the indent away.
    fn less_indent(&mut self, mut place: usize) -> usize {
        let tab = self.settings.tab;
        let begin = self.text.begin_line(place);
        let mut end = begin + self.text.indent(begin);
        let column = self.text.column(end, tab);
        let wanted = column.saturating_sub(1) / tab * tab;
        while end > begin && self.text.column(end, tab) > wanted {
            end -= 1;
            self.delete(end, end, Note::Typed);
            place = place.saturating_sub(1).max(begin);
        }
        place
    }

    /// Begins a line as the one before.
    fn auto_indent(&mut self, place: usize, note: Note) -> usize {
        let indent = self.indent_like(self.text.prev_line(place));
        if !indent.is_empty() {
            self.put(place, &indent, if note == Note::Typed { note } else { Note::Chained });
            self.indented = Some(place);
        }
        place + indent.len()
    }

    /// The blanks that come to the columns a line is indented by.
    pub(super) fn indent_like(&self, line: usize) -> Vec<u8> {
        let tab = self.settings.tab;
        let columns = self.text.column(line + self.text.indent(line), tab);
        let tabs = if self.settings.expand_tab { 0 } else { columns / tab };
        [vec![b'\t'; tabs], vec![b' '; columns - tabs * tab]].concat()
    }

    /// Stands at the bracket that was closed for a moment.
    async fn show_match(&mut self, p: &mut Process, place: usize) {
        match self.pair(place) {
            None => self.mistake(),
            Some(at) => {
                let dot = core::mem::replace(&mut self.dot, at);
                self.refresh(false);
                // A failure to write shows with the next key.
                let _ = self.show(p).await;
                let _ = p.wait_readable(0, Some(core::time::Duration::from_millis(400))).await;
                self.dot = dot;
                self.refresh(false);
            }
        }
    }
}
