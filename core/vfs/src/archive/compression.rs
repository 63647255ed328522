use std::io::{self, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

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
    /// A header of Zstandard that is broken.
    pub fn decoder(self, bytes: &[u8]) -> Result<Box<dyn Read + '_>, ArchiveError> {
        const SEVERAL_STREAMS: bool = true;
        Ok(match self {
            Compression::None => Box::new(bytes),
            Compression::Gzip => Box::new(MultiGzDecoder::new(bytes)),
            Compression::Bzip2 => Box::new(MultiBzDecoder::new(bytes)),
            Compression::Xz => Box::new(XzReader::new(bytes, SEVERAL_STREAMS)),
            Compression::Zstd => Box::new(Frames::new(bytes)),
        })
    }

    /// What broken data is called.
    const fn complaint(self) -> &'static str {
        match self {
            Compression::None => "broken data",
            Compression::Zstd => "zstd data invalid",
            Compression::Gzip => "gzip: invalid header",
            Compression::Bzip2 => "bzip2 data invalid",
            Compression::Xz => "xz data invalid",
        }
    }
}

/// Frames of Zstandard, one after the other; those that are to be skipped are.
struct Frames<'a> {
    rest: &'a [u8],
    frame: Option<StreamingDecoder<&'a [u8], FrameDecoder>>,
}

impl<'a> Frames<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Frames { rest: bytes, frame: None }
    }

    /// Goes past frames that hold no content (RFC 8878, section 3.1.2).
    fn skip(&mut self) -> io::Result<()> {
        while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, rest @ ..] = self.rest {
            let len = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            self.rest = rest.get(len..).ok_or(io::ErrorKind::UnexpectedEof)?;
        }
        Ok(())
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.is_none() {
                self.skip()?;
                if self.rest.is_empty() {
                    return Ok(0);
                }
                let frame = StreamingDecoder::new(self.rest).map_err(io::Error::other)?;
                self.frame = Some(frame);
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let read = frame.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.rest = self.frame.take().map_or(&[][..], StreamingDecoder::into_inner);
        }
    }
}

/// The bytes behind a compression, or those given if they are not compressed; at most `limit` of them.
///
/// # Errors
/// Broken data, or the limit.
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
