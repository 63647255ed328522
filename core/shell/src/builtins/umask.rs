//! `umask`.

use applets::files;
use bstr::{BString, ByteSlice};
use kernel::Process;
use vfs::Mode;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;

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
        Some(b'0'..=b'9') => files::mode::parse(operand.as_bstr(), 0, mask, false),
        Some(_) => files::mode::parse(operand.as_bstr(), !mask & 0o777, mask, false).map(|mode| mode ^ 0o777),
        None => Some(mask),
    };
    let Some(new) = new.filter(|new| *new <= 0o777) else {
        let mut text = BString::from("illegal mode: ");
        text.extend_from_slice(operand);
        return Err(m.raise(text));
    };
    p.set_umask(Mode::new(new));
    status(0)
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
