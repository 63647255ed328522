//! What changed the text, and how it is taken back.

use super::Editor;

/// One change, or a part of one.
#[derive(Debug)]
struct Change {
    /// What was deleted; none when text was put in.
    deleted: Option<Vec<u8>>,
    place: usize,
    length: usize,
    /// Whether it goes together with the one before.
    chained: bool,
}

/// How a change is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// Not at all.
    None,
    /// As a change of its own.
    Alone,
    /// As a part of the last one.
    Chained,
    /// Together with what is typed in the same place.
    Typed,
}

/// Keys typed that are no change yet.
#[derive(Debug)]
enum Pending {
    Put {
        place: usize,
        length: usize,
    },
    /// The first byte is the last one deleted.
    Deleted {
        place: usize,
        bytes: Vec<u8>,
    },
}

/// The changes so far.
#[derive(Debug, Default)]
pub(super) struct Undo {
    changes: Vec<Change>,
    pending: Option<Pending>,
    /// Changes since the text was read or written.
    pub(super) modified: usize,
}

/// Typed keys that make one change at most.
const TOGETHER: usize = 256;

impl Undo {
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn push(&mut self, change: Change) {
        self.changes.push(change);
        self.modified += 1;
    }

    /// Ends the change that is being typed.
    pub(super) fn commit(&mut self) {
        let change = match self.pending.take() {
            None => return,
            Some(Pending::Put { place, length }) => Change { deleted: None, place, length, chained: false },
            Some(Pending::Deleted { place, bytes }) => {
                Change { place, length: bytes.len(), deleted: Some(bytes), chained: false }
            }
        };
        self.push(change);
    }

    pub(super) fn put(&mut self, place: usize, length: usize, note: Note) {
        match (note, &mut self.pending) {
            (Note::None, _) => {}
            (Note::Typed, Some(Pending::Put { length: so_far, .. })) => {
                *so_far += length;
                if *so_far >= TOGETHER {
                    self.commit();
                }
            }
            (Note::Typed, _) => {
                self.commit();
                self.pending = Some(Pending::Put { place, length });
            }
            _ => self.push(Change { deleted: None, place, length, chained: note == Note::Chained }),
        }
    }

    fn deleted(&mut self, place: usize, bytes: Vec<u8>, note: Note) {
        match (note, &mut self.pending) {
            (Note::None, _) => {}
            (Note::Typed, Some(Pending::Deleted { place: first, bytes: so_far })) => {
                so_far.splice(..0, bytes);
                *first = place;
                if so_far.len() >= TOGETHER {
                    self.commit();
                }
            }
            (Note::Typed, _) => {
                self.commit();
                self.pending = Some(Pending::Deleted { place, bytes });
            }
            _ => {
                let length = bytes.len();
                self.push(Change { deleted: Some(bytes), place, length, chained: note == Note::Chained });
            }
        }
    }
}

impl Editor {
    /// Puts bytes in; marks stay at their places.
    pub(super) fn put(&mut self, place: usize, bytes: &[u8], note: Note) {
        self.undo.put(place, bytes.len(), note);
        let place = place.min(self.text.end());
        self.text.bytes.splice(place..place, bytes.iter().copied());
    }

    /// Deletes what is between two places, both included; where that was, or the last byte when it was at the end.
    pub(super) fn delete(&mut self, one: usize, other: usize, note: Note) -> usize {
        let (from, to) = (one.min(other), one.max(other).min(self.text.last()));
        if from >= self.text.end() {
            return from;
        }
        let mut bytes: Vec<u8> = self.text.bytes.drain(from..=to).collect();
        if self.text.bytes.is_empty() && note != Note::None && note != Note::Typed {
            // An empty text gets a newline, which takes the last one's place when this is undone.
            bytes.pop();
        }
        self.undo.deleted(from, bytes, note);
        from.min(self.text.last())
    }

    /// Takes the last change back, with what it is chained to.
    pub(super) fn undo_last(&mut self) {
        self.undo.commit();
        let mut any = false;
        while let Some(change) = self.undo.changes.pop() {
            any = true;
            match &change.deleted {
                Some(bytes) => self.put(change.place, bytes, Note::None),
                None => {
                    self.delete(change.place, change.place + change.length.max(1) - 1, Note::None);
                }
            }
            if !change.chained {
                self.dot = change.place;
                self.refresh(false);
            }
            self.undo.modified = self.undo.modified.saturating_sub(1);
            if !change.chained {
                return;
            }
        }
        if !any {
            self.say("Already at oldest change");
        }
    }
}
