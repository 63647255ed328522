//! `trap`.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Action, Process, Signal};

use super::kill::parse_signal;
use super::options::Letters;
use super::{Done, status};
use crate::exec::{JOB_SIGNALS, Machine, Raise};
use crate::quote::single_quoted;
use crate::state::{ERR_TRAP, Opt, TrapAction};

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"");
    letters.next(m)?;
    let operands = letters.operands();
    if operands.is_empty() {
        list(m);
        return status(0);
    }
    let first_is_signal = operands[0].first().is_some_and(u8::is_ascii_digit);
    let (action, signals) = if operands.len() == 1 || first_is_signal {
        (None, operands)
    } else {
        let action = match operands[0].as_slice() {
            b"-" => None,
            b"" => Some(TrapAction::Ignore),
            text => Some(TrapAction::Run(Rc::new(text.into()))),
        };
        (action, &operands[1..])
    };
    let mut failed = 0;
    for name in signals {
        if name == "ERR" {
            m.state.traps.set(ERR_TRAP, action.clone());
            continue;
        }
        let Some(signal) = parse_signal(name) else {
            m.complain(format!("{}: invalid signal specification", name.as_bstr()));
            failed = 1;
            continue;
        };
        set(m, p, signal, action.clone())?;
    }
    status(failed)
}

fn set(
    m: &mut Machine,
    p: &mut Process,
    signal: Option<Signal>,
    action: Option<TrapAction>,
) -> Result<(), Raise> {
    let Some(signal) = signal else {
        m.state.traps.set(0, action);
        return Ok(());
    };
    let interactive = m.state.options.is_on(Opt::Interactive);
    let kernel_action = match &action {
        Some(TrapAction::Run(_)) => Action::Catch,
        Some(TrapAction::Ignore) => Action::Ignore,
        None if interactive && signal == Signal::INT => Action::Catch,
        None if m.state.options.is_on(Opt::Monitor) && JOB_SIGNALS.contains(&signal) => Action::Ignore,
        None if interactive && (signal == Signal::TERM || signal == Signal::QUIT) => Action::Ignore,
        None => Action::Default,
    };
    if m.state.hard_ignored & 1 << signal.number() == 0 {
        // KILL and STOP cannot be set; the trap is kept and never runs.
        let _ = p.signal_action(signal, kernel_action);
    }
    m.state.traps.set(signal.number(), action);
    Ok(())
}

fn list(m: &mut Machine) {
    let mut out = Vec::new();
    for (number, action) in m.state.traps.listed() {
        let name = match number {
            0 => "EXIT".to_owned(),
            ERR_TRAP => "ERR".to_owned(),
            number => match Signal::from_number(u32::from(number)).and_then(Signal::name) {
                Some(name) => name.to_owned(),
                None => number.to_string(),
            },
        };
        let text: &[u8] = match action {
            TrapAction::Ignore => b"",
            TrapAction::Run(text) => text,
        };
        out.extend_from_slice(b"trap -- ");
        out.extend_from_slice(&single_quoted(text));
        out.extend_from_slice(format!(" {name}\n").as_bytes());
    }
    m.out.extend_from_slice(&out);
}
