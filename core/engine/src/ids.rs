use digest::{Hasher, Id};
use serde::{Deserialize, Serialize};

/// The source of the ids that docker draws at random: here sha256 of a seed and a counter, so that the same history
/// gives the same ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    /// A source that has given nothing yet.
    pub fn new(seed: u64) -> Self {
        Ids { seed, drawn: 0 }
    }

    /// The next id. As in docker, never one whose first twelve digits could be read as a decimal number: they become
    /// a host name.
    pub fn draw(&mut self) -> Id {
        loop {
            let mut hasher = Hasher::new();
            hasher.update(b"glasshull id\0");
            hasher.update(self.seed.to_be_bytes());
            hasher.update(self.drawn.to_be_bytes());
            self.drawn += 1;
            let id = Id::from_bytes(*hasher.finish().as_bytes());
            if !id.short().bytes().all(|digit| digit.is_ascii_digit()) {
                return id;
            }
        }
    }

    /// A number for choices that docker makes at random (names, kernel seeds).
    pub fn number(&mut self) -> u64 {
        let id = self.draw();
        id.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
