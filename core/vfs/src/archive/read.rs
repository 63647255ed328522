use std::io::Read;

use bstr::{BStr, BString, ByteSlice};

use super::block::{self, BLOCK, Block, padding};
use super::pax::{self, Records};
use super::{ArchiveError, EntryKind, Header};
use crate::{Content, Device, Time, Xattrs};

/// Budgets of reading an archive.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries.
    pub entries: u64,
    /// Bytes of content and of extended headers, all entries together, after decompression.
    pub bytes: u64,
}

impl Default for Limits {
    /// Room for the largest images that make sense in a lesson.
    fn default() -> Self {
        Limits { entries: 1_000_000, bytes: 1 << 30 }
    }
}

/// Longest extended header: Go's own limit for PAX and GNU records.
const SPECIAL_MAX: u64 = 1 << 20;

/// An entry with its content.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the archive tells of it.
    pub header: Header,
    /// Its bytes; empty but for regular files.
    pub content: Content,
}

/// Reads a tar archive (V7, USTAR, PAX, GNU long names and numbers), an entry at a time.
pub struct Reader<R> {
    inner: R,
    limits: Limits,
    entries: u64,
    bytes: u64,
}

/// What extended headers say of the next entry.
#[derive(Default)]
struct Extended {
    records: Records,
    name: Option<BString>,
    link: Option<BString>,
}

impl<R: Read> Reader<R> {
    /// A reader of the uncompressed archive `inner`.
    pub fn new(inner: R, limits: Limits) -> Self {
        Reader { inner, limits, entries: 0, bytes: 0 }
    }

    /// The next entry; none at the end. Global headers and kinds that file systems do not know are passed over.
    ///
    /// # Errors
    /// A broken or truncated archive, a sparse file, a limit.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, ArchiveError> {
        let mut extended = Extended::default();
        while let Some(block) = self.next_header()? {
            let size = u64::try_from(block::SIZE.number(&block).ok_or(ArchiveError::Header)?)
                .map_err(|_| ArchiveError::Header)?;
            match block[block::FLAG] {
                b'x' => extended.records = pax::parse(&self.special(size)?)?,
                b'g' => drop(self.special(size)?),
                b'L' => extended.name = Some(until_nul(&self.special(size)?)),
                b'K' => extended.link = Some(until_nul(&self.special(size)?)),
                b'S' => return Err(ArchiveError::NotSimulated("a sparse file")),
                flag => {
                    let size = extended.number("size")?.map_or(Ok(size), u64::try_from);
                    let size = size.map_err(|_| ArchiveError::Header)?;
                    let header = header(&block, flag, size, std::mem::take(&mut extended))?;
                    let has_content = header.as_ref().is_none_or(|header| header.kind == EntryKind::Regular);
                    let bytes = if has_content { self.content(size)? } else { Vec::new() };
                    if let Some(header) = header {
                        let size = bytes.len() as u64;
                        return Ok(Some(Entry { header: Header { size, ..header }, content: bytes.into() }));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The next header block; none at a zero block or the end of the input.
    fn next_header(&mut self) -> Result<Option<Block>, ArchiveError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.inner.read(&mut block[filled..])? {
                0 if filled == 0 => return Ok(None),
                0 => return Err(ArchiveError::Truncated),
                count => filled += count,
            }
        }
        if block == [0; BLOCK] {
            return Ok(None);
        }
        if block::CHECKSUM.number(&block).and_then(|sum| u64::try_from(sum).ok())
            != Some(block::checksum(&block))
        {
            return Err(ArchiveError::Header);
        }
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(ArchiveError::Limit { what: "entries", limit: self.limits.entries });
        }
        Ok(Some(block))
    }

    fn special(&mut self, size: u64) -> Result<Vec<u8>, ArchiveError> {
        if size > SPECIAL_MAX {
            return Err(ArchiveError::Limit { what: "bytes in an extended header", limit: SPECIAL_MAX });
        }
        self.content(size)
    }

    fn content(&mut self, size: u64) -> Result<Vec<u8>, ArchiveError> {
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.bytes {
            return Err(ArchiveError::Limit { what: "bytes", limit: self.limits.bytes });
        }
        let mut bytes = Vec::new();
        let read = self.inner.by_ref().take(size).read_to_end(&mut bytes)?;
        let mut rest = [0; BLOCK];
        if (read as u64) < size {
            return Err(ArchiveError::Truncated);
        }
        self.inner.read_exact(&mut rest[..padding(size)])?;
        Ok(bytes)
    }
}

impl Extended {
    fn number(&self, key: &str) -> Result<Option<i64>, ArchiveError> {
        let Some(text) = self.records.get(BStr::new(key)) else { return Ok(None) };
        let number = text.to_str().ok().and_then(|text| text.parse().ok());
        number.map(Some).ok_or(ArchiveError::Header)
    }

