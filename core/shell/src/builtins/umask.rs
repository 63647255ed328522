//! `umask`.

use bstr::BString;
use kernel::Process;
use vfs::Mode;

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise};

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"S");
    let symbolic = letters.next(m)?.is_some();
    let mask = p.umask().bits();
    let Some(operand) = letters.operands().first() else {
        let text = if symbolic { symbols(mask) } else { format!("{mask:04o}") };
        m.out.extend_from_slice(text.as_bytes());
        m.out.push(b'\n');
        return status(0);
    };
    let new = match operand.first() {
        Some(b'0'..=b'9') => octal(operand).ok_or_else(|| illegal(m, operand))?,
        _ => !change(!mask & 0o777, operand).ok_or_else(|| illegal_mode(m, operand))? & 0o777,
    };
    p.set_umask(Mode::new(new));
    status(0)
}

fn illegal(m: &Machine, operand: &BString) -> Raise {
    let mut text = BString::from("illegal mode: ");
    text.extend_from_slice(operand);
    m.raise(text)
}

fn illegal_mode(m: &Machine, operand: &BString) -> Raise {
    illegal(m, operand)
}

fn octal(text: &[u8]) -> Option<u32> {
    let value = text.iter().try_fold(0u32, |value, byte| Some(value * 8 + char::from(*byte).to_digit(8)?))?;
    (text.len() <= 5 && value <= 0o7777).then_some(value & 0o777)
}

fn symbols(mask: u32) -> String {
    let class = |name: char, shift: u32| {
        let bits = !mask >> shift;
        let letters: String =
            [('r', 4), ('w', 2), ('x', 1)].iter().filter(|(_, bit)| bits & bit != 0).map(|x| x.0).collect();
        format!("{name}={letters}")
    };
    [class('u', 6), class('g', 3), class('o', 0)].join(",")
}

/// Applies `u=rwx,g-w` to permissions.
fn change(mut bits: u32, text: &[u8]) -> Option<u32> {
    for clause in text.split(|byte| *byte == b',') {
        let operator = clause.iter().position(|byte| b"+-=".contains(byte))?;
        let mut who = 0;
        for letter in &clause[..operator] {
            who |= match letter {
                b'u' => 0o700,
                b'g' => 0o070,
                b'o' => 0o007,
                b'a' => 0o777,
                _ => return None,
            };
        }
        let who = if who == 0 { 0o777 } else { who };
        let mut what = 0;
        for letter in &clause[operator + 1..] {
            what |= match letter {
                b'r' => 0o444,
                b'w' => 0o222,
                b'x' => 0o111,
                _ => return None,
            };
        }
        bits = match clause[operator] {
            b'+' => bits | who & what,
            b'-' => bits & !(who & what),
            _ => bits & !who | who & what,
        };
    }
    Some(bits)
}
