use std::io::{self, Write};

use bstr::{BString, ByteSlice};

use super::block::{self, BLOCK, Block, ascii, padding};
use super::pax::{self, Records};
use super::{EntryKind, Header};
use crate::Content;

/// Writes a tar archive as Go's `archive/tar` does: USTAR, long names split at a slash where that serves, PAX records
/// before an entry for what does not fit.
pub struct Writer<W> {
    inner: W,
}

impl<W: Write> Writer<W> {
    /// A writer into `inner`.
    pub fn new(inner: W) -> Self {
        Writer { inner }
    }

    /// Writes an entry; its size is that of `content`. Kinds other than regular files have none.
    ///
    /// # Errors
    /// Those of the writer below.
    pub fn entry(&mut self, header: &Header, content: &Content) -> io::Result<()> {
        let has_content = header.kind == EntryKind::Regular;
        let size = if has_content { content.len() } else { 0 };
        self.header(&Header { size, ..header.clone() })?;
        if has_content {
            for chunk in content.chunks() {
                self.inner.write_all(&chunk)?;
            }
            self.pad(size)?;
        }
        Ok(())
    }

    /// Writes the two zero blocks of the end, and gives the writer below back.
    ///
    /// # Errors
    /// Those of the writer below.
    pub fn finish(mut self) -> io::Result<W> {
        self.inner.write_all(&[0; 2 * BLOCK])?;
        Ok(self.inner)
    }

    fn header(&mut self, header: &Header) -> io::Result<()> {
        let records = records(header);
        if !records.is_empty() {
            self.extended_header(&header.name, &pax::format(&records))?;
        }
        let split = if records.is_empty() { split_name(&header.name) } else { None };
        let (prefix, name) = split.unwrap_or((b"", &header.name));
        let mut block = [0; BLOCK];
        block::NAME.set_text(&mut block, &ascii(name));
        block::PREFIX.set_text(&mut block, prefix);
        block::LINK.set_text(&mut block, &ascii(&header.link));
        block::UNAME.set_text(&mut block, &ascii(&header.uname));
        block::GNAME.set_text(&mut block, &ascii(&header.gname));
        block::MODE.set_octal(&mut block, header.mode.into());
        block::UID.set_octal(&mut block, header.uid.into());
        block::GID.set_octal(&mut block, header.gid.into());
        block::SIZE.set_octal(&mut block, header.size);
        block::MTIME.set_octal(&mut block, u64::try_from(header.mtime.secs()).unwrap_or(0));
        block::MAJOR.set_octal(&mut block, header.device.major.into());
        block::MINOR.set_octal(&mut block, header.device.minor.into());
        self.block(block, header.kind.flag())
    }

    /// The entry of type `x` that holds records for the next one.
    fn extended_header(&mut self, name: &BString, body: &[u8]) -> io::Result<()> {
        let at = name.rfind_byte(b'/').map_or(0, |at| at + 1);
        let (dir, file) = name.split_at(at);
        let joined = [dir, b"PaxHeaders.0/", file].concat();
        let mut name = ascii(&joined);
        name.truncate(block::NAME.len);
        let name = name.trim_end_with(|last| last == '/');
        let mut block = [0; BLOCK];
        block::NAME.set_text(&mut block, name);
        for field in [block::MODE, block::UID, block::GID, block::MTIME] {
            field.set_octal(&mut block, 0);
        }
        block::SIZE.set_octal(&mut block, body.len() as u64);
        self.block(block, b'x')?;
        self.inner.write_all(body)?;
        self.pad(body.len() as u64)
    }

    fn block(&mut self, mut block: Block, flag: u8) -> io::Result<()> {
        block[block::FLAG] = flag;
        block::MAGIC.set_text(&mut block, b"ustar\x0000");
        block::seal(&mut block);
        self.inner.write_all(&block)
    }

    fn pad(&mut self, size: u64) -> io::Result<()> {
        self.inner.write_all(&[0; BLOCK][..padding(size)])
    }
}

/// What USTAR cannot hold.
fn records(header: &Header) -> Records {
    let mut records = Records::new();
    let mut put = |key: &str, value: &[u8]| records.insert(BString::from(key), BString::from(value));
    let is_long = header.name.len() > block::NAME.len || !header.name.is_ascii();
    if is_long && split_name(&header.name).is_none() {
        put("path", &header.name);
    }
    for (key, value, field) in [
        ("linkpath", &header.link, block::LINK),
        ("uname", &header.uname, block::UNAME),
        ("gname", &header.gname, block::GNAME),
    ] {
        if value.len() > field.len || !value.is_ascii() {
            put(key, value);
        }
    }
    for (key, number, field) in [
        ("uid", header.uid.into(), block::UID),
        ("gid", header.gid.into(), block::GID),
        ("size", header.size, block::SIZE),
    ] {
        if !field.fits(number) {
            put(key, number.to_string().as_bytes());
        }
    }
    let seconds = header.mtime.secs();
    if !u64::try_from(seconds).is_ok_and(|seconds| block::MTIME.fits(seconds)) {
        put("mtime", seconds.to_string().as_bytes());
    }
    for (name, value) in header.xattrs.iter() {
        put(&format!("{}{name}", pax::XATTR), value);
    }
    // Once there are records, Go writes a long name as one too, where it could have been split.
    if is_long && !records.is_empty() {
        records.insert(BString::from("path"), header.name.clone());
    }
    records
}

/// Prefix and name as USTAR splits a long path at a slash; none if it is short or cannot be split.
fn split_name(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if name.len() <= block::NAME.len || !name.is_ascii() {
        return None;
    }
    let limit = if name.len() > block::PREFIX.len + 1 {
        block::PREFIX.len + 1
    } else {
        name.len() - usize::from(name.ends_with(b"/"))
    };
    let at = name[..limit].rfind_byte(b'/').filter(|at| *at > 0 && *at <= block::PREFIX.len)?;
    let rest = &name[at + 1..];
    (!rest.is_empty() && rest.len() <= block::NAME.len).then_some((&name[..at], rest))
}