    fn text(&mut self, key: &str) -> Option<BString> {
        self.records.remove(BStr::new(key))
    }

    fn mtime(&self) -> Result<Option<Time>, ArchiveError> {
        let Some(text) = self.records.get(BStr::new("mtime")) else { return Ok(None) };
        let text = text.to_str().map_err(|_| ArchiveError::Header)?;
        let (secs, fraction) = text.split_once('.').unwrap_or((text, ""));
        let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        let secs_number: i64 = secs.parse().map_err(|_| ArchiveError::Header)?;
        let nanos: u32 = nanos.parse().map_err(|_| ArchiveError::Header)?;
        let whole = Time::from_secs(secs_number);
        let signed = if secs.starts_with('-') { -i64::from(nanos) } else { i64::from(nanos) };
        Ok(Some(Time(whole.0.saturating_add(signed))))
    }

    fn xattrs(&self) -> Xattrs {
        let mut xattrs = Xattrs::default();
        for (key, value) in &self.records {
            if let Some(name) = key.strip_prefix(pax::XATTR.as_bytes()).filter(|name| !name.is_empty()) {
                xattrs.set(name, value.clone());
            }
        }
        xattrs
    }
}

/// Joins a block and what came before it. None for kinds that file systems do not know.
fn header(
    block: &Block,
    flag: u8,
    size: u64,
    mut extended: Extended,
) -> Result<Option<Header>, ArchiveError> {
    let number = |field: block::Field| field.number(block).ok_or(ArchiveError::Header);
    let id = |number: i64| u32::try_from(number).map_err(|_| ArchiveError::Header);
    let name = extended.text("path").or(extended.name.take()).unwrap_or_else(|| plain_name(block));
    let kind = match flag {
        0 | b'0' | b'7' if name.ends_with(b"/") && flag == 0 => EntryKind::Directory,
        0 | b'0' | b'7' => EntryKind::Regular,
        b'1' => EntryKind::HardLink,
        b'2' => EntryKind::Symlink,
        b'3' => EntryKind::CharDevice,
        b'4' => EntryKind::BlockDevice,
        b'5' => EntryKind::Directory,
        b'6' => EntryKind::Fifo,
        _ => return Ok(None),
    };
    let is_device = matches!(kind, EntryKind::CharDevice | EntryKind::BlockDevice);
    let device = if is_device {
        Device { major: id(number(block::MAJOR)?)?, minor: id(number(block::MINOR)?)? }
    } else {
        Device::default()
    };
    Ok(Some(Header {
        kind,
        mode: number(block::MODE)? as u32,
        uid: id(extended.number("uid")?.map_or_else(|| number(block::UID), Ok)?)?,
        gid: id(extended.number("gid")?.map_or_else(|| number(block::GID), Ok)?)?,
        size,
        mtime: extended.mtime()?.map_or_else(|| number(block::MTIME).map(Time::from_secs), Ok)?,
        link: extended
            .text("linkpath")
            .or(extended.link.take())
            .unwrap_or_else(|| block::LINK.text(block).to_owned()),
        device,
        uname: extended.text("uname").unwrap_or_else(|| block::UNAME.text(block).to_owned()),
        gname: extended.text("gname").unwrap_or_else(|| block::GNAME.text(block).to_owned()),
        xattrs: extended.xattrs(),
        name,
    }))
}

/// The name of the block itself, with USTAR's prefix. GNU archives have other things in its place.
fn plain_name(block: &Block) -> BString {
    let name = block::NAME.text(block);
    let prefix = block::PREFIX.text(block);
    let is_ustar = block::MAGIC.of(block).starts_with(b"ustar\0");
    if !is_ustar || prefix.is_empty() {
        return name.to_owned();
    }
    [prefix.as_bytes(), b"/", name.as_bytes()].concat().into()
}

fn until_nul(bytes: &[u8]) -> BString {
    let end = bytes.find_byte(0).unwrap_or(bytes.len());
    BString::from(&bytes[..end])
}
