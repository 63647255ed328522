//! `help`.

use bstr::BString;
use kernel::Process;

use super::{Done, names, status};
use crate::exec::Machine;

/// Where a line of names is broken.
const WIDTH: usize = 60;

pub(super) fn run(m: &mut Machine, _: &mut Process, _: &[BString]) -> Done {
    m.out.extend_from_slice(b"Built-in commands:\n------------------\n");
    let mut column = 0;
    for name in names() {
        m.out.push(if column == 0 { b'\t' } else { b' ' });
        m.out.extend_from_slice(name.as_bytes());
        column += name.len() + 1;
        if column > WIDTH {
            m.out.push(b'\n');
            column = 0;
        }
    }
    if column > 0 {
        m.out.push(b'\n');
    }
    status(0)
}
