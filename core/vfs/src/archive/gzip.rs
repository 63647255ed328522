use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::ArchiveError;

/// How an archive is compressed, as docker sees by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// What the first bytes say.
    pub fn detect(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, 0x08, ..] => Compression::Gzip,
            [b'B', b'Z', b'h', ..] => Compression::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Compression::None => "no compression",
            Compression::Gzip => "gzip compression",
            Compression::Bzip2 => "bzip2 compression",
            Compression::Xz => "xz compression",
            Compression::Zstd => "zstd compression",
        }
    }
}

/// The bytes behind gzip, or those given if they are not compressed; at most `limit` of them.
///
/// # Errors
/// Broken data, the limit, or a compression that is not simulated.
pub fn decompress(bytes: &[u8], limit: u64) -> Result<Vec<u8>, ArchiveError> {
    match Compression::detect(bytes) {
        Compression::None => Ok(bytes.to_vec()),
        Compression::Gzip => gunzip(bytes, limit),
        other => Err(ArchiveError::NotSimulated(other.name())),
    }
}

fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(limit.saturating_add(1)).read_to_end(&mut plain);
    match read {
        Ok(count) if count as u64 > limit => Err(ArchiveError::Limit { what: "bytes", limit }),
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(ArchiveError::Truncated),
        Err(_) => Err(ArchiveError::Compression("gzip: invalid header")),
    }
}
