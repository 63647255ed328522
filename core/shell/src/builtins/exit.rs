//! `exit`, `return`, `break`, `continue`, `true`, `false`, `:`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::{Machine, Raise};

pub(super) fn succeed(_: &mut Machine, _: &mut Process, _: &[BString]) -> Done {
    status(0)
}

pub(super) fn fail(_: &mut Machine, _: &mut Process, _: &[BString]) -> Done {
    status(1)
}

pub(super) fn exit(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let default = m.state.trap_entry.map(|(status, _)| status);
    Err(Raise::Exit(status_argument(m, args, default)?))
}

pub(super) fn return_from(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let of_trap = m.state.trap_entry.filter(|(_, depth)| *depth == m.state.function_depth);
    Err(Raise::Return(status_argument(m, args, of_trap.map(|(status, _)| status))?))
}

/// The status that is asked for; without one, that from before the running trap, or the last one.
fn status_argument(m: &Machine, args: &[BString], of_trap: Option<u8>) -> Result<u8, Raise> {
    match args.get(1) {
        Some(text) => Ok((m.number_argument(text)? & 0xff) as u8),
        None => Ok(of_trap.unwrap_or(m.state.status)),
    }
}

pub(super) fn break_loop(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    match levels(m, args)? {
        0 => status(0),
        levels => {
            m.state.status = 0;
            Err(Raise::Break(levels))
        }
    }
}

pub(super) fn continue_loop(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    match levels(m, args)? {
        0 => status(0),
        levels => {
            m.state.status = 0;
            Err(Raise::Continue(levels))
        }
    }
}

/// How many loops are meant: at most those around the command.
fn levels(m: &Machine, args: &[BString]) -> Result<u32, Raise> {
    let Some(text) = args.get(1) else { return Ok(m.loop_depth.min(1)) };
    match m.number_argument(text)? {
        0 => Err(m.raise("Illegal number: 0")),
        count => Ok(count.min(m.loop_depth)),
    }
}
