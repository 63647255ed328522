use digest::ParseDigestError;
use thiserror::Error;

/// Why a text is no reference, in docker's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// It does not follow the grammar.
    #[error("invalid reference format")]
    Format,
    /// There is nothing.
    #[error("repository name must have at least one component")]
    Empty,
    /// The strict grammar found capital letters.
    #[error("repository name must be lowercase")]
    StrictUppercase,
    /// Its repository has capital letters (Docker 20.10).
    #[error("invalid reference format: repository name must be lowercase")]
    Uppercase,
    /// Its repository has capital letters (newer).
    #[error("invalid reference format: repository name ({0}) must be lowercase")]
    UppercaseName(String),
    /// It could be taken for an image id.
    #[error("invalid repository name ({0}), cannot specify 64-byte hexadecimal strings")]
    LooksLikeId(String),
    /// It has more than 255 characters.
    #[error("repository name must not be more than 255 characters")]
    TooLong,
    /// It is not written in full.
    #[error("repository name must be canonical")]
    NotCanonical,
    /// Its digest is wrong.
    #[error(transparent)]
    Digest(#[from] ParseDigestError),
}
