//! The compressed formats that busybox reads, with its complaints about broken data.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use lzma_rust2::{LzmaReader, XzReader};

/// A compressed format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Gzip,
    Bzip2,
    Xz,
    Lzma,
}

/// What came out, and what is wrong with the rest.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// `Some("")`: it is broken, and busybox says nothing about it.
    pub(super) fault: Option<&'static str>,
}

/// The memory that decoding a `.lzma` or `.xz` file may take, in KiB: enough for `xz -9`.
const DICTIONARY: u32 = 80 << 10;

/// The first byte of a `.lzma` file is below this: 9 * 5 * 5 combinations of its parameters.
const PROPERTIES: u8 = 225;

impl Codec {
    /// The format that the first bytes show. `.lzma` files show nothing.
    pub(super) fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// Decodes at most `limit` bytes.
    pub(super) fn decode(self, input: &[u8], limit: u64) -> Decoded {
        if self == Self::Bzip2 && matches!(input, [b'B', b'Z', version, ..] if *version != b'h') {
            return Decoded { bytes: Vec::new(), fault: Some("bunzip error -2") };
        }
        if self != Self::Lzma && Self::detect(input) != Some(self) {
            let fault = if self == Self::Xz { "" } else { "invalid magic" };
            return Decoded { bytes: Vec::new(), fault: Some(fault) };
        }
        match self {
            Self::Gzip => gunzip(input, limit),
            Self::Bzip2 => bunzip(input, limit),
            Self::Xz => read(XzReader::new(input, true), limit, "corrupted data"),
            Self::Lzma if input.len() < 13 => {
                let fault = if input.is_empty() { "bad lzma header" } else { "unexpected EOF" };
                Decoded { bytes: Vec::new(), fault: Some(fault) }
            }
            Self::Lzma => match LzmaReader::new_mem_limit(input, DICTIONARY, None) {
                Ok(reader) => read(reader, limit, "corrupted data"),
                Err(_) => {
                    let fault = if input[0] < PROPERTIES { "unexpected EOF" } else { "bad lzma header" };
                    Decoded { bytes: Vec::new(), fault: Some(fault) }
                }
            },
        }
    }
}

const TOO_LONG: &str = "the data exceed the memory budget of this simulation";

fn read(reader: impl Read, limit: u64, broken: &'static str) -> Decoded {
    let mut bytes = Vec::new();
    let outcome = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let fault = match outcome {
        Ok(_) if bytes.len() as u64 > limit => Some(TOO_LONG),
        Ok(_) => None,
        Err(_) => Some(broken),
    };
    Decoded { bytes, fault }
}

/// An end that comes too early is told apart from broken headers and broken data.
fn bunzip(input: &[u8], limit: u64) -> Decoded {
    let mut bytes = Vec::new();
    let mut reader = bzip2::read::MultiBzDecoder::new(input).take(limit.saturating_add(1));
    let fault = match reader.read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > limit => Some(TOO_LONG),
        Ok(_) => None,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Some("bunzip error -3"),
        Err(error) => match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(bzip2::Error::DataMagic) => Some("bunzip error -2"),
            _ => Some("bunzip error -5"),
        },
    };
    Decoded { bytes, fault }
}

/// All members; what follows the last one and is none is ignored.
fn gunzip(input: &[u8], limit: u64) -> Decoded {
    let mut decoded = Decoded::default();
    let mut rest = input;
    while Codec::detect(rest) == Some(Codec::Gzip) {
        match member(rest, &mut decoded.bytes, limit) {
            Ok(used) => rest = &rest[used..],
            Err(fault) => {
                decoded.fault = Some(fault);
                break;
            }
        }
    }
    decoded
}

/// One member (RFC 1952); how many bytes it takes.
fn member(input: &[u8], out: &mut Vec<u8>, limit: u64) -> Result<usize, &'static str> {
    let body = body(input).ok_or("corrupted data")?;
    let start = out.len();
    let mut inflater = Decompress::new(false);
    loop {
        let used = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        out.reserve(CHUNK);
        let before = (inflater.total_in(), inflater.total_out());
        let status = inflater
            .decompress_vec(&input[body + used..], out, FlushDecompress::None)
            .map_err(|_| "corrupted data")?;
        if out.len() as u64 > limit {
            return Err(TOO_LONG);
        }
        if status == Status::StreamEnd {
            break;
        }
        if before == (inflater.total_in(), inflater.total_out()) {
            // busybox has written whole windows alone by then.
            out.truncate(start + (out.len() - start) / WINDOW * WINDOW);
            return Err("unexpected end of file");
        }
    }
    let end = body + usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
    let trailer = input.get(end..end + 8).ok_or("unexpected end of file")?;
    let content = &out[start..];
    if trailer[..4] != crc32(content).to_le_bytes() {
        return Err("crc error");
    }
    if trailer[4..] != length(content) {
        return Err("incorrect length");
    }
    Ok(end + 8)
}

