//! The places of variables: a list that forks share piece by piece.

use std::rc::Rc;

use bstr::BString;

use super::Variable;

/// How many places are copied together when one of them is changed after a fork.
const PIECE: usize = 16;

/// A place. It stays that of its name when the variable is removed.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) name: BString,
    pub(super) variable: Option<Variable>,
}

/// All places, by their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots(Rc<Vec<Rc<Vec<Slot>>>>);

impl Slots {
    pub(super) fn get(&self, place: u32) -> Option<&Slot> {
        let place = place as usize;
        self.0.get(place / PIECE)?.get(place % PIECE)
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Slot> {
        let place = place as usize;
        let piece = Rc::make_mut(&mut self.0).get_mut(place / PIECE)?;
        Rc::make_mut(piece).get_mut(place % PIECE)
    }

    /// Adds an empty place and gives its number.
    pub(super) fn add(&mut self, name: &[u8]) -> u32 {
        let pieces = Rc::make_mut(&mut self.0);
        if pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            pieces.push(Rc::new(Vec::with_capacity(PIECE)));
        }
        let number = (pieces.len() - 1) * PIECE;
        let Some(piece) = pieces.last_mut() else { return 0 };
        let piece = Rc::make_mut(piece);
        piece.push(Slot { name: name.into(), variable: None });
        (number + piece.len() - 1) as u32
    }
}
