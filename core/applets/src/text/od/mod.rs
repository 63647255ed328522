//! od.

pub(super) mod kind;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use self::kind::Kind;
use super::blocks::Blocks;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str =
    "[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...

Print the bytes of FILEs (or stdin) as numbers, octal ones unless told otherwise";

const OPTIONS: Options = Options::new(USAGE, "abcdfhilosxvA:j:N:S:t:w::\u{100}").long(&[
    ("skip-bytes", 'j'),
    ("address-radix", 'A'),
    ("read-bytes", 'N'),
    ("format", 't'),
    ("output-duplicates", 'v'),
    ("strings", 'S'),
    ("width", 'w'),
    ("traditional", TRADITIONAL),
]);

/// The key of `--traditional`, which has no letter.
const TRADITIONAL: char = '\u{100}';

struct Od {
    kinds: Vec<Kind>,
    /// For each kind of one byte, the text of all bytes.
    tables: Vec<Option<Box<[[u8; 4]; 256]>>>,
    radix: u8,
    width: usize,
    all: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let (od, mut skip, limit, strings) = match plan(&opts) {
        Ok(plan) => plan,
        Err(message) => return Err(say::die(p, message).await),
    };
    let mut files = opts.operands.clone();
    if opts.has(TRADITIONAL) {
        if let [_, second] = &files[..]
            && old_offset(second).is_none()
        {
            return Err(say::die(p, bytes!("invalid second argument '{}'", second)).await);
        }
        let Some((named, offset)) = traditional(&files) else { return Err(usage::misuse(p, USAGE, 1).await) };
        files = named;
        skip = offset.unwrap_or(skip);
    }
    let mut blocks = Blocks::new(files, limit);
    let skipped = blocks.skip(p, skip).await;
    if skipped < skip {
        return Err(say::die(p, "can't skip past end of combined input").await);
    }
    match strings {
        Some(least) => od.strings(p, &mut blocks, skip, least).await?,
        None => od.dump(p, &mut blocks, skip).await?,
    }
    Ok(Exit(u8::from(blocks.failed)))
}

/// The numbers 0x.., 0.. and decimal ones, with `b k m`.
fn size(text: &BStr) -> Result<u64, BString> {
    let (digits, radix) = match text.strip_prefix(b"0x") {
        Some(digits) => (digits, 16),
        None if text.starts_with(b"0") => (text.as_bytes(), 8),
        None => return number::unsigned(text, 0, i64::MAX as u64, number::BKM),
    };
    let value = digits.to_str().ok().and_then(|digits| u64::from_str_radix(digits, radix).ok());
    value.ok_or_else(|| bytes!("invalid number '{}'", text))
}

/// The old operands, `[FILE] [[+]OFFSET[.][b]]`: an octal offset, decimal with a point, times 512 with b.
fn traditional(operands: &[BString]) -> Option<(Vec<BString>, Option<u64>)> {
    match operands {
        [] => Some((Vec::new(), None)),
        [only] => match old_offset(only) {
            Some(offset) => Some((Vec::new(), Some(offset))),
            None => Some((vec![only.clone()], None)),
        },
        [file, offset] => Some((vec![file.clone()], Some(old_offset(offset)?))),
        _ => None,
    }
}

fn old_offset(text: &[u8]) -> Option<u64> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let (text, unit) = text.strip_suffix(b"b").map_or((text, 1), |text| (text, 512));
    let (text, radix) = match (text.strip_suffix(b"."), text.strip_prefix(b"0x")) {
        (Some(decimal), _) => (decimal, 10),
        (None, Some(digits)) => (digits, 16),
        (None, None) => (text, 8),
    };
    u64::from_str_radix(text.to_str().ok()?, radix).ok()?.checked_mul(unit)
}

type Plan = (Od, u64, u64, Option<usize>);

