//! Where words begin and end.

use super::text::{Text, is_space, is_word};

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Forth,
    Back,
}

/// While what is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum While {
    /// White space follows not yet.
    BeforeSpace,
    /// No white space.
    ToSpace,
    /// White space.
    OverSpace,
    /// Punctuation follows.
    Punctuation,
    /// A letter, a digit or `_` follows.
    Word,
}

impl Text {
    /// The place beside this one; out of the text there is nothing.
    pub(super) fn beside(&self, place: usize, way: Way) -> u8 {
        match way {
            Way::Forth => self.at(place + 1),
            Way::Back => place.checked_sub(1).map_or(0, |place| self.at(place)),
        }
    }

    pub(super) fn step(&self, place: usize, way: Way) -> usize {
        match way {
            Way::Forth => place + 1,
            Way::Back => place.saturating_sub(1),
        }
    }

    /// Passes what is asked for, at most into the `lines`th line.
    fn pass(&self, mut place: usize, mut lines: u32, way: Way, what: While) -> usize {
        loop {
            let here = matches!(what, While::ToSpace | While::OverSpace);
            let byte = if here { self.at(place) } else { self.beside(place, way) };
            let passes = match what {
                While::BeforeSpace | While::ToSpace => !is_space(byte) || byte == b'\n',
                While::OverSpace => is_space(byte),
                While::Punctuation => byte.is_ascii_punctuation(),
                While::Word => is_word(byte),
            };
            if byte == b'\n' && passes {
                lines -= 1;
            }
            let edge = match way {
                Way::Forth => place >= self.last(),
                Way::Back => place == 0,
            };
            if !passes || lines < 1 || edge {
                return place;
            }
            place = self.step(place, way);
        }
    }

    /// `w`
    pub(super) fn next_word(&self, mut place: usize) -> usize {
        if is_word(self.at(place)) {
            place = self.pass(place, 1, Way::Forth, While::Word);
        } else if self.at(place).is_ascii_punctuation() {
            place = self.pass(place, 1, Way::Forth, While::Punctuation);
        }
        if place < self.last() {
            place += 1;
        }
        if is_space(self.at(place)) {
            place = self.pass(place, 2, Way::Forth, While::OverSpace);
        }
        place
    }

    /// `b` and `e`
    pub(super) fn word_edge(&self, place: usize, way: Way) -> usize {
        let mut place = self.step(place, way);
        if is_space(self.at(place)) {
            let lines = if way == Way::Forth { 2 } else { 1 };
            place = self.pass(place, lines, way, While::OverSpace);
        }
        if is_word(self.at(place)) {
            self.pass(place, 1, way, While::Word)
        } else if self.at(place).is_ascii_punctuation() {
            self.pass(place, 1, way, While::Punctuation)
        } else {
            place
        }
    }

    /// `W`
    pub(super) fn next_big_word(&self, place: usize) -> usize {
        let place = self.pass(place, 1, Way::Forth, While::ToSpace);
        self.pass(place, 2, Way::Forth, While::OverSpace)
    }

    /// `B` and `E`
    pub(super) fn big_word_edge(&self, mut place: usize, way: Way) -> usize {
        if is_space(self.beside(place, way)) {
            place = self.pass(place, 1, way, While::ToSpace);
            place = self.pass(place, 2, way, While::OverSpace);
        }
        self.pass(place, 1, way, While::BeforeSpace)
    }
}
