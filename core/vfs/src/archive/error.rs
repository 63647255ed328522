use thiserror::Error;

use crate::Errno;

/// Why an archive cannot be read or unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// No tar header where one must be. Go's text.
    #[error("archive/tar: invalid tar header")]
    Header,
    /// It ends within an entry. Go's text.
    #[error("unexpected EOF")]
    Truncated,
    /// It uses a feature that is not simulated.
    #[error("reading {0} in a tar archive is not simulated")]
    NotSimulated(&'static str),
    /// A budget is used up; names the limit.
    #[error("the archive exceeds the limit of {limit} {what}")]
    Limit {
        /// What is limited.
        what: &'static str,
        /// How much is allowed.
        limit: u64,
    },
    /// A name that leads out of the place where it is unpacked. Docker's text.
    #[error("{0}")]
    Breakout(String),
    /// Compressed data that is broken. Go's text.
    #[error("{0}")]
    Compression(&'static str),
    /// The file system refuses an entry.
    #[error("{path}: {errno}")]
    FileSystem {
        /// The entry's name.
        path: String,
        /// Why.
        errno: Errno,
    },
    /// The source of the bytes failed.
    #[error("{0}")]
    Io(String),
}

impl From<std::io::Error> for ArchiveError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => ArchiveError::Truncated,
            _ => ArchiveError::Io(error.to_string()),
        }
    }
}