/// Room that is made for output at a time.
const CHUNK: usize = 64 << 10;

/// What busybox writes at a time.
const WINDOW: usize = 32 << 10;

const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const HEADER_CRC: u8 = 2;

/// Raw deflated data, as ZIP archives have them.
pub(super) fn inflate(input: &[u8], limit: u64) -> Decoded {
    read(flate2::bufread::DeflateDecoder::new(input), limit, "corrupted data")
}

/// LZMA data of a ZIP archive: version, length of the properties, and these come first.
pub(super) fn lzma_in_zip(input: &[u8], size: u64, limit: u64) -> Decoded {
    let header = input.get(..9).filter(|header| header[2..4] == [5, 0]);
    let Some(header) = header else { return Decoded { bytes: Vec::new(), fault: Some("corrupted data") } };
    let mut alone = header[4..].to_vec();
    alone.extend_from_slice(&size.to_le_bytes());
    alone.extend_from_slice(&input[9..]);
    Codec::Lzma.decode(&alone, limit)
}

/// The checksum of ZIP and gzip.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Where the deflated data begin.
fn body(input: &[u8]) -> Option<usize> {
    let header = input.get(..10)?;
    if header[2] != 8 {
        return None;
    }
    let mut at = 10;
    if header[3] & EXTRA != 0 {
        let len = input.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([len[0], len[1]]));
    }
    for text in [NAME, COMMENT] {
        if header[3] & text != 0 {
            at += input.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if header[3] & HEADER_CRC != 0 {
        at += 2;
    }
    (at <= input.len()).then_some(at)
}

/// Deflates into one gzip member with the header that busybox writes: no name, no time, Unix.
pub(super) fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = flate2::bufread::DeflateEncoder::new(bytes, flate2::Compression::new(level));
    let effort = match level {
        9 => 2,
        1 => 4,
        _ => 0,
    };
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, 3];
    // Reading from memory cannot fail.
    let _ = encoder.read_to_end(&mut out);
    out.extend_from_slice(&crc32(bytes).to_le_bytes());
    out.extend_from_slice(&length(bytes));
    out
}

/// The number of bytes, as much of it as fits.
fn length(bytes: &[u8]) -> [u8; 4] {
    (bytes.len() as u32).to_le_bytes()
}

/// Compresses in the way of bzip2.
pub(super) fn bzip2(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut out = Vec::new();
    // Reading from memory cannot fail.
    let _ = bzip2::bufread::BzEncoder::new(bytes, bzip2::Compression::new(level)).read_to_end(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

        #[test]
        fn compressed_data_come_back(bytes in prop::collection::vec(0u8..4, 0..3000), level in 1u32..=9) {
            let whole = |codec: Codec, packed: Vec<u8>| codec.decode(&packed, 1 << 20);
            let expected = Decoded { bytes: bytes.clone(), fault: None };
            prop_assert_eq!(&whole(Codec::Gzip, gzip(&bytes, level)), &expected);
            prop_assert_eq!(&whole(Codec::Bzip2, bzip2(&bytes, level)), &expected);
        }

        #[test]
        fn broken_data_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0usize..60) {
            let mut packed = gzip(&bytes, 6);
            packed.truncate(packed.len().saturating_sub(cut));
            let _ = Codec::Gzip.decode(&packed, 1 << 20);
            for magic in [&[0x1f, 0x8b, 8][..], b"BZh9", b"\xfd7zXZ\0", b""] {
                let input = [magic, &bytes].concat();
                for codec in [Codec::Gzip, Codec::Bzip2, Codec::Xz, Codec::Lzma] {
                    let _ = codec.decode(&input, 1 << 20);
                }
            }
        }
    }

    #[test]
    fn a_bomb_meets_the_limit() {
        let packed = gzip(&vec![0; 1 << 20], 9);
        assert_eq!(Codec::Gzip.decode(&packed, 1000).fault, Some(TOO_LONG));
    }
}
