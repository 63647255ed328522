//! The entries of an archive, one after the other.

use std::ops::Range;

use bstr::{BStr, BString, ByteSlice};

use super::header::{BLOCK, Block, Fault, Header};

/// An archive, decompressed.
pub(super) struct Source {
    bytes: Vec<u8>,
    at: usize,
    /// A file: what lies beyond its end is no error when it is passed over.
    seekable: bool,
    /// What a block that is cut means.
    cut: Broken,
    started: bool,
}

/// An entry: its header, and where its content is.
pub(super) struct Entry {
    pub(super) header: Header,
    content: Range<usize>,
}

/// Why an archive ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Magic,
    Checksum,
    /// Nothing is there at all, or a content is cut.
    Short,
    /// A type letter that busybox does not know.
    Flag(u8),
}

impl Broken {
    pub(super) fn message(self) -> String {
        match self {
            Self::Magic => "invalid tar magic".to_owned(),
            Self::Checksum => "invalid tar header checksum".to_owned(),
            Self::Short => "short read".to_owned(),
            Self::Flag(flag) => format!("unknown typeflag: 0x{flag:x}"),
        }
    }
}

/// What extended headers say of the next entry.
#[derive(Default)]
struct Extended {
    name: Option<BString>,
    link: Option<BString>,
}

impl Source {
    /// An archive that was not compressed.
    pub(super) fn plain(bytes: Vec<u8>, seekable: bool) -> Self {
        Self { bytes, at: 0, seekable, cut: Broken::Magic, started: false }
    }

    /// What a decompressor gave.
    pub(super) fn decoded(bytes: Vec<u8>) -> Self {
        Self { bytes, at: 0, seekable: false, cut: Broken::Short, started: false }
    }

    /// Its bytes.
    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The next entry; none at the end.
    pub(super) fn next_entry(&mut self) -> Result<Option<Entry>, Broken> {
        let mut extended = Extended::default();
        while let Some(header) = self.header()? {
            let size = usize::try_from(header.size).map_err(|_| Broken::Short)?;
            match header.flag {
                b'L' => extended.name = Some(until_nul(self.special(size)?)),
                b'K' => extended.link = Some(until_nul(self.special(size)?)),
                b'x' => pax(self.special(size)?, &mut extended),
                b'g' => drop(self.special(size)?),
                _ => return self.entry(header, size, extended).map(Some),
            }
        }
        Ok(None)
    }

    fn entry(&mut self, mut header: Header, size: usize, extended: Extended) -> Result<Entry, Broken> {
        header.name = extended.name.unwrap_or(header.name);
        header.link = extended.link.unwrap_or(header.link);
        if header.kind().is_none() {
            return Err(Broken::Flag(header.flag));
        }
        let has_content = matches!(header.flag, 0 | b'0' | b'7') && !header.name.ends_with(b"/");
        let size = if has_content { size } else { 0 };
        header.size = size as u64;
        let content = self.at..self.at.saturating_add(size);
        self.at = content.end.saturating_add(size.next_multiple_of(BLOCK) - size);
        if self.at > self.bytes.len() && !self.seekable {
            self.at = self.bytes.len();
            return Ok(Entry { header, content: content.start..usize::MAX });
        }
        Ok(Entry { header, content })
    }

    /// The content of an entry; what is left of it when the archive is cut.
    pub(super) fn content(&self, entry: &Entry) -> (&[u8], Result<(), Broken>) {
        match self.bytes.get(entry.content.clone()) {
            Some(content) => (content, Ok(())),
            None => {
                let start = entry.content.start.min(self.bytes.len());
                (&self.bytes[start..], Err(Broken::Short))
            }
        }
    }

    /// Whether what was passed over is there.
    pub(super) fn passed(&self, entry: &Entry) -> Result<(), Broken> {
        if self.seekable || entry.content.end <= self.bytes.len() { Ok(()) } else { Err(Broken::Short) }
    }

    /// The next header block; none at two zero blocks or the end of the bytes.
    fn header(&mut self) -> Result<Option<Header>, Broken> {
        let mut zeros = 0;
        while zeros < 2 {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return if self.started { Ok(None) } else { Err(Broken::Short) };
            }
            self.started = true;
            let block: &Block = rest.first_chunk().ok_or(self.cut)?;
            self.at += BLOCK;
            // A directory's whole name can stand in the place of the prefix.
            if block[0] != 0 || Header::has_prefix(block) {
                return match Header::read(block) {
                    Ok(header) => Ok(Some(header)),
                    Err(Fault::Magic) => Err(Broken::Magic),
                    Err(Fault::Checksum) => Err(Broken::Checksum),
                };
            }
            zeros += 1;
        }
        Ok(None)
    }

    fn special(&mut self, size: usize) -> Result<&[u8], Broken> {
        let start = self.at;
        let end = start.checked_add(size).ok_or(Broken::Short)?;
        self.at = end.saturating_add(size.next_multiple_of(BLOCK) - size);
        self.bytes.get(start..end).ok_or(Broken::Short)
    }
}

fn until_nul(bytes: &[u8]) -> BString {
    BString::from(&bytes[..bytes.find_byte(0).unwrap_or(bytes.len())])
}

/// Path and link target of a PAX header; busybox takes nothing else from it.
fn pax(mut records: &[u8], extended: &mut Extended) {
    while let Some((key, value, rest)) = record(records) {
        match key.as_bytes() {
            b"path" => extended.name = Some(value.to_owned()),
            b"linkpath" => extended.link = Some(value.to_owned()),
            _ => {}
        }
        records = rest;
    }
}

/// `LENGTH KEY=VALUE`, newline.
fn record(records: &[u8]) -> Option<(&BStr, &BStr, &[u8])> {
    let blank = records.find_byte(b' ')?;
    let length: usize = records[..blank].to_str().ok()?.parse().ok()?;
    let text = records.get(blank + 1..length)?.strip_suffix(b"\n")?;
    let (key, value) = text.split_once_str("=")?;
    Some((key.as_bstr(), value.as_bstr(), &records[length..]))
}
