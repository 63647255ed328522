//! A keyboard on which somebody types what is known beforehand.

use std::collections::VecDeque;

use api::{Input, Stream};

use super::Console;

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
/// The number of `SIGINT`.
const INTERRUPT: u8 = 2;

/// A keyboard whose strokes are a text. A piece of it (a line, Ctrl-C, Ctrl-D) is typed whenever everything waits for
/// it; when all is typed and something waits still, the line of the shell is left where it is. What is written goes
/// where output goes without it.
///
/// Since the simulation is deterministic, the same line with a longer text does the same and goes on: whoever has no
/// thread to wait in can have a person type into programs nevertheless.
#[derive(Debug, Default)]
pub struct Keyboard {
    pieces: VecDeque<Vec<u8>>,
    raw: bool,
    waits: bool,
}

impl Keyboard {
    /// Gets this text to type.
    pub fn load(&mut self, typed: &str) {
        let is_end = |byte: &u8| matches!(*byte, b'\n' | CTRL_C | CTRL_D);
        let pieces = typed.as_bytes().split_inclusive(is_end).map(<[u8]>::to_vec).collect();
        *self = Keyboard { pieces, ..Keyboard::default() };
    }

    /// Whether all was typed, and something waits for more.
    pub fn waits(&self) -> bool {
        self.waits
    }
}

impl Console for Keyboard {
    fn poll(&mut self) -> Option<Input> {
        None
    }

    /// Where nobody has asked for single strokes, the terminal makes a signal of Ctrl-C and an end of Ctrl-D.
    fn wait(&mut self) -> Input {
        let Some(piece) = self.pieces.pop_front() else {
            self.waits = true;
            return Input::Detach;
        };
        match piece.last() {
            Some(&CTRL_C) if !self.raw => Input::Signal(INTERRUPT),
            Some(&CTRL_D) if !self.raw && piece.len() == 1 => Input::End,
            Some(&CTRL_D) if !self.raw => Input::Bytes(piece[..piece.len() - 1].to_vec()),
            _ => Input::Bytes(piece),
        }
    }

    fn write(&mut self, _stream: Stream, _bytes: &[u8]) {}

    fn set_raw(&mut self, raw: bool) {
        self.raw = raw;
    }

    fn rest(&mut self) {}

    fn is_screen(&self) -> bool {
        false
    }
}
