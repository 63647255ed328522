//! Registers with what was yanked or deleted, and marks.

use super::Editor;

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A part of a line.
    Part,
    /// More than that, but not whole lines.
    Parts,
    /// Whole lines.
    Lines,
}

/// The register that is used when none is named.
pub(super) const UNNAMED: usize = 26;
/// The line that `U` brings back.
pub(super) const LINE: usize = 27;

/// Marks `a` to `z`, the context and the one before.
const MARKS: usize = 28;
const CONTEXT: usize = 26;
const BEFORE: usize = 27;

/// Twenty-eight of each.
#[derive(Debug)]
pub(super) struct Registers {
    texts: Vec<Option<(Vec<u8>, Kind)>>,
    /// The register that is used next.
    pub(super) named: usize,
    marks: [Option<usize>; MARKS],
}

impl Default for Registers {
    fn default() -> Self {
        Self { texts: vec![None; 28], named: UNNAMED, marks: [None; MARKS] }
    }
}

impl Registers {
    /// What is in a register.
    pub(super) fn text(&self, register: usize) -> Option<&(Vec<u8>, Kind)> {
        self.texts[register].as_ref()
    }

    pub(super) fn set(&mut self, register: usize, text: Vec<u8>, kind: Kind) {
        self.texts[register] = Some((text, kind));
    }

    pub(super) fn clear(&mut self, register: usize) {
        self.texts[register] = None;
    }

    /// The name of the register that is used next.
    pub(super) fn name(&self) -> char {
        match self.named {
            UNNAMED => 'D',
            LINE => 'U',
            named => char::from(b'a' + u8::try_from(named).unwrap_or(0)),
        }
    }

    pub(super) fn mark(&self, letter: u8) -> Option<usize> {
        self.marks[usize::from(letter - b'a')]
    }

    pub(super) fn set_mark(&mut self, letter: u8, place: usize) {
        self.marks[usize::from(letter - b'a')] = Some(place);
    }

    /// A command went far: to `place`.
    pub(super) fn went_far(&mut self, place: usize) {
        self.marks[BEFORE] = self.marks[CONTEXT];
        self.marks[CONTEXT] = Some(place);
    }

    /// Both contexts are at the beginning.
    pub(super) fn forget_marks(&mut self) {
        self.marks = [None; MARKS];
        self.marks[CONTEXT] = Some(0);
        self.marks[BEFORE] = Some(0);
    }

    /// The context before, which changes places with the one now; nothing when it is gone.
    pub(super) fn swap_context(&mut self, last: usize) -> Option<usize> {
        let before = self.marks[BEFORE].filter(|place| *place <= last)?;
        self.marks[BEFORE] = self.marks[CONTEXT];
        self.marks[CONTEXT] = Some(before);
        Some(before)
    }
}

impl Editor {
    /// Copies what is between two places, both included, to the register that is used next.
    pub(super) fn yank(&mut self, one: usize, other: usize, register: usize, kind: Kind) {
        let (from, to) = (one.min(other), one.max(other));
        let to = (to + 1).min(self.text.end());
        let text = self.text.bytes.get(from..to).unwrap_or_default().to_vec();
        self.registers.set(register, text, kind);
    }
}
