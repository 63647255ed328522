//! `alias`, `unalias`.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;
use crate::quote::single_quoted;
use crate::state::row;

pub(super) fn alias(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    if args.len() == 1 {
        // ash lists its table row by row.
        let mut rows: Vec<_> = m.state.aliases.keys().cloned().collect();
        rows.sort_by_key(|name| row(name));
        rows.iter().for_each(|name| print(m, name));
        return status(0);
    }
    let mut failed = 0;
    for arg in &args[1..] {
        match arg.get(1..).and_then(|rest| rest.find_byte(b'=')) {
            Some(at) => {
                let (name, value) = (arg[..at + 1].into(), arg[at + 2..].into());
                m.state.aliases.insert(name, Rc::new(value));
            }
            None if m.state.aliases.contains_key(arg) => print(m, arg),
            None => {
                m.err.extend_from_slice(b"alias: ");
                m.err.extend_from_slice(arg);
                m.err.extend_from_slice(b" not found\n");
                failed = 1;
            }
        }
    }
    status(failed)
}

fn print(m: &mut Machine, name: &BString) {
    let Some(value) = m.state.aliases.get(name) else { return };
    m.out.extend_from_slice(name);
    m.out.push(b'=');
    m.out.extend_from_slice(&single_quoted(value));
    m.out.push(b'\n');
}

pub(super) fn unalias(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"a");
    if letters.next(m)?.is_some() {
        m.state.aliases.clear();
        return status(0);
    }
    let mut failed = 0;
    for name in letters.operands() {
        if m.state.aliases.remove(name).is_none() {
            m.err.extend_from_slice(b"unalias: ");
            m.err.extend_from_slice(name);
            m.err.extend_from_slice(b" not found\n");
            failed = 1;
        }
    }
    status(failed)
}
