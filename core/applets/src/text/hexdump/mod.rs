//! hexdump and hd.

mod format;

use bstr::BString;
use kernel::{Exit, Process};

use self::format::Format;
use super::blocks::Blocks;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream};

pub(crate) const USAGE: &str = "[-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]...

Print the bytes of FILEs (or stdin) in some form

	-b		Bytes, octal
	-c		Characters
	-d		Two bytes each, decimal
	-o		Two bytes each, octal
	-x		Two bytes each, hexadecimal
	-C		Bytes, hexadecimal and as characters
	-v		Lines that repeat, too
	-e FORMAT_STR	A form such as '16/1 \"%02x|\"\"\\n\"'
	-f FORMAT_FILE	Forms, one a line
	-n LENGTH	At most LENGTH bytes
	-s OFFSET	Skip OFFSET bytes";

/// hd is `hexdump -C`.
pub(crate) mod hd {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "FILE...

The same as hexdump -C";
}

const OPTIONS: Options = Options::new(USAGE, "bcdoxCe:f:n:s:v");

const OFFSET: &str = "\"%07.7_Ax\\n\"";
const PLAIN: &str = "\"%07.7_ax \" 8/2 \"%04x \" \"\\n\"";

/// The formats that a letter stands for.
fn built_in(letter: char) -> [&'static str; 2] {
    let lines = match letter {
        'b' => "\"%07.7_ax \" 16/1 \"%03o \" \"\\n\"",
        'c' => "\"%07.7_ax \" 16/1 \"%3_c \" \"\\n\"",
        'd' => "\"%07.7_ax \" 8/2 \"  %05u \" \"\\n\"",
        'o' => "\"%07.7_ax \" 8/2 \" %06o \" \"\\n\"",
        _ => "\"%07.7_ax \" 8/2 \"   %04x \" \"\\n\"",
    };
    [OFFSET, lines]
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut texts: Vec<BString> = Vec::new();
    if say::name(p) == "hd" || opts.has('C') {
        texts.extend([
            "\"%08.8_Ax\\n\"".into(),
            "\"%08.8_ax  \" 8/1 \"%02x \" \"  \" 8/1 \"%02x \" ".into(),
            "\"  |\" 16/1 \"%_p\" \"|\\n\"".into(),
        ]);
    }
    for (key, value) in opts.given() {
        match (key, value) {
            ('e', Some(text)) => texts.push(text.into()),
            ('f', Some(file)) => match stream::read_operand(p, file).await {
                Ok(all) => texts.extend(
                    bstr::ByteSlice::lines(all.as_slice())
                        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
                        .map(BString::from),
                ),
                Err(errno) => return Err(say::die_errno(p, file, errno).await),
            },
            ('b' | 'c' | 'd' | 'o' | 'x', _) => texts.extend(built_in(key).map(BString::from)),
            _ => {}
        }
    }
    if texts.is_empty() {
        texts.extend([OFFSET.into(), PLAIN.into()]);
    }
    let mut sizes = [u64::MAX, 0];
    for (size, key) in sizes.iter_mut().zip(['n', 's']) {
        if let Some(text) = opts.value(key) {
            match number::unsigned(text, 0, i64::MAX as u64, number::BKM) {
                Ok(value) => *size = value,
                Err(message) => return Err(say::die(p, message).await),
            }
        }
    }
    let formats: Result<Vec<Format>, BString> = texts.iter().map(|text| Format::parse(text)).collect();
    let formats = match formats {
        Ok(formats) => formats,
        Err(message) => return Err(say::die(p, message).await),
    };
    let mut blocks = Blocks::new(opts.operands.clone(), sizes[0]);
    let start = blocks.skip(p, sizes[1]).await;
    dump(p, &mut blocks, formats, start, opts.has('v')).await?;
    Ok(Exit(u8::from(blocks.failed)))
}

async fn dump(
    p: &mut Process,
    blocks: &mut Blocks,
    mut formats: Vec<Format>,
    start: u64,
    all: bool,
) -> Result<(), Exit> {
    let size = formats.iter().map(Format::size).max().unwrap_or(0);
    for format in &mut formats {
        format.fill(size);
    }
    let mut address = start;
    let mut previous: Option<Vec<u8>> = None;
    let mut folded = false;
    loop {
        let block = blocks.next(p, size).await;
        let full = block.len() == size;
        let repeats =
            !all && !block.is_empty() && previous.as_ref().is_some_and(|last| last.starts_with(&block));
        if repeats && !folded {
            say::print(p, "*\n").await?;
        }
        folded = repeats;
        // The rest at the end is shown, even when it is marked as a repetition.
        let is_hidden = repeats && full;
        if !block.is_empty() && !is_hidden {
            for format in &formats {
                say::print(p, format.block(&block, address)).await?;
            }
        }
        address += block.len() as u64;
        if !full || size == 0 {
            break;
        }
        previous = Some(block);
    }
    if address > start {
        for format in &formats {
            say::print(p, format.end(address)).await?;
        }
    }
    Ok(())
}
