//! `pwd`.

use bstr::BString;
use kernel::Process;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"LP");
    let mut physical = false;
    while let Some((letter, _)) = letters.next(m)? {
        physical = letter == b'P';
    }
    let directory = if physical { p.cwd() } else { m.state.directory.clone() };
    m.out.extend_from_slice(&directory);
    m.out.push(b'\n');
    status(0)
}
