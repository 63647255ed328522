//! The header block of tar archives: those that busybox reads (V7, USTAR, GNU), and GNU's, which it writes.

use bstr::{BStr, BString, ByteSlice};
use vfs::{Device, FileType};

/// Archives are made of blocks of this size.
pub(super) const BLOCK: usize = 512;

pub(super) type Block = [u8; BLOCK];

/// Where a field is, and its length.
type Field = (usize, usize);

const NAME: Field = (0, 100);
const MODE: Field = (100, 8);
const UID: Field = (108, 8);
const GID: Field = (116, 8);
const SIZE: Field = (124, 12);
const MTIME: Field = (136, 12);
const CHECKSUM: Field = (148, 8);
const FLAG: usize = 156;
const LINK: Field = (157, 100);
const MAGIC: Field = (257, 8);
const UNAME: Field = (265, 32);
const GNAME: Field = (297, 32);
const MAJOR: Field = (329, 8);
const MINOR: Field = (337, 8);
const PREFIX: Field = (345, 155);

/// What an archive tells of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: BString,
    /// The type letter.
    pub(super) flag: u8,
    /// Permission bits.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u64,
    /// Seconds since 1970.
    pub(super) mtime: i64,
    /// Target of a link.
    pub(super) link: BString,
    pub(super) uname: BString,
    pub(super) gname: BString,
    pub(super) device: Device,
}

/// Why a block is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The magic is neither USTAR's nor GNU's nor V7's zeros.
    Magic,
    /// The sum is wrong.
    Checksum,
}

impl Header {
    /// The kind of file; hard links count as regular files. `None` for letters that are no files.
    pub(super) fn kind(&self) -> Option<FileType> {
        Some(match self.flag {
            0 | b'0' | b'7' if self.name.ends_with(b"/") => FileType::Directory,
            0 | b'0' | b'7' | b'1' => FileType::Regular,
            b'2' => FileType::Symlink,
            b'3' => FileType::CharDevice,
            b'4' => FileType::BlockDevice,
            b'5' => FileType::Directory,
            b'6' => FileType::Fifo,
            _ => return None,
        })
    }

    /// Whether the name goes on from a prefix; GNU archives have other things in its place.
    pub(super) fn has_prefix(block: &Block) -> bool {
        field(block, MAGIC).starts_with(b"ustar\0") && !text(block, PREFIX).is_empty()
    }

    /// Reads a block.
    pub(super) fn read(block: &Block) -> Result<Self, Fault> {
        let magic = &field(block, MAGIC)[..5];
        if magic != b"ustar" && magic != [0; 5] {
            return Err(Fault::Magic);
        }
        let sum = number(block, CHECKSUM);
        if sum != checksum(block, u32::from) && sum != checksum(block, |byte| i32::from(byte as i8) as u32) {
            return Err(Fault::Checksum);
        }
        let (name, prefix) = (text(block, NAME), text(block, PREFIX));
        let id = |at| u32::try_from(number(block, at)).unwrap_or(u32::MAX);
        Ok(Self {
            name: if Self::has_prefix(block) { bytes!("{}/{}", prefix, name) } else { name.to_owned() },
            flag: block[FLAG],
            mode: id(MODE) & 0o7777,
            uid: id(UID),
            gid: id(GID),
            size: number(block, SIZE),
            mtime: i64::try_from(number(block, MTIME)).unwrap_or(i64::MAX),
            link: text(block, LINK).to_owned(),
            uname: text(block, UNAME).to_owned(),
            gname: text(block, GNAME).to_owned(),
            device: Device { major: id(MAJOR), minor: id(MINOR) },
        })
    }

    /// Writes the block, and before it those for names that do not fit.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for (flag, long, limit) in [(b'K', &self.link, LINK.1), (b'L', &self.name, NAME.1)] {
            if long.len() >= limit {
                long_name(flag, long.as_bstr(), out);
            }
        }
        let mut block = [0; BLOCK];
        put(&mut block, NAME, &self.name);
        put_octal(&mut block, MODE, self.mode.into());
        put_octal(&mut block, UID, self.uid.into());
        put_octal(&mut block, GID, self.gid.into());
        put_octal(&mut block, SIZE, self.size);
        put_octal(&mut block, MTIME, u64::try_from(self.mtime).unwrap_or(0));
        block[FLAG] = self.flag;
        put(&mut block, LINK, &self.link);
        put(&mut block, MAGIC, b"ustar  ");
        put(&mut block, UNAME, &self.uname);
        put(&mut block, GNAME, &self.gname);
        if matches!(self.flag, b'3' | b'4') {
            put_octal(&mut block, MAJOR, self.device.major.into());
            put_octal(&mut block, MINOR, self.device.minor.into());
        }
        seal(block, out);
    }
}

