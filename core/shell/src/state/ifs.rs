//! The characters that divide fields.

use bstr::{BStr, BString};

impl Default for Ifs {
    fn default() -> Ifs {
        Ifs::new(None)
    }
}

/// A value of `IFS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ifs {
    characters: BString,
    /// What each byte is: `DIVIDES`, `MATCHES`.
    classes: [u8; 256],
}

/// Divides fields.
const DIVIDES: u8 = 1;
/// Has a meaning in patterns of file names.
const MATCHES: u8 = 2;

impl Ifs {
    /// The variable's name.
    pub(crate) const NAME: &'static [u8] = b"IFS";

    /// From the variable's value; unset means blank, tab and newline.
    pub(crate) fn new(value: Option<&BStr>) -> Ifs {
        let characters = value.map_or_else(|| BString::from(" \t\n"), BString::from);
        let mut classes = [0; 256];
        for byte in b"*?[\\" {
            classes[usize::from(*byte)] |= MATCHES;
        }
        for byte in characters.iter() {
            classes[usize::from(*byte)] |= DIVIDES;
        }
        Ifs { characters, classes }
    }

    /// Whether the byte divides fields.
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.classes[usize::from(byte)] & DIVIDES != 0
    }

    /// Whether the byte divides fields and runs of it count once.
    pub(crate) fn is_space(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\n') && self.contains(byte)
    }

    /// Whether a text makes exactly one field, which is the text itself.
    pub(crate) fn leaves_whole(&self, text: &[u8]) -> bool {
        !text.is_empty() && text.iter().all(|byte| self.classes[usize::from(*byte)] == 0)
    }

    /// What joins `"$*"`.
    pub(crate) fn joiner(&self) -> &[u8] {
        &self.characters[..self.characters.len().min(1)]
    }
}
