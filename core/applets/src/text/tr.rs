use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::escape::escape;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-cds] STRING1 [STRING2]

Replace, squeeze or delete bytes on their way from stdin to stdout

	-c	STRING1 is what it does not name
	-d	Delete the bytes of STRING1
	-s	Squeeze runs of a byte of STRING2 into one";

const OPTIONS: Options = Options::new(USAGE, "Ccds").in_order().operands(1, 2).short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let complement = opts.has('c') || opts.has('C');
    let delete = opts.has('d');
    let squeeze = opts.has('s');
    let mut first = expand(&opts.operands[0]);
    if complement {
        first = (0..=u8::MAX).filter(|byte| !first.contains(byte)).collect();
    }
    let second = opts.operands.get(1).map(expand);
    let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    let mut squeezed = [false; 256];
    let mut deleted = [false; 256];
    if let Some(second) = &second {
        let Some(&last) = second.last() else {
            return Err(say::die(p, "STRING2 cannot be empty").await);
        };
        if !delete {
            for (index, &byte) in first.iter().enumerate() {
                table[usize::from(byte)] = second.get(index).copied().unwrap_or(last);
            }
        }
    }
    for &byte in second.as_ref().unwrap_or(&first) {
        squeezed[usize::from(byte)] = squeeze;
    }
    for &byte in &first {
        deleted[usize::from(byte)] = delete;
    }
    let mut previous = None;
    loop {
        let chunk = match p.read(stream::STDIN, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Err(say::die_errno(p, "read error", errno).await),
        };
        if chunk.is_empty() {
            return Ok(Exit(0));
        }
        if !delete && !squeeze {
            let mut chunk = chunk;
            chunk.iter_mut().for_each(|byte| *byte = table[usize::from(*byte)]);
            say::print(p, &chunk).await?;
            continue;
        }
        let mut out = Vec::with_capacity(chunk.len());
        for byte in chunk {
            if deleted[usize::from(byte)] {
                continue;
            }
            let byte = table[usize::from(byte)];
            if squeezed[usize::from(byte)] && previous == Some(byte) {
                continue;
            }
            previous = Some(byte);
            out.push(byte);
        }
        say::print(p, &out).await?;
    }
}

/// The bytes that a list names: ranges, escapes, classes, equivalences and repetitions.
fn expand(text: &BString) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest: &[u8] = text;
    while let Some(&first) = rest.first() {
        if first == b'['
            && let Some(used) = bracket(rest, &mut out)
        {
            rest = &rest[used..];
            continue;
        }
        let (low, used) = unit(rest);
        rest = &rest[used..];
        if rest.len() > 1 && rest[0] == b'-' {
            let (high, used) = unit(&rest[1..]);
            out.extend(low..=high);
            rest = &rest[1 + used..];
        } else {
            out.push(low);
        }
    }
    out
}

/// One byte, perhaps written as an escape, and its length.
fn unit(text: &[u8]) -> (u8, usize) {
    if text[0] == b'\\' && text.len() > 1 {
        return match escape(&text[1..]) {
            Some((byte, used)) => (byte, used + 1),
            None => (text[1], 2),
        };
    }
    (text[0], 1)
}

/// `[:class:]`, `[=x=]`, `[x*N]`: appends what it means and returns its length.
fn bracket(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    match text.get(1)? {
        b':' => {
            let end = text.find(":]").filter(|&end| end >= 2)?;
            let class = class(&text[2..end])?;
            out.extend((0..=u8::MAX).filter(class));
            Some(end + 2)
        }
        b'=' => {
            let (byte, used) = unit(text.get(2..).filter(|rest| !rest.is_empty())?);
            text.get(2 + used..)?.starts_with(b"=]").then(|| {
                out.push(byte);
                used + 4
            })
        }
        _ => None,
    }
}

fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"digit" => u8::is_ascii_digit,
        b"lower" => u8::is_ascii_lowercase,
        b"upper" => u8::is_ascii_uppercase,
        b"space" => |byte| matches!(byte, 9..=13 | b' '),
        b"blank" => |byte| matches!(byte, b'\t' | b' '),
        b"punct" => u8::is_ascii_punctuation,
        b"cntrl" => u8::is_ascii_control,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"print" => |byte| (b' '..=b'~').contains(byte),
        b"graph" => u8::is_ascii_graphic,
        _ => return None,
    })
}
