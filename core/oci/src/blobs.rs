use std::collections::BTreeMap;

use digest::Digest;
use thiserror::Error;

/// A store of bytes by their digest: a folder, an archive, memory.
pub trait Blobs {
    /// Whether the blob is there.
    fn has(&self, digest: &Digest) -> bool;
    /// How many bytes the blob has; none if it is not there.
    ///
    /// # Errors
    /// The store cannot be read.
    fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        Ok(self.get(digest)?.map(|bytes| bytes.len() as u64))
    }
    /// The blob; none if it is not there. The caller checks the digest.
    ///
    /// # Errors
    /// The store cannot be read.
    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError>;
    /// Stores a blob, unless it is there, and gives its digest.
    ///
    /// # Errors
    /// The store cannot be written.
    fn put(&mut self, bytes: &[u8]) -> Result<Digest, BlobError>;
}

/// A store that failed, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BlobError(pub String);

/// Blobs in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryBlobs(pub BTreeMap<Digest, Vec<u8>>);

impl Blobs for MemoryBlobs {
    fn has(&self, digest: &Digest) -> bool {
        self.0.contains_key(digest)
    }

    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.0.get(digest).cloned())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = digest::sha256(bytes);
        self.0.entry(digest).or_insert_with(|| bytes.to_vec());
        Ok(digest)
    }
}
