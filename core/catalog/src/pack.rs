//! The embedded file of facts: named tables of keys and values in compressed blocks, read lazily.
//!
//! ```text
//! file     = "GLASSCAT" u32le:length deflate(contents) block*
//! contents = number:tables table*
//! table    = text:name number:entries number:blocks info*
//! info     = text:first-key number:entries number:bytes
//! block    = deflate((number:shared text:rest-of-key)* number:value-length* value*)
//! number   = seven bits a byte, lowest first, high bit: more follow
//! text     = number:length bytes
//! ```
//!
//! `cargo xtask catalog` writes it.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, ops::Range, rc::Rc};

use bstr::ByteSlice;
use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags},
    decompress_to_vec_with_limit,
};
use thiserror::Error;

/// No block is larger than this when unpacked.
const MAX_BLOCK: usize = 16 << 20;

/// The file is not what this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the embedded facts are damaged")]
pub struct Damaged;

/// Reads numbers and texts one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, Damaged> {
        // Nearly all numbers are of one byte.
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Result<u64, Damaged> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(Damaged)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    pub(crate) fn size(&mut self) -> Result<usize, Damaged> {
        usize::try_from(self.number()?).map_err(|_| Damaged)
    }

    /// A number below 2^32.
    pub(crate) fn small(&mut self) -> Result<u32, Damaged> {
        u32::try_from(self.number()?).map_err(|_| Damaged)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Damaged> {
        let (&byte, rest) = self.rest.split_first().ok_or(Damaged)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn text(&mut self) -> Result<&'a [u8], Damaged> {
        let length = self.size()?;
        self.take(length)
    }

    pub(crate) fn utf8(&mut self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.text()?).map_err(|_| Damaged)
    }
}

/// Unpacks a block into room that suffices for most.
fn inflate(packed: &[u8]) -> Result<Vec<u8>, Damaged> {
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let mut bytes = vec![0; (packed.len() * 4).clamp(64, MAX_BLOCK)];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, taken, made) = decompress(&mut state, &packed[read..], &mut bytes, written, flags);
        (read, written) = (read + taken, written + made);
        match status {
            TINFLStatus::Done => {
                bytes.truncate(written);
                return Ok(bytes);
            }
            TINFLStatus::HasMoreOutput if bytes.len() < MAX_BLOCK => {
                bytes.resize((bytes.len() * 2).min(MAX_BLOCK), 0);
            }
            _ => return Err(Damaged),
        }
    }
}

/// A block that has been unpacked.
#[derive(Debug)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    keys: Vec<Vec<u8>>,
    values: Vec<Range<usize>>,
}

impl Block {
    fn unpack(packed: &[u8], entries: usize) -> Result<Self, Damaged> {
        let bytes = inflate(packed)?;
        let mut reader = Reader::new(&bytes);
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for _ in 0..entries {
            let shared = reader.size()?;
            let rest = reader.text()?;
            let previous = keys.last().map_or(&[][..], Vec::as_slice);
            keys.push([previous.get(..shared).ok_or(Damaged)?, rest].concat());
        }
        let lengths = (0..entries).map(|_| reader.size()).collect::<Result<Vec<_>, _>>()?;
        let mut start = bytes.len() - reader.rest.len();
        let mut values = Vec::new();
        for length in lengths {
            let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Damaged)?;
            values.push(start..end);
            start = end;
        }
        Ok(Block { bytes, keys, values })
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn key(&self, at: usize) -> &[u8] {
        &self.keys[at]
    }

    pub(crate) fn value(&self, at: usize) -> &[u8] {
        &self.bytes[self.values[at].clone()]
    }

    /// The lines of the first value.
    pub(crate) fn lines(&self) -> Result<impl Iterator<Item = &str>, Damaged> {
        let text = std::str::from_utf8(self.value(0)).map_err(|_| Damaged)?;
        let mut rest = text;
        Ok(std::iter::from_fn(move || {
            let end = rest.bytes().position(|byte| byte == b'\n')?;
            let line = &rest[..end];
            rest = &rest[end + 1..];
            Some(line)
        }))
    }

    /// Where the lines of the first value end, of which there should be so many.
    pub(crate) fn line_ends(&self, count: usize) -> Vec<u32> {
        let mut ends = Vec::with_capacity(count.min(self.value(0).len()));
        ends.extend(self.value(0).find_iter(b"\n").map(|end| end as u32));
        ends
    }

