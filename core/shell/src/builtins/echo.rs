//! `echo`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let (mut newline, mut escapes, mut rest) = (true, false, &args[1..]);
    while let Some((first, after)) = rest.split_first() {
        let Some(letters) = first.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else { break };
        if letters.iter().any(|letter| !b"neE".contains(letter)) {
            break;
        }
        for letter in letters {
            match letter {
                b'n' => newline = false,
                letter => escapes = *letter == b'e',
            }
        }
        rest = after;
    }
    let text = bstr::join(" ", rest);
    if !escapes {
        m.out.extend_from_slice(&text);
    } else if !unescape(&text, &mut m.out) {
        return status(0);
    }
    if newline {
        m.out.push(b'\n');
    }
    status(0)
}

/// Appends the text with its escapes replaced; false when `\c` ended it.
fn unescape(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' || at + 1 == text.len() {
            out.push(text[at]);
            at += 1;
            continue;
        }
        let byte = text[at + 1];
        at += 2;
        let simple = match byte {
            b'a' => 7,
            b'b' => 8,
            b'c' => return false,
            b'e' => 27,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'\\' => b'\\',
            b'0'..=b'7' => {
                let start = if byte == b'0' { at } else { at - 1 };
                let (value, length) = digits(&text[start..], 8, 3);
                at = start + length;
                value
            }
            b'x' if text.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let (value, length) = digits(&text[at..], 16, 2);
                at += length;
                value
            }
            other => {
                out.push(b'\\');
                other
            }
        };
        out.push(simple);
    }
    true
}

/// The value of up to `most` digits, and how many there are.
fn digits(text: &[u8], radix: u32, most: usize) -> (u8, usize) {
    let digits = text.iter().take(most).map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, count) = digits.fold((0u32, 0), |(value, count), digit| (value * radix + digit, count + 1));
    ((value & 0xff) as u8, count)
}
