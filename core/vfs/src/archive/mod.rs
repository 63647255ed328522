//! Tar archives, as Go's `archive/tar` writes them and docker reads them, and compression.

mod block;
mod compression;
mod entry;
mod error;
mod pax;
mod read;
mod unpack;
mod whole;
mod write;

pub use compression::{Compression, decompress};
pub use entry::{EntryKind, Header};
pub use error::ArchiveError;
pub use read::{Entry, Limits, Reader};
pub use unpack::unpack;
pub use whole::{read_tree, write_tree};
pub use write::Writer;