    fn find(&self, key: &[u8]) -> Option<usize> {
        self.keys.binary_search_by(|other| other.as_slice().cmp(key)).ok()
    }
}

#[derive(Debug)]
struct BlockInfo {
    first_key: Vec<u8>,
    entries: usize,
    packed: Range<usize>,
}

/// A table of the file.
#[derive(Debug)]
pub(crate) struct Table {
    file: Rc<Cow<'static, [u8]>>,
    blocks: Vec<BlockInfo>,
    unpacked: RefCell<BTreeMap<usize, Rc<Block>>>,
}

impl Table {
    /// A block, unpacked on its first use.
    pub(crate) fn block(&self, number: usize) -> Result<Rc<Block>, Damaged> {
        if let Some(block) = self.unpacked.borrow().get(&number) {
            return Ok(block.clone());
        }
        let info = self.blocks.get(number).ok_or(Damaged)?;
        let block = Rc::new(Block::unpack(&self.file[info.packed.clone()], info.entries)?);
        self.unpacked.borrow_mut().insert(number, block.clone());
        Ok(block)
    }

    /// The entry with a key, in a table that is sorted.
    pub(crate) fn find(&self, key: &[u8]) -> Result<Option<(Rc<Block>, usize)>, Damaged> {
        let number = self.blocks.partition_point(|info| info.first_key.as_slice() <= key);
        let Some(number) = number.checked_sub(1) else { return Ok(None) };
        let block = self.block(number)?;
        Ok(block.find(key).map(|at| (block, at)))
    }

    /// All entries in order.
    pub(crate) fn entries(&self) -> Result<Vec<(Rc<Block>, usize)>, Damaged> {
        let mut all = Vec::new();
        for number in 0..self.blocks.len() {
            let block = self.block(number)?;
            all.extend((0..block.len()).map(|at| (block.clone(), at)));
        }
        Ok(all)
    }
}

/// The opened file.
#[derive(Debug)]
pub(crate) struct Pack(BTreeMap<String, Table>);

impl Pack {
    /// Reads the list of tables; no block is unpacked yet.
    pub(crate) fn open(file: &Rc<Cow<'static, [u8]>>) -> Result<Self, Damaged> {
        let rest = file.strip_prefix(b"GLASSCAT").ok_or(Damaged)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(Damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (contents, blocks) = rest.split_at_checked(length).ok_or(Damaged)?;
        let contents = decompress_to_vec_with_limit(contents, MAX_BLOCK).map_err(|_| Damaged)?;
        let mut reader = Reader::new(&contents);
        let mut blocks = file.len() - blocks.len()..file.len();
        let mut tables = BTreeMap::new();
        for _ in 0..reader.number()? {
            let name = reader.utf8()?.to_owned();
            tables.insert(name, read_table(&mut reader, file, &mut blocks)?);
        }
        Ok(Pack(tables))
    }

    /// Takes a column out, a table of one value, and unpacks it.
    pub(crate) fn column(&mut self, name: &str) -> Result<Rc<Block>, Damaged> {
        let block = self.table(name)?.block(0)?;
        if block.len() == 1 { Ok(block) } else { Err(Damaged) }
    }

    /// Takes a table out.
    pub(crate) fn table(&mut self, name: &str) -> Result<Table, Damaged> {
        self.0.remove(name).ok_or(Damaged)
    }
}

fn read_table(
    contents: &mut Reader<'_>,
    file: &Rc<Cow<'static, [u8]>>,
    rest: &mut Range<usize>,
) -> Result<Table, Damaged> {
    let entries = contents.size()?;
    let mut blocks: Vec<BlockInfo> = Vec::new();
    let mut read = 0;
    for _ in 0..contents.number()? {
        let first_key = contents.text()?.to_vec();
        let in_block = contents.size()?;
        let end = rest.start.checked_add(contents.size()?).filter(|end| *end <= rest.end).ok_or(Damaged)?;
        blocks.push(BlockInfo { first_key, entries: in_block, packed: rest.start..end });
        rest.start = end;
        read += in_block;
    }
    let file = Rc::clone(file);
    if read == entries { Ok(Table { file, blocks, unpacked: RefCell::default() }) } else { Err(Damaged) }
}
