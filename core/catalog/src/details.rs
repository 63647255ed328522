//! What an index says of packages besides their names, read when the first of them is described.

use std::{collections::BTreeMap, rc::Rc};

use apk::Checksum;

use crate::pack::{Block, Damaged, Pack, Reader, Table};

/// The packer counts build times from here.
const EPOCH: u64 = 1_500_000_000;
/// Beginnings of pages that stand as one byte each, from 3 on.
const STARTS: [&str; 4] = ["https://github.com/", "https://gitlab.com/", "https://www.", "https://"];

/// The columns, still packed.
pub(crate) struct Packed([Table; 10]);

impl Packed {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        Ok(Packed([
            pack.table("versions")?,
            pack.table("origins")?,
            pack.table("licenses")?,
            pack.table("pages")?,
            pack.table("installed-lengths")?,
            pack.table("download-lengths")?,
            pack.table("size-bits")?,
            pack.table("times")?,
            pack.table("priorities")?,
            pack.table("checksums")?,
        ]))
    }

    pub(crate) fn unpack(&self, packages: usize) -> Result<Details, Damaged> {
        let columns: Vec<Rc<Block>> =
            self.0.iter().map(|column| column.block(0)).collect::<Result<_, _>>()?;
        let column = |at: usize| &*columns[at];
        let mut details = Details {
            versions: Texts::read(column(0), packages)?,
            origins: Texts::read(column(1), packages)?,
            licenses: Texts::read(column(2), packages)?,
            pages: Texts::read(column(3), packages)?,
            sizes: sizes(column(4), column(5), column(6), packages)?,
            times: times(column(7), packages)?,
            priorities: BTreeMap::new(),
            checksums: BTreeMap::new(),
        };
        let priorities = column(8);
        let mut reader = Reader::new(priorities.value(0));
        while !reader.is_empty() {
            details.priorities.insert(reader.size()?, reader.small()?);
        }
        let checksums = column(9);
        let mut reader = Reader::new(checksums.value(0));
        while !reader.is_empty() {
            let place = reader.size()?;
            let bytes = reader.take(20)?.try_into().map_err(|_| Damaged)?;
            details.checksums.insert(place, Checksum::from_bytes(bytes));
        }
        Ok(details)
    }
}

/// The columns, by the place of a package.
pub(crate) struct Details {
    versions: Texts,
    origins: Texts,
    licenses: Texts,
    pages: Texts,
    /// Of the installation and of the download.
    pub(crate) sizes: Vec<[u64; 2]>,
    pub(crate) times: Vec<u64>,
    /// Those that are not zero.
    pub(crate) priorities: BTreeMap<usize, u32>,
    /// Those that have to be the real ones, since the base image has them.
    pub(crate) checksums: BTreeMap<usize, Checksum>,
}

impl Details {
    pub(crate) fn version(&self, place: usize) -> &str {
        self.versions.get(place)
    }

    pub(crate) fn license(&self, place: usize) -> &str {
        self.licenses.get(place)
    }

    /// The name of the source package: that of a package by its place, or a text.
    pub(crate) fn origin(&self, place: usize) -> Result<usize, &str> {
        match self.origins.get(place) {
            "\x02" => Ok(self.origins.heads[place] as usize),
            text => Err(text),
        }
    }

    /// The home page; `origin` gives the source package of a package by its place.
    pub(crate) fn page(&self, place: usize, origin: impl Fn(usize) -> Option<Rc<str>>) -> String {
        let page = self.pages.get(place);
        let start = STARTS.iter().zip('\x03'..).find(|(_, byte)| page.starts_with(*byte));
        let (start, rest) = start.map_or(("", page), |(start, _)| (start, &page[1..]));
        match rest.split_once('\x02') {
            Some((before, after)) => {
                let origin = origin(self.pages.heads[place] as usize);
                [start, before, origin.as_deref().unwrap_or_default(), after].concat()
            }
            None => [start, rest].concat(),
        }
    }
}

/// A text for each package; what many have stands once, at the first of them.
struct Texts {
    text: String,
    ends: Vec<u32>,
    heads: Vec<u32>,
}

impl Texts {
    fn read(block: &Block, packages: usize) -> Result<Self, Damaged> {
        let text = std::str::from_utf8(block.value(0)).map_err(|_| Damaged)?.to_owned();
        let ends = block.line_ends();
        if ends.len() != packages {
            return Err(Damaged);
        }
        let mut heads = Vec::with_capacity(packages);
        let mut start = 0;
        for (place, &end) in (0..).zip(&ends) {
            let head = if start == end { *heads.last().ok_or(Damaged)? } else { place };
            heads.push(head);
            start = end + 1;
        }
        Ok(Texts { text, ends, heads })
    }

    fn get(&self, place: usize) -> &str {
        let head = self.heads[place] as usize;
        let start = head.checked_sub(1).map_or(0, |before| self.ends[before] as usize + 1);
        match &self.text[start..self.ends[head] as usize] {
            "\x01" => "",
            text => text,
        }
    }
}

/// Sizes are written as how many bits they have, the download compared with the installation, and
/// those bits without the first.
fn sizes(
    installed: &Block,
    downloads: &Block,
    bits: &Block,
    packages: usize,
) -> Result<Vec<[u64; 2]>, Damaged> {
    let mut bits = Bits { bytes: bits.value(0), at: 0 };
    let lengths = installed.value(0).iter().zip(downloads.value(0));
    let sizes = lengths.map(|(&installed, &download)| {
        let coded = bits.number(u32::from(installed))?;
        // Up to 3.20, Alpine counts whole blocks.
        let size = if coded.is_multiple_of(2) { coded / 2 * 4096 } else { coded / 2 };
        let length = u64::BITS - size.leading_zeros();
        let length = (u32::from(download) + length).checked_sub(64).ok_or(Damaged)?;
        Ok([size, bits.number(length)?])
    });
    let sizes = sizes.collect::<Result<Vec<_>, Damaged>>()?;
    if sizes.len() == packages { Ok(sizes) } else { Err(Damaged) }
}

/// Bits, the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// A number of so many bits, the first of which is not written.
    fn number(&mut self, length: u32) -> Result<u64, Damaged> {
        let Some(rest) = length.checked_sub(1) else { return Ok(0) };
        if rest > 48 {
            return Err(Damaged);
        }
        let (first, shift) = (self.at / 8, self.at % 8);
        self.at += rest as usize;
        if self.at > self.bytes.len() * 8 {
            return Err(Damaged);
        }
        let bytes = &self.bytes[first..self.at.div_ceil(8)];
        let word = bytes.iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
        Ok(word >> shift & ((1 << rest) - 1) | 1 << rest)
    }
}

/// Zero: as before. One: not known.
fn times(block: &Block, packages: usize) -> Result<Vec<u64>, Damaged> {
    let mut reader = Reader::new(block.value(0));
    let mut last = 0;
    let times = (0..packages).map(|_| {
        last = match reader.number()? {
            0 => last,
            1 => 0,
            time => EPOCH.checked_add(time - 2).ok_or(Damaged)?,
        };
        Ok(last)
    });
    times.collect()
}
