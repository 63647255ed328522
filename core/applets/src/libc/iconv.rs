use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

/// The program knows no `--help`.
pub(crate) const USAGE: &str = "";

const OPTIONS: Options = Options::new(USAGE, "f:t:csl").short_only();

/// The beginning of musl's list: Unicode, ASCII and Latin-1 are simulated.
const LIST: &str =
    "UTF-8, UTF-16BE, UTF-16LE, UTF-32BE, UTF32-LE, UCS-2BE, UCS-2LE, WCHAR_T,\nUS_ASCII, ISO8859-1\n";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    /// Bytes of a unit, and whether the highest comes first; `surrogates` for UTF-16.
    Units {
        size: usize,
        big: bool,
        surrogates: bool,
    },
    /// Code points below this.
    Bytes(u32),
}

/// By the letters and digits of its name, as musl compares them.
fn charset(name: &BStr) -> Option<Charset> {
    let plain: Vec<u8> =
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
    let units = |size, big, surrogates| Some(Charset::Units { size, big, surrogates });
    match plain.as_slice() {
        b"utf8" | b"char" | b"" => Some(Charset::Utf8),
        b"utf16" | b"utf16be" => units(2, true, true),
        b"utf16le" => units(2, false, true),
        b"ucs2" | b"ucs2be" => units(2, true, false),
        b"ucs2le" => units(2, false, false),
        b"utf32" | b"utf32be" | b"ucs4" | b"ucs4be" => units(4, true, false),
        b"utf32le" | b"ucs4le" | b"wchart" => units(4, false, false),
        b"ascii" | b"usascii" | b"iso646" | b"iso646us" => Some(Charset::Bytes(0x80)),
        b"latin1" | b"iso88591" => Some(Charset::Bytes(0x100)),
        _ => None,
    }
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = match OPTIONS.read(p.args()) {
        Ok(opts) => opts,
        Err(misuse) => {
            p.eprint(misuse.message.unwrap_or_default()).await;
            return Ok(Exit(1));
        }
    };
    if opts.has('l') {
        say::print(p, LIST).await?;
        return Ok(Exit(0));
    }
    let mut sets = [Charset::Utf8; 2];
    for (set, (letter, side)) in sets.iter_mut().zip([('f', "source"), ('t', "destination")]) {
        let name = opts.value(letter).unwrap_or("utf8".into());
        match charset(name) {
            Some(known) => *set = known,
            None => return Err(say::die(p, bytes!("{} charset {}: Invalid argument", side, name)).await),
        }
    }
    let operands: Vec<BString> =
        if opts.operands.is_empty() { vec!["-".into()] } else { opts.operands.clone() };
    let mut status = 0;
    for name in operands {
        let text = match stream::read_operand(p, name.as_bstr()).await {
            Ok(text) => text,
            Err(errno) => {
                say::errno(p, &name, errno).await;
                status = 1;
                continue;
            }
        };
        let (converted, whole) = convert(&text, sets, opts.has('c'));
        say::print(p, converted).await?;
        status |= u8::from(!whole);
    }
    Ok(Exit(status))
}

/// The text in the other set, and whether all of it was sound. What the set has not is an asterisk.
fn convert(text: &[u8], [from, to]: [Charset; 2], skips: bool) -> (Vec<u8>, bool) {
    let (mut out, mut rest, mut whole) = (Vec::new(), text, true);
    while !rest.is_empty() {
        match decode(from, rest) {
            Some((c, len)) => {
                encode(to, c, &mut out);
                rest = &rest[len..];
            }
            None => {
                whole = false;
                if !skips {
                    break;
                }
                rest = &rest[1..];
            }
        }
    }
    (out, whole)
}

fn decode(from: Charset, text: &[u8]) -> Option<(char, usize)> {
    match from {
        Charset::Utf8 => {
            let (c, len) = bstr::decode_utf8(text);
            c.map(|c| (c, len))
        }
        Charset::Bytes(limit) => {
            char::from_u32(u32::from(text[0]).min(limit)).filter(|c| u32::from(*c) < limit).map(|c| (c, 1))
        }
        Charset::Units { size, big, surrogates } => {
            let first = unit(text, size, big)?;
            if surrogates && (0xd800..0xdc00).contains(&first) {
                let second =
                    unit(text.get(size..)?, size, big).filter(|unit| (0xdc00..0xe000).contains(unit))?;
                let c = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
                return Some((c, 2 * size));
            }
            char::from_u32(first).map(|c| (c, size))
        }
    }
}

fn unit(text: &[u8], size: usize, big: bool) -> Option<u32> {
    let bytes = text.get(..size)?;
    let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
    Some(if big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
}

fn encode(to: Charset, c: char, out: &mut Vec<u8>) {
    let code = u32::from(c);
    match to {
        Charset::Utf8 => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Charset::Bytes(limit) => out.push(if code < limit { code as u8 } else { b'*' }),
        Charset::Units { size: 2, big, surrogates: true } => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(&if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
        }
        Charset::Units { size, big, .. } => {
            let code = if size == 2 && code > 0xffff { u32::from(b'*') } else { code };
            let bytes = code.to_be_bytes();
            let mut bytes = bytes[4 - size..].to_vec();
            if !big {
                bytes.reverse();
            }
            out.extend_from_slice(&bytes);
        }
    }
}
