use std::io::Read;

use flate2::read::MultiGzDecoder;
use vfs::Content;

/// How an archive is compressed, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// A tar as it is.
    None,
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
}

/// Length of a tar header.
const BLOCK: usize = 512;

/// What the first bytes say.
pub(crate) fn compression(first: &[u8]) -> Compression {
    match first {
        [0x1f, 0x8b, 0x08, ..] => Compression::Gzip,
        [b'B', b'Z', b'h', ..] => Compression::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        _ => Compression::None,
    }
}

/// Whether docker would unpack a file: a tar header can be read at its beginning, after decompression.
pub(crate) fn is_archive(content: &Content) -> bool {
    let first = content.read(0, BLOCK);
    match compression(&first) {
        Compression::None => is_header(&first),
        Compression::Gzip => {
            let mut block = vec![0; BLOCK];
            MultiGzDecoder::new(&content.to_vec()[..]).read_exact(&mut block).is_ok() && is_header(&block)
        }
        Compression::Bzip2 | Compression::Xz => true,
    }
}

/// Whether a block is a tar header: its checksum is right.
fn is_header(block: &[u8]) -> bool {
    let Some(field) = block.get(148..156).filter(|_| block.len() == BLOCK) else { return false };
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = field.iter().map(|byte| u32::from(*byte)).sum();
    let text = String::from_utf8_lossy(field);
    let written = u32::from_str_radix(text.trim_matches(['\0', ' ']), 8);
    written == Ok(sum - own + 8 * u32::from(b' '))
}
