use std::fmt;

use bstr::{BStr, BString};

/// Which simulated program an executable is. The text is the business of whoever loads programs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramNote(BString);

impl ProgramNote {
    /// Longest note; what follows is cut.
    pub const MAX: usize = 512;

    /// A note with this text: one line.
    pub fn new(text: impl Into<BString>) -> Self {
        let mut text: BString = text.into();
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        text.truncate(end.min(Self::MAX));
        ProgramNote(text)
    }

    /// The text.
    pub fn text(&self) -> &BStr {
        self.0.as_ref()
    }
}

impl AsRef<[u8]> for ProgramNote {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ProgramNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProgramNote({:?})", self.0)
    }
}

/// Content of a given size whose real bytes are not known: pseudo-random, computed from the seed when read.
///
/// With a program note, the bytes begin with something that looks like an ELF header and holds the note in clear, as
/// far as `len` reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synthetic {
    /// Number of bytes.
    pub len: u64,
    /// Seed of the bytes.
    pub seed: u64,
    /// The program that this is.
    pub program: Option<ProgramNote>,
}

/// `e_ident` and the fields of an x86-64 executable's header, without sections or segments.
const ELF: [u8; 64] = {
    let mut header = [0; 64];
    let head = [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0];
    let mut at = 0;
    while at < head.len() {
        header[at] = head[at];
        at += 1;
    }
    header[52] = 64; // e_ehsize
    header[54] = 56; // e_phentsize
    header[58] = 64; // e_shentsize
    header
};

const MARKER: &[u8] = b"glasshull program ";

/// Bytes that the longest header has.
pub(super) const HEADER_MAX: usize = ELF.len() + MARKER.len() + ProgramNote::MAX + 1;

impl Synthetic {
    /// Computes the bytes from `offset` on.
    pub(super) fn fill(&self, offset: u64, buffer: &mut [u8]) {
        fill_random(self.seed, offset, buffer);
        let Some(program) = &self.program else { return };
        let mut at = 0;
        for part in [&ELF, MARKER, program.as_ref(), b"\n"] {
            overlay(at, part, offset, buffer);
            at += part.len() as u64;
        }
    }
}

/// The note in the header that `bytes` begin with.
pub(super) fn parse_header(bytes: &[u8]) -> Option<ProgramNote> {
    let text = bytes.strip_prefix(&ELF)?.strip_prefix(MARKER)?;
    let end = text.iter().position(|byte| *byte == b'\n')?;
    Some(ProgramNote::new(&text[..end]))
}

/// Copies the part of `piece`, which lies at `at`, that falls into `buffer`, which lies at `offset`.
fn overlay(at: u64, piece: &[u8], offset: u64, buffer: &mut [u8]) {
    let start = at.max(offset);
    let end = (at + piece.len() as u64).min(offset + buffer.len() as u64);
    if start < end {
        let count = (end - start) as usize;
        buffer[(start - offset) as usize..][..count]
            .copy_from_slice(&piece[(start - at) as usize..][..count]);
    }
}

/// Bytes of the stream of SplitMix64 words that belongs to `seed`: word `i` depends on the seed and `i` alone.
fn fill_random(seed: u64, offset: u64, buffer: &mut [u8]) {
    let misaligned = (offset % 8) as usize;
    let head = if misaligned == 0 { 0 } else { (8 - misaligned).min(buffer.len()) };
    let (first, rest) = buffer.split_at_mut(head);
    first.copy_from_slice(&word(seed, offset / 8)[misaligned..][..head]);
    let base = (offset + head as u64) / 8;
    let mut words = rest.chunks_exact_mut(8);
    let mut index = base;
    for slot in &mut words {
        slot.copy_from_slice(&word(seed, index));
        index += 1;
    }
    let tail = words.into_remainder();
    let count = tail.len();
    tail.copy_from_slice(&word(seed, index)[..count]);
}

fn word(seed: u64, index: u64) -> [u8; 8] {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ z >> 31).to_le_bytes()
}
