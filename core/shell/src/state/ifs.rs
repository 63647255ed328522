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
}

impl Ifs {
    /// The variable's name.
    pub(crate) const NAME: &'static [u8] = b"IFS";

    /// From the variable's value; unset means blank, tab and newline.
    pub(crate) fn new(value: Option<&BStr>) -> Ifs {
        Ifs { characters: value.map_or_else(|| BString::from(" \t\n"), BString::from) }
    }

    /// Whether the byte divides fields.
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.characters.contains(&byte)
    }

    /// Whether the byte divides fields and runs of it count once.
    pub(crate) fn is_space(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\n') && self.contains(byte)
    }

    /// What joins `"$*"`.
    pub(crate) fn joiner(&self) -> &[u8] {
        &self.characters[..self.characters.len().min(1)]
    }
}
