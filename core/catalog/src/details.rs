//! What an index says of packages besides their names: what decisions depend on is read when the first package is
//! described, the rest when somebody asks for it.

use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use apk::Checksum;

use crate::pack::{Block, Damaged, Pack, Reader, Table};

/// The packer counts build times from here.
const EPOCH: u64 = 1_500_000_000;
/// Beginnings of pages that stand as one byte each, from 3 on.
const STARTS: [&str; 4] = ["https://github.com/", "https://gitlab.com/", "https://www.", "https://"];

/// The columns that decisions depend on, still packed.
pub(crate) struct PackedDetails([Table; 6]);

impl PackedDetails {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        Ok(PackedDetails([
            pack.table("versions")?,
            pack.table("installed-lengths")?,
            pack.table("download-lengths")?,
            pack.table("size-bits")?,
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
            sizes: sizes(column(1), column(2), column(3), packages)?,
            priorities: BTreeMap::new(),
            checksums: BTreeMap::new(),
        };
        let mut reader = Reader::new(column(4).value(0));
        while !reader.is_empty() {
            details.priorities.insert(reader.size()?, reader.small()?);
        }
        let mut reader = Reader::new(column(5).value(0));
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
    /// Of the installation and of the download.
    pub(crate) sizes: Vec<[u64; 2]>,
    /// Those that are not zero.
    pub(crate) priorities: BTreeMap<usize, u32>,
    /// Those that have to be the real ones, since the base image has them.
    pub(crate) checksums: BTreeMap<usize, Checksum>,
}

impl Details {
    pub(crate) fn version(&self, place: usize) -> &str {
        self.versions.get(place)
    }
}

/// The columns that nothing depends on, read when the first of them is asked for.
pub(crate) struct Lore {
    packed: [Table; 4],
    packages: usize,
    unpacked: OnceCell<Unpacked>,
}

struct Unpacked {
    origins: Texts,
    licenses: Texts,
    pages: Texts,
    times: Vec<u64>,
}

impl Lore {
    pub(crate) fn open(pack: &mut Pack, packages: usize) -> Result<Self, Damaged> {
        let packed =
            [pack.table("origins")?, pack.table("licenses")?, pack.table("pages")?, pack.table("times")?];
        Ok(Lore { packed, packages, unpacked: OnceCell::new() })
    }

    fn unpacked(&self) -> Result<&Unpacked, Damaged> {
        if let Some(unpacked) = self.unpacked.get() {
            return Ok(unpacked);
        }
        let column = |at: usize| self.packed[at].block(0);
        let unpacked = Unpacked {
            origins: Texts::read(&*column(0)?, self.packages)?,
            licenses: Texts::read(&*column(1)?, self.packages)?,
            pages: Texts::read(&*column(2)?, self.packages)?,
            times: times(&*column(3)?, self.packages)?,
        };
        Ok(self.unpacked.get_or_init(|| unpacked))
    }

    pub(crate) fn license(&self, place: usize) -> Result<&str, Damaged> {
        Ok(self.unpacked()?.licenses.get(place))
    }

    pub(crate) fn build_time(&self, place: usize) -> Result<u64, Damaged> {
        Ok(self.unpacked()?.times[place])
    }

    /// The name of the source package: that of a package by its place, or a text.
    pub(crate) fn origin(&self, place: usize) -> Result<Result<usize, &str>, Damaged> {
        let origins = &self.unpacked()?.origins;
        Ok(match origins.get(place) {
            "\x02" => Ok(origins.head(place)),
            text => Err(text),
        })
    }

    /// The home page; `origin` gives the source package of a package by its place.
    pub(crate) fn page(
        &self,
        place: usize,
        origin: impl Fn(usize) -> Option<Rc<str>>,
    ) -> Result<String, Damaged> {
        let pages = &self.unpacked()?.pages;
        let page = pages.get(place);
        let start = STARTS.iter().zip('\x03'..).find(|(_, byte)| page.starts_with(*byte));
        let (start, rest) = start.map_or(("", page), |(start, _)| (start, &page[1..]));
        Ok(match rest.split_once('\x02') {
            Some((before, after)) => {
                let origin = origin(pages.head(place));
                [start, before, origin.as_deref().unwrap_or_default(), after].concat()
            }
            None => [start, rest].concat(),
        })
    }
}

/// A text for each package; what many have stands once, at the first of them.
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn read(block: &Block, packages: usize) -> Result<Self, Damaged> {
        let text = std::str::from_utf8(block.value(0)).map_err(|_| Damaged)?.to_owned();
        let ends = block.line_ends(packages);
        if ends.len() != packages || text.starts_with('\n') {
            return Err(Damaged);
        }
        Ok(Texts { text, ends })
    }

    /// Where the line of a package begins.
    fn start(&self, place: usize) -> u32 {
        place.checked_sub(1).map_or(0, |before| self.ends[before] + 1)
    }

    /// The place at which a package's text stands: lines that repeat it are empty.
    fn head(&self, place: usize) -> usize {
        (0..=place).rev().find(|&at| self.start(at) < self.ends[at]).unwrap_or(0)
    }

    fn get(&self, place: usize) -> &str {
        let head = self.head(place);
        match &self.text[self.start(head) as usize..self.ends[head] as usize] {
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
        let word = match self.bytes[first..].first_chunk::<8>() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => self.bytes[first..].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
        };
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
