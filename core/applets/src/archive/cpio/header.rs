//! Entries in the "newc" form: numbers of eight hexadecimal digits, name and content padded to four bytes.

use bstr::{BString, ByteSlice};
use vfs::{Device, FileType, Mode};

/// The bytes of the numbers of an entry.
pub(super) const LENGTH: usize = 110;
/// The name that ends an archive.
const TRAILER: &[u8] = b"TRAILER!!!";
/// The bytes of the entry with that name.
pub(super) const TRAILER_LENGTH: usize = 124;
/// The longest name that is read.
const LONGEST_NAME: u32 = 8 * 1024;

const FORMAT: u32 = 0o170_000;

/// What an entry says of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: BString,
    pub(super) ino: u32,
    pub(super) kind: FileType,
    pub(super) mode: Mode,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) nlink: u32,
    pub(super) mtime: u32,
    pub(super) size: u32,
    /// The device that the file is on.
    pub(super) device: (u32, u32),
    /// The device that a node stands for.
    pub(super) rdev: Device,
}

/// Why an archive cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Short,
    Format,
    Name,
}

impl Broken {
    pub(super) fn message(self) -> &'static str {
        match self {
            Broken::Short => "short read",
            Broken::Format => "unsupported cpio format, use newc or crc",
            Broken::Name => "malformed cpio file",
        }
    }
}

/// The next multiple of four.
pub(super) fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}

fn kind_of(mode: u32) -> FileType {
    match mode & FORMAT {
        0o010_000 => FileType::Fifo,
        0o020_000 => FileType::CharDevice,
        0o040_000 => FileType::Directory,
        0o060_000 => FileType::BlockDevice,
        0o120_000 => FileType::Symlink,
        0o140_000 => FileType::Socket,
        _ => FileType::Regular,
    }
}

impl Header {
    /// Reads an entry's header from the start of `bytes`; `None` where the archive ends.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Header, usize)>, Broken> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let fixed = bytes.get(..LENGTH).ok_or(Broken::Short)?;
        if !fixed.starts_with(b"070701") && !fixed.starts_with(b"070702") {
            return Err(Broken::Format);
        }
        let number = |index: usize| {
            let digits = fixed[6 + 8 * index..14 + 8 * index].to_str().ok();
            digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(Broken::Name)
        };
        let name_size = number(11)?;
        if name_size == 0 || name_size > LONGEST_NAME {
            return Err(Broken::Name);
        }
        let end = LENGTH + name_size as usize;
        let name = bytes.get(LENGTH..end).ok_or(Broken::Short)?;
        let name = name.split_str("\0").next().unwrap_or_default();
        if name == TRAILER {
            return Ok(None);
        }
        let mode = number(1)?;
        let header = Header {
            name: name.into(),
            ino: number(0)?,
            kind: kind_of(mode),
            mode: Mode::new(mode & 0o7777),
            uid: number(2)?,
            gid: number(3)?,
            nlink: number(4)?,
            mtime: number(5)?,
            size: number(6)?,
            device: (number(7)?, number(8)?),
            rdev: Device { major: number(9)?, minor: number(10)? },
        };
        Ok(Some((header, padded(end))))
    }

    /// Adds the header with its name, padded.
    pub(super) fn write(&self, archive: &mut Vec<u8>) {
        let numbers = [
            self.ino,
            self.kind.bits() | self.mode.bits(),
            self.uid,
            self.gid,
            self.nlink,
            self.mtime,
            self.size,
            self.device.0,
            self.device.1,
            self.rdev.major,
            self.rdev.minor,
        ];
        entry(&self.name, numbers, archive);
    }
}

fn entry(name: &[u8], numbers: [u32; 11], archive: &mut Vec<u8>) {
    archive.extend_from_slice(b"070701");
    let length = u32::try_from(name.len() + 1).unwrap_or(u32::MAX);
    for number in numbers.into_iter().chain([length, 0]) {
        archive.extend_from_slice(format!("{number:08X}").as_bytes());
    }
    archive.extend_from_slice(name);
    archive.push(0);
    pad(archive);
}

pub(super) fn pad(archive: &mut Vec<u8>) {
    archive.resize(padded(archive.len()), 0);
}

/// Adds the entry that ends an archive.
pub(super) fn finish(archive: &mut Vec<u8>) {
    entry(TRAILER, [0; 11], archive);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn broken_headers_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Header::read(&bytes);
            let mut marked = b"070701".to_vec();
            marked.extend(bytes.iter().map(|byte| b"0123456789ABCDEFG"[usize::from(byte % 17)]));
            let _ = Header::read(&marked);
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header = Header {
            name: "d/f".into(),
            ino: 7,
            kind: FileType::CharDevice,
            mode: Mode::new(0o4755),
            uid: 5,
            gid: 6,
            nlink: 2,
            mtime: 1_577_934_245,
            size: 0,
            device: (0, 254),
            rdev: Device { major: 1, minor: 3 },
        };
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        assert_eq!(bytes.len(), 116);
        assert_eq!(Header::read(&bytes), Ok(Some((header, 116))));
        assert_eq!(Header::read(&bytes[..115]).err(), None);
        assert_eq!(Header::read(&bytes[..113]), Err(Broken::Short));
    }
}
