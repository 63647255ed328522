//! The words of dd.

use bstr::{BStr, BString, ByteSlice};

use crate::frame::number::{self, SIZES};

/// What is told at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Report {
    All,
    /// The counts alone.
    Counts,
    None,
}

/// What the words ask for.
pub(super) struct Operands {
    pub(super) input: Option<BString>,
    pub(super) output: Option<BString>,
    pub(super) input_block: usize,
    pub(super) output_block: usize,
    pub(super) count: Option<u64>,
    pub(super) skip: u64,
    pub(super) seek: u64,
    pub(super) skip_bytes: bool,
    pub(super) count_bytes: bool,
    pub(super) seek_bytes: bool,
    pub(super) full_blocks: bool,
    pub(super) append: bool,
    pub(super) keep_rest: bool,
    pub(super) ignore_errors: bool,
    pub(super) fill: bool,
    pub(super) swap: bool,
    pub(super) report: Report,
}

/// Why the words were refused.
pub(super) enum Wrong {
    Usage,
    Message(BString),
}

/// Reads the words.
pub(super) fn read(words: &[BString]) -> Result<Operands, Wrong> {
    let mut operands = Operands {
        input: None,
        output: None,
        input_block: 512,
        output_block: 512,
        count: None,
        skip: 0,
        seek: 0,
        skip_bytes: false,
        count_bytes: false,
        seek_bytes: false,
        full_blocks: false,
        append: false,
        keep_rest: false,
        ignore_errors: false,
        fill: false,
        swap: false,
        report: Report::All,
    };
    for word in words {
        let Some((name, value)) = word.split_once_str("=") else { return Err(Wrong::Usage) };
        operands.take(name, value.as_bstr())?;
    }
    Ok(operands)
}

impl Operands {
    fn take(&mut self, name: &[u8], value: &BStr) -> Result<(), Wrong> {
        match name {
            b"if" => self.input = Some(value.to_owned()),
            b"of" => self.output = Some(value.to_owned()),
            b"ibs" => self.input_block = block(value)?,
            b"obs" => self.output_block = block(value)?,
            b"bs" => {
                self.input_block = block(value)?;
                self.output_block = self.input_block;
            }
            b"count" => self.count = Some(amount(value)?),
            b"skip" => self.skip = amount(value)?,
            b"seek" => self.seek = amount(value)?,
            b"conv" => return self.each("conv", value, Self::convert),
            b"iflag" => return self.each("iflag", value, Self::input_flag),
            b"oflag" => return self.each("oflag", value, Self::output_flag),
            b"status" => {
                self.report = match value.as_bytes() {
                    b"noxfer" => Report::Counts,
                    b"none" => Report::None,
                    _ => return Err(invalid(value, "status")),
                }
            }
            _ => return Err(Wrong::Usage),
        }
        Ok(())
    }

    fn each(
        &mut self,
        name: &str,
        list: &BStr,
        set: fn(&mut Self, &[u8]) -> Option<()>,
    ) -> Result<(), Wrong> {
        list.split_str(",").try_for_each(|word| set(self, word).ok_or_else(|| invalid(word.as_bstr(), name)))
    }

    fn convert(&mut self, word: &[u8]) -> Option<()> {
        match word {
            b"notrunc" => self.keep_rest = true,
            b"sync" => self.fill = true,
            b"noerror" => self.ignore_errors = true,
            b"swab" => self.swap = true,
            // All that is written is on the simulated disk at once.
            b"fsync" => {}
            _ => return None,
        }
        Some(())
    }

    fn input_flag(&mut self, word: &[u8]) -> Option<()> {
        match word {
            b"skip_bytes" => self.skip_bytes = true,
            b"count_bytes" => self.count_bytes = true,
            b"fullblock" => self.full_blocks = true,
            // There is no cache to read past.
            b"direct" => {}
            _ => return None,
        }
        Some(())
    }

    fn output_flag(&mut self, word: &[u8]) -> Option<()> {
        match word {
            b"seek_bytes" => self.seek_bytes = true,
            b"append" => self.append = true,
            b"direct" => {}
            _ => return None,
        }
        Some(())
    }
}

fn invalid(value: &BStr, name: &str) -> Wrong {
    Wrong::Message(bytes!("invalid argument '{}' to '{}'", value, name))
}

fn block(value: &BStr) -> Result<usize, Wrong> {
    let bytes = number::unsigned(value, 1, i64::MAX as u64, SIZES).map_err(Wrong::Message)?;
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

fn amount(value: &BStr) -> Result<u64, Wrong> {
    number::unsigned(value, 0, i64::MAX as u64, SIZES).map_err(Wrong::Message)
}
