use bstr::{BStr, BString};

/// Archives are made of blocks of this size.
pub(super) const BLOCK: usize = 512;

pub(super) type Block = [u8; BLOCK];

/// A field of the header block.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) at: usize,
    pub(super) len: usize,
}

pub(super) const NAME: Field = Field { at: 0, len: 100 };
pub(super) const MODE: Field = Field { at: 100, len: 8 };
pub(super) const UID: Field = Field { at: 108, len: 8 };
pub(super) const GID: Field = Field { at: 116, len: 8 };
pub(super) const SIZE: Field = Field { at: 124, len: 12 };
pub(super) const MTIME: Field = Field { at: 136, len: 12 };
pub(super) const CHECKSUM: Field = Field { at: 148, len: 8 };
pub(super) const FLAG: usize = 156;
pub(super) const LINK: Field = Field { at: 157, len: 100 };
pub(super) const MAGIC: Field = Field { at: 257, len: 8 };
pub(super) const UNAME: Field = Field { at: 265, len: 32 };
pub(super) const GNAME: Field = Field { at: 297, len: 32 };
pub(super) const MAJOR: Field = Field { at: 329, len: 8 };
pub(super) const MINOR: Field = Field { at: 337, len: 8 };
pub(super) const PREFIX: Field = Field { at: 345, len: 155 };

impl Field {
    pub(super) fn of(self, block: &Block) -> &[u8] {
        &block[self.at..self.at + self.len]
    }

    /// The text up to the first NUL.
    pub(super) fn text(self, block: &Block) -> &BStr {
        let bytes = self.of(block);
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        BStr::new(&bytes[..end])
    }

    /// Writes text, cut to the field, as Go does: a cut never leaves a slash at the end.
    pub(super) fn set_text(self, block: &mut Block, text: &[u8]) {
        let count = text.len().min(self.len);
        block[self.at..self.at + count].copy_from_slice(&text[..count]);
        if text.len() > self.len && text[self.len - 1] == b'/' {
            let kept = text[..self.len].iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
            block[self.at + kept] = 0;
        }
    }

    /// Writes an octal number with leading zeros and a NUL; zero if it does not fit.
    pub(super) fn set_octal(self, block: &mut Block, number: u64) {
        let fitting = if self.fits(number) { number } else { 0 };
        let text = format!("{fitting:0width$o}\0", width = self.len - 1);
        self.set_text(block, text.as_bytes());
    }

    /// Whether the number can be written in octal.
    pub(super) fn fits(self, number: u64) -> bool {
        number < 1 << (3 * (self.len - 1))
    }

    /// Reads an octal number, or GNU's binary one (first bit set). None if it is neither.
    pub(super) fn number(self, block: &Block) -> Option<i64> {
        let bytes = self.of(block);
        if bytes[0] & 0x80 != 0 {
            return binary(bytes);
        }
        let digits: Vec<u8> = bytes.iter().copied().filter(|byte| !matches!(byte, b' ' | 0)).collect();
        let text = std::str::from_utf8(&digits).ok()?;
        if text.is_empty() { Some(0) } else { i64::from_str_radix(text, 8).ok() }
    }
}

/// GNU's base-256 numbers: two's complement after the first bit.
fn binary(bytes: &[u8]) -> Option<i64> {
    let negative = bytes[0] & 0x40 != 0;
    let mut number: i64 = if negative { -1 } else { 0 };
    for (at, byte) in bytes.iter().enumerate() {
        let byte = if at == 0 && !negative { byte & 0x7f } else { *byte };
        number = number.checked_mul(256)?.checked_add(i64::from(byte))?;
    }
    Some(number)
}

/// Sum of all bytes with the checksum field read as blanks.
pub(super) fn checksum(block: &Block) -> u64 {
    let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
    let own: u64 = CHECKSUM.of(block).iter().map(|byte| u64::from(*byte)).sum();
    sum - own + 8 * u64::from(b' ')
}

/// Fills in the checksum: six digits, NUL, blank.
pub(super) fn seal(block: &mut Block) {
    let text = format!("{:06o}\0 ", checksum(block));
    CHECKSUM.set_text(block, text.as_bytes());
}

/// The ASCII characters of a name: what Go puts into fields that take no others.
pub(super) fn ascii(text: &[u8]) -> BString {
    text.iter().copied().filter(|byte| (1..0x80).contains(byte)).collect::<Vec<u8>>().into()
}

/// Bytes that fill the last block of `size` bytes.
pub(super) fn padding(size: u64) -> usize {
    (size.next_multiple_of(BLOCK as u64) - size) as usize
}
