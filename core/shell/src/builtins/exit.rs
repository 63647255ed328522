//! `exit`, `return`, `break`, `continue`, `true`, `false`, `:`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::state::JobState;

pub(super) fn succeed(_: &mut Machine, _: &mut Process, _: &[BString]) -> Done {
    status(0)
}

pub(super) fn fail(_: &mut Machine, _: &mut Process, _: &[BString]) -> Done {
    status(1)
}

pub(super) fn exit(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let (current, _) = m.state.jobs.current();
    let stopped = current.and_then(|number| m.state.jobs.get(number)).map(|job| job.state());
    if matches!(stopped, Some(JobState::Stopped(_))) && m.state.exit_warning == 0 {
        m.err.extend_from_slice(b"You have stopped jobs.\n");
        m.state.exit_warning = 2;
        return status(0);
    }
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
        Some(text) => match wrapping_number(text) {
            // ash's mark for no number at all.
            Some(-1) => Ok(of_trap.unwrap_or(m.state.status)),
            Some(number) => Ok((number & 0xff) as u8),
            None => Ok((m.number_argument(text)? & 0xff) as u8),
        },
        None => Ok(of_trap.unwrap_or(m.state.status)),
    }
}

/// Digits as C's `atoi` adds them up.
fn wrapping_number(text: &[u8]) -> Option<i32> {
    let add = |number: i32, digit: &u8| {
        let digit = char::from(*digit).to_digit(10)? as i32;
        Some(number.wrapping_mul(10).wrapping_add(digit))
    };
    if text.is_empty() { None } else { text.iter().try_fold(0, add) }
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