/// GNU's entry before the one whose name is long.
fn long_name(flag: u8, name: &BStr, out: &mut Vec<u8>) {
    let mut block = [0; BLOCK];
    put(&mut block, NAME, b"././@LongLink");
    for at in [MODE, UID, GID, MTIME] {
        put_octal(&mut block, at, 0);
    }
    put_octal(&mut block, SIZE, name.len() as u64 + 1);
    block[FLAG] = flag;
    put(&mut block, MAGIC, b"ustar  ");
    seal(block, out);
    out.extend_from_slice(name);
    out.push(0);
    pad(out);
}

/// Fills the last block with zeros.
pub(super) fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(BLOCK), 0);
}

fn seal(mut block: Block, out: &mut Vec<u8>) {
    let sum = format!("{:06o}\0 ", checksum(&block, u32::from));
    put(&mut block, CHECKSUM, sum.as_bytes());
    out.extend_from_slice(&block);
}

/// The sum of all bytes, those of its own field taken as blanks.
fn checksum(block: &Block, value: impl Fn(u8) -> u32) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().fold(0u32, |sum, byte| sum.wrapping_add(value(*byte)));
    let blanks = u32::from(b' ') * CHECKSUM.1 as u32;
    sum(block).wrapping_sub(sum(field(block, CHECKSUM))).wrapping_add(blanks).into()
}

fn field(block: &Block, (at, len): Field) -> &[u8] {
    &block[at..at + len]
}

fn text(block: &Block, at: Field) -> &BStr {
    let bytes = field(block, at);
    bytes[..bytes.find_byte(0).unwrap_or(bytes.len())].as_bstr()
}

/// Octal digits, or GNU's binary number; 0 when it is neither.
fn number(block: &Block, at: Field) -> u64 {
    let bytes = field(block, at);
    if bytes[0] & 0x80 != 0 {
        return bytes[1..].iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    }
    let digits = bytes.trim_ascii_start().iter().take_while(|byte| (b'0'..=b'7').contains(byte));
    digits.fold(0, |number: u64, digit| number << 3 | u64::from(digit - b'0'))
}

fn put(block: &mut Block, (at, len): Field, bytes: &[u8]) {
    let len = bytes.len().min(len);
    block[at..at + len].copy_from_slice(&bytes[..len]);
}

/// Octal digits and NUL, or GNU's binary number where they do not fit.
fn put_octal(block: &mut Block, (at, len): Field, number: u64) {
    if number < 1 << (3 * (len - 1)) {
        put(block, (at, len), format!("{number:0width$o}\0", width = len - 1).as_bytes());
    } else {
        let bytes = number.to_be_bytes();
        let shown = bytes.len().min(len - 1);
        block[at] = 0x80;
        block[at + len - shown..at + len].copy_from_slice(&bytes[bytes.len() - shown..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Header {
        Header {
            name: "d/f".into(),
            flag: b'0',
            mode: 0o644,
            uid: 1000,
            gid: 10_000_000,
            size: 3,
            mtime: 1_600_000_000,
            link: BString::default(),
            uname: "app".into(),
            gname: "app".into(),
            device: Device::default(),
        }
    }

    #[test]
    fn headers_are_read_as_they_were_written() {
        let mut out = Vec::new();
        sample().write(&mut out);
        let block: Block = out[..].try_into().unwrap();
        assert_eq!(&block[136..156], b"13727410000\x00010077\x00 ");
        assert_eq!(Header::read(&block), Ok(sample()));
    }

    #[test]
    fn broken_blocks_are_told_apart() {
        let mut out = Vec::new();
        sample().write(&mut out);
        let mut block: Block = out[..].try_into().unwrap();
        block[0] ^= 1;
        assert_eq!(Header::read(&block), Err(Fault::Checksum));
        block[257] = b'x';
        assert_eq!(Header::read(&block), Err(Fault::Magic));
    }
}
