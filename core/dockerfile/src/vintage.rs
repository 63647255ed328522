//! Which Docker's Dockerfile language is meant.

/// The two states of the language that are modelled.
///
/// The classic builder and BuildKit of one Docker release share a parser, so one switch serves both.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
pub enum Vintage {
    /// Docker 20.10.24: its classic builder and its BuildKit 0.8.
    #[default]
    Docker20_10,
    /// Docker 29 of August 2026: Dockerfile syntax 1.26.
    Current,
}

impl Vintage {
    /// Whether heredocs (`<<EOF`) are part of the language.
    #[must_use]
    pub fn has_heredocs(self) -> bool {
        self == Self::Current
    }
}
