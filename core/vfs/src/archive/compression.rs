use std::io::Read;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

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

    /// A stream of the plain bytes behind `bytes`, which are compressed so. Broken data shows as errors of the stream.
    ///
    /// # Errors
    /// Zstandard is not simulated.
    pub fn decoder(self, bytes: &[u8]) -> Result<Box<dyn Read + '_>, ArchiveError> {
        const SEVERAL_STREAMS: bool = true;
        Ok(match self {
            Compression::None => Box::new(bytes),
            Compression::Gzip => Box::new(MultiGzDecoder::new(bytes)),
            Compression::Bzip2 => Box::new(MultiBzDecoder::new(bytes)),
            Compression::Xz => Box::new(XzReader::new(bytes, SEVERAL_STREAMS)),
            Compression::Zstd => return Err(ArchiveError::NotSimulated("zstd compression")),
        })
    }

    /// What broken data is called.
    const fn complaint(self) -> &'static str {
        match self {
            Compression::None | Compression::Zstd => "broken data",
            Compression::Gzip => "gzip: invalid header",
            Compression::Bzip2 => "bzip2 data invalid",
            Compression::Xz => "xz data invalid",
        }
    }
}

/// The bytes behind a compression, or those given if they are not compressed; at most `limit` of them.
///
/// # Errors
/// Broken data, the limit, or a compression that is not simulated.
pub fn decompress(bytes: &[u8], limit: u64) -> Result<Vec<u8>, ArchiveError> {
    let compression = Compression::detect(bytes);
    let mut plain = Vec::new();
    let read = compression.decoder(bytes)?.take(limit.saturating_add(1)).read_to_end(&mut plain);
    match read {
        Ok(count) if count as u64 > limit => Err(ArchiveError::Limit { what: "bytes", limit }),
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(ArchiveError::Truncated),
        Err(_) => Err(ArchiveError::Compression(compression.complaint())),
    }
}
