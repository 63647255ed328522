//! The daemon's state as bytes: a document that names everything, and parts that hold the files.
//!
//! A part's name is the digest of its bytes, so parts never change and are written once. They are read when something
//! first needs the files in them: listing images or finding every step in the cache reads none.

mod build_cache;
mod container;
mod document;
mod remote;
mod shelf;
mod volume;

use std::fmt;

use api::{ApiError, ErrorKind};
use digest::Digest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

pub(crate) use shelf::Shelf;

/// A saved [`Engine`](crate::Engine).
#[derive(Clone)]
pub struct Saved {
    /// The document: JSON.
    pub document: Vec<u8>,
    /// The parts that were not saved before.
    pub new_parts: Vec<(Digest, Vec<u8>)>,
    /// All parts that the document names, sorted.
    pub parts: Vec<Digest>,
}

/// Where the parts of a saved state are read from.
pub trait Parts {
    /// The bytes of a part. The caller checks their digest.
    ///
    /// # Errors
    /// One sentence: why it cannot be read.
    fn read(&self, part: &Digest) -> Result<Vec<u8>, String>;
}

/// Why a document cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// It was written by a later Glasshull, or one too old.
    #[error("the state has format {0}, and this program reads format {1}")]
    Format(u32, u32),
    /// It is no document of ours, or damaged.
    #[error("the state cannot be read: {0}")]
    Damaged(String),
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new: Vec<_> = self.new_parts.iter().map(|(part, bytes)| (part, bytes.len())).collect();
        f.debug_struct("Saved").field("document", &self.document.len()).field("new_parts", &new).finish()
    }
}

/// Reads a part into what it was made from.
pub(crate) fn read_part<T: DeserializeOwned>(
    parts: Option<&dyn Parts>,
    part: Option<Digest>,
) -> Result<T, ApiError> {
    let damaged =
        |reason: String| ApiError::new(ErrorKind::Server, format!("the saved state is damaged: {reason}"));
    let (Some(parts), Some(part)) = (parts, part) else {
        return Err(damaged("a part has no name".to_owned()));
    };
    let bytes = parts.read(&part).map_err(|reason| damaged(format!("part {}: {reason}", part.short())))?;
    if digest::sha256(&bytes) != part {
        return Err(damaged(format!("part {} is not what its name says", part.short())));
    }
    postcard::from_bytes(&bytes).map_err(|error| damaged(format!("part {}: {error}", part.short())))
}

/// The parts of one save.
#[derive(Default)]
struct Writer {
    new: Vec<(Digest, Vec<u8>)>,
    all: Vec<Digest>,
}

impl Writer {
    /// The part that holds a value; written now unless it was before.
    fn part<T, S: Serialize>(&mut self, shelf: &Shelf<T>, form: impl FnOnce(&T) -> S) -> Option<Digest> {
        let part = match (shelf.part(), shelf.get()) {
            (Some(part), _) => part,
            (None, None) => return None,
            (None, Some(value)) => {
                // Nothing in the stored forms can fail: no maps with odd keys, no lengths unknown.
                let bytes = postcard::to_allocvec(&form(value)).ok()?;
                let part = digest::sha256(&bytes);
                shelf.set_part(part);
                if !self.all.contains(&part) {
                    self.new.push((part, bytes));
                }
                part
            }
        };
        self.all.push(part);
        Some(part)
    }
}
