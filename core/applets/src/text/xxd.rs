//! xxd.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::blocks::Blocks;
use super::input::Input;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]

Print the bytes of FILE (or stdin) in hexadecimal

	-g N		Groups of N bytes
	-c N		Lines of N bytes
	-p		Digits only, 30 bytes a line
	-i		As a list in C
	-l LENGTH	At most LENGTH bytes
	-s OFFSET	Skip OFFSET bytes
	-o OFFSET	Add OFFSET to the offsets shown
	-r		Back into bytes (with -p, lines have no offsets)";

const OPTIONS: Options = Options::new(USAGE, "l:s:aeg:c:pirg:o:").operands(0, 1);

struct Dump {
    line: usize,
    group: usize,
    plain: bool,
    offset: u64,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let (plain, list) = (opts.has('p'), opts.has('i'));
    let mut numbers = [
        u64::MAX,
        0,
        0,
        2,
        if plain {
            30
        } else if list {
            12
        } else {
            16
        },
    ];
    for (place, key) in numbers.iter_mut().zip(['l', 's', 'o', 'g', 'c']) {
        let most = if matches!(key, 'g' | 'c') { 0xffff } else { i64::MAX as u64 };
        match opts.value(key).map(|text| number::unsigned(text, 0, most, number::BKM)) {
            None => {}
            // A line of no bytes has the usual length.
            Some(Ok(0)) if key == 'c' => {}
            Some(Ok(value)) => *place = value,
            Some(Err(message)) => return Err(say::die(p, message).await),
        }
    }
    let [limit, skip, offset, group, line] = numbers;
    if opts.has('r') {
        let mut input = Input::new(opts.operands.clone());
        while let Some(line) = input.line(p).await {
            say::print(p, reverse(&line, plain)).await?;
        }
        return Ok(Exit(input.status()));
    }
    let mut blocks = Blocks::new(opts.operands.clone(), limit);
    let start = blocks.skip(p, skip).await;
    let dump = Dump { line: line as usize, group: group as usize, plain, offset: start + offset };
    if list {
        dump.list(p, &mut blocks, opts.operands.first()).await?;
    } else {
        dump.lines(p, &mut blocks).await?;
    }
    Ok(Exit(u8::from(blocks.failed)))
}

impl Dump {
    async fn lines(&self, p: &mut Process, blocks: &mut Blocks) -> Result<(), Exit> {
        let mut offset = self.offset;
        loop {
            let block = blocks.next(p, self.line).await;
            if block.is_empty() {
                return Ok(());
            }
            say::print(p, self.text(&block, offset)).await?;
            offset += block.len() as u64;
        }
    }

    fn text(&self, block: &[u8], offset: u64) -> String {
        let mut text = String::new();
        if self.plain {
            block.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
            return text + "\n";
        }
        text.push_str(&format!("{offset:08x}: "));
        for index in 0..self.line {
            match block.get(index) {
                Some(byte) => text.push_str(&format!("{byte:02x}")),
                None => text.push_str("  "),
            }
            let ends_group = self.group > 0 && (index + 1).is_multiple_of(self.group);
            if ends_group || index + 1 == self.line {
                text.push(' ');
            }
        }
        if self.group == 0 || self.line.is_multiple_of(self.group) {
            text.push(' ');
        }
        text.extend(
            block.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }),
        );
        text + "\n"
    }

    async fn list(&self, p: &mut Process, blocks: &mut Blocks, name: Option<&BString>) -> Result<(), Exit> {
        let name = name.map(|name| {
            let name = name.iter().map(|byte| if byte.is_ascii_alphanumeric() { *byte } else { b'_' });
            BString::from(name.collect::<Vec<u8>>())
        });
        if let Some(name) = &name {
            say::print(p, bytes!("unsigned char {}[] = {\n", name)).await?;
        }
        let mut total = 0;
        loop {
            let block = blocks.next(p, self.line).await;
            if block.is_empty() {
                break;
            }
            total += block.len();
            let items: Vec<String> = block.iter().map(|byte| format!("0x{byte:02x},")).collect();
            say::print(p, format!("  {}\n", items.join(" "))).await?;
        }
        if let Some(name) = &name {
            say::print(p, bytes!("};\nunsigned int {}_len = {};\n", name, total.to_string())).await?;
        }
        Ok(())
    }
}

/// The bytes that a line of a dump stands for: pairs of digits, with blanks anywhere in a plain one. A digit without
/// its second is dropped; so is another character, but two in a row end the line.
fn reverse(line: &[u8], plain: bool) -> Vec<u8> {
    let mut rest = line;
    if !plain {
        let Some((_, after)) = line.split_once_str(":") else { return Vec::new() };
        rest = after;
    }
    let mut out = Vec::new();
    let (mut high, mut bad, mut blanks) = (None, 0, 0);
    let mut bytes = rest.iter().peekable();
    while let Some(&byte) = bytes.next() {
        if matches!(byte, b' ' | b'\t') {
            blanks += 1;
            // Two blanks end the digits of a line that has its characters after them.
            if blanks == 2 && !plain {
                break;
            }
            continue;
        }
        blanks = 0;
        if byte == b'0' && high.is_none() && bytes.peek() == Some(&&b'x') {
            bytes.next();
            continue;
        }
        let Some(digit) = char::from(byte).to_digit(16) else {
            high = None;
            bad += 1;
            if bad == 2 {
                break;
            }
            continue;
        };
        bad = 0;
        match high.take() {
            None => high = Some(digit),
            Some(first) => out.push((first << 4 | digit) as u8),
        }
    }
    out
}
