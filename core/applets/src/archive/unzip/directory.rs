//! The central directory of ZIP archives (PKWARE's APPNOTE).

use bstr::BString;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: BString,
    /// Bit 0: encrypted.
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Day and time as MS-DOS packs them.
    pub(super) date: u16,
    pub(super) time: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// `st_mode`, when the archive was made on Unix.
    pub(super) mode: Option<u32>,
    /// MS-DOS says that it is a directory.
    pub(super) dos_directory: bool,
    local: usize,
}

/// Numbers are little-endian.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn index(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// The system of origin whose attributes are Unix modes.
const UNIX: u16 = 3;
const DOS_DIRECTORY: u32 = 0x10;

/// The files in the order of the directory; none when the bytes are no archive.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<File>> {
    let end = (0..bytes.len().saturating_sub(21)).rev().find(|at| bytes[*at..].starts_with(END))?;
    let count = u16_at(bytes, end + 10)?;
    let mut at = index(bytes, end + 16)?;
    let mut files = Vec::new();
    for _ in 0..count {
        let (file, next) = entry(bytes, at)?;
        files.push(file);
        at = next;
    }
    Some(files)
}

fn entry(bytes: &[u8], at: usize) -> Option<(File, usize)> {
    if !bytes.get(at..)?.starts_with(ENTRY) {
        return None;
    }
    let length = |offset| u16_at(bytes, at + offset).map(usize::from);
    let name_end = at + 46 + length(28)?;
    let attributes = u32_at(bytes, at + 38)?;
    let file = File {
        name: bytes.get(at + 46..name_end)?.into(),
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        time: u16_at(bytes, at + 12)?,
        date: u16_at(bytes, at + 14)?,
        crc: u32_at(bytes, at + 16)?,
        packed: u32_at(bytes, at + 20)?.into(),
        size: u32_at(bytes, at + 24)?.into(),
        mode: (u16_at(bytes, at + 4)? >> 8 == UNIX).then_some(attributes >> 16),
        dos_directory: attributes & DOS_DIRECTORY != 0,
        local: index(bytes, at + 42)?,
    };
    Some((file, name_end + length(30)? + length(32)?))
}

impl File {
    /// The packed bytes.
    pub(super) fn content<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        if !bytes.get(self.local..)?.starts_with(LOCAL) {
            return None;
        }
        let names =
            usize::from(u16_at(bytes, self.local + 26)?) + usize::from(u16_at(bytes, self.local + 28)?);
        let start = self.local + 30 + names;
        bytes.get(start..start.checked_add(usize::try_from(self.packed).ok()?)?)
    }

    /// Whether it is a directory.
    pub(super) fn is_directory(&self) -> bool {
        self.name.ends_with(b"/") || (self.dos_directory && self.mode.is_none())
    }

    /// `09-13-2020 12:26`
    pub(super) fn stamp(&self) -> String {
        let (date, time) = (self.date, self.time);
        format!(
            "{:02}-{:02}-{:04} {:02}:{:02}",
            date >> 5 & 15,
            date & 31,
            1980 + (date >> 9),
            time >> 11,
            time >> 5 & 63
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn broken_archives_do_not_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0u8..100) {
            bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0");
            bytes.extend_from_slice(&[at, 0, 0, 0, 0, 0]);
            let place = usize::from(at);
            if place + 4 <= bytes.len() {
                bytes[place..place + 4].copy_from_slice(ENTRY);
            }
            for file in read(&bytes).into_iter().flatten() {
                let _ = file.content(&bytes);
            }
        }
    }
}
