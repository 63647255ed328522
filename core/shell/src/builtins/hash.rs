//! `hash`.

use bstr::BString;
use kernel::Process;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;
use crate::state::Hashed;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"r");
    if letters.next(m)?.is_some() {
        m.state.hashed.clear();
        return status(0);
    }
    let operands = letters.operands();
    if operands.is_empty() {
        let line = |hashed: &Hashed| {
            let end: &[u8] = if hashed.stale { b"*\n" } else { b"\n" };
            [hashed.path.as_slice(), end].concat()
        };
        let lines: Vec<u8> = m.state.hashed.values().flat_map(line).collect();
        m.out.extend_from_slice(&lines);
        return status(0);
    }
    let mut failed = 0;
    for name in operands {
        let is_known = m.state.functions.contains_key(name) || super::find(name).is_some();
        if !is_known && m.search(p, name, None).is_err() {
            let mut text = name.clone();
            text.extend_from_slice(b": not found");
            m.complain(text);
            failed = 1;
        }
    }
    status(failed)
}