fn plan(opts: &Matches) -> Result<Plan, BString> {
    let mut kinds = Vec::new();
    for (key, value) in opts.given() {
        match (key, value) {
            ('t', Some(text)) => kind::parse(text, &mut kinds)?,
            ('a' | 'b' | 'c' | 'd' | 'f' | 'h' | 'i' | 'l' | 'o' | 's' | 'x', _) => {
                kinds.push(Kind::letter(key))
            }
            _ => {}
        }
    }
    if kinds.is_empty() {
        kinds.push(Kind::letter('o'));
    }
    let radix = match opts.value('A').map(|radix| radix.as_bytes()) {
        None => b'o',
        Some([radix @ (b'd' | b'o' | b'x' | b'n'), ..]) => *radix,
        Some(other) => {
            let letter = &other[..other.len().min(1)];
            return Err(bytes!("bad output address radix '{}' (must be [doxn])", letter));
        }
    };
    let skip = opts.value('j').map_or(Ok(0), size)?;
    let limit = opts.value('N').map_or(Ok(u64::MAX), size)?;
    let strings = opts.value('S').map(size).transpose()?;
    let unit = kinds.iter().map(|kind| kind.size()).max().unwrap_or(1);
    let width = match (opts.has('w'), opts.value('w')) {
        (false, _) => 16,
        (true, None) => 32,
        (true, Some(text)) => number::unsigned(text, 1, 1 << 16, &[])? as usize,
    };
    let width = if width % unit == 0 { width } else { unit };
    let tables = kinds.iter().map(|kind| kind.table()).collect();
    let od = Od { kinds, tables, radix, width, all: opts.has('v') };
    Ok((od, skip, limit, strings.map(|least| usize::try_from(least).unwrap_or(usize::MAX))))
}

impl Od {
    fn address(&self, address: u64) -> String {
        match self.radix {
            b'd' => format!("{address:07}"),
            b'o' => format!("{address:07o}"),
            b'x' => format!("{address:06x}"),
            _ => String::new(),
        }
    }

    async fn dump(&self, p: &mut Process, blocks: &mut Blocks, skip: u64) -> Result<(), Exit> {
        let mut address = skip;
        let mut previous: Option<Vec<u8>> = None;
        let mut folded = false;
        loop {
            let block = blocks.next(p, self.width).await;
            let full = block.len() == self.width;
            if full && !self.all && previous.as_ref() == Some(&block) {
                if !folded {
                    say::print(p, "*\n").await?;
                }
                folded = true;
            } else if !block.is_empty() {
                folded = false;
                say::print(p, self.block(address, &block)).await?;
            }
            address += block.len() as u64;
            if !full {
                break;
            }
            previous = Some(block);
        }
        if self.radix != b'n' && blocks.opened {
            say::print(p, self.address(address) + "\n").await?;
        }
        Ok(())
    }

    fn block(&self, address: u64, block: &[u8]) -> Vec<u8> {
        let unit = self.kinds.iter().map(|kind| kind.size()).max().unwrap_or(1);
        let mut padded = block.to_vec();
        padded.resize(block.len().next_multiple_of(unit), 0);
        let mut text = Vec::new();
        for (index, kind) in self.kinds.iter().enumerate() {
            let address = self.address(address);
            if index == 0 {
                text.extend_from_slice(address.as_bytes());
            } else {
                text.resize(text.len() + address.len(), b' ');
            }
            match &self.tables[index] {
                Some(table) => {
                    padded.iter().for_each(|&byte| text.extend_from_slice(&table[usize::from(byte)]))
                }
                None => padded.chunks(kind.size()).for_each(|item| text.extend_from_slice(&kind.item(item))),
            }
            text.push(b'\n');
        }
        text
    }

    /// `-S`: strings of printable characters that end with NUL.
    async fn strings(
        &self,
        p: &mut Process,
        blocks: &mut Blocks,
        skip: u64,
        least: usize,
    ) -> Result<(), Exit> {
        let mut run: Vec<u8> = Vec::new();
        let mut address = skip;
        loop {
            let block = blocks.next(p, 4096).await;
            if block.is_empty() {
                return Ok(());
            }
            for byte in block {
                address += 1;
                if byte == 0 && run.len() >= least {
                    let start = self.address(address - 1 - run.len() as u64);
                    let gap = if start.is_empty() { "" } else { " " };
                    say::print(p, bytes!("{}{}{}\n", start, gap, run)).await?;
                }
                if matches!(byte, b' '..=b'~' | 7..=13) {
                    run.push(byte);
                } else {
                    run.clear();
                }
            }
        }
    }
}
