//! `kill`.

use std::time::Duration;

use bstr::{BString, ByteSlice};
use kernel::{LocalBoxFuture, PidTarget, Process, Signal};

use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::state::JobState;

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        // Children that have ended are nobody's target any more.
        m.reap_background(p).await;
        let done = kill(m, p, args);
        // A signal to itself takes effect here, at a call that can wait. Its interruption is no error.
        let _ = p.sleep(Duration::ZERO).await;
        done
    })
}

fn kill(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut rest = &args[1..];
    let mut signal = Some(Signal::TERM);
    match rest.first().map(|word| word.as_slice()) {
        Some(b"-l" | b"-L") => return list(m, &rest[1..]),
        Some(b"--") => rest = &rest[1..],
        Some(b"-s") => {
            let Some(name) = rest.get(1) else { return bad_signal(m, b"s") };
            match parse_signal(name) {
                Some(parsed) => signal = parsed,
                None => return bad_signal(m, name),
            }
            rest = &rest[2..];
        }
        Some([b'-', name @ ..]) => {
            match parse_signal(name) {
                Some(parsed) => signal = parsed,
                None => return bad_signal(m, name),
            }
            rest = &rest[1..];
        }
        _ => {}
    }
    if rest.first().is_some_and(|word| word == "--") {
        rest = &rest[1..];
    }
    if rest.is_empty() {
        return usage(m);
    }
    let mut failed = 0;
    for operand in rest {
        failed |= u8::from(!send(m, p, operand, signal)?);
    }
    status(failed)
}

fn usage(m: &mut Machine) -> Done {
    m.complain_as_applet("you need to specify whom to kill");
    status(1)
}

fn bad_signal(m: &mut Machine, name: &[u8]) -> Done {
    m.complain_as_applet(format!("bad signal name '{}'", name.as_bstr()));
    status(1)
}

/// A signal by number or name; the inner none is signal 0.
pub(super) fn parse_signal(text: &[u8]) -> Option<Option<Signal>> {
    let text = text.to_str().ok()?;
    if let Ok(number) = text.parse::<u32>() {
        return if number == 0 { Some(None) } else { Signal::from_number(number).map(Some) };
    }
    if text.eq_ignore_ascii_case("EXIT") {
        return Some(None);
    }
    Signal::from_name(text).map(Some)
}

fn send(m: &mut Machine, p: &mut Process, operand: &BString, signal: Option<Signal>) -> Result<bool, Raise> {
    let target = if operand.starts_with(b"%") {
        let Some(job) = m.find_job(operand).and_then(|number| m.state.jobs.get(number)) else {
            return Err(m.raise_about(operand, "no such job"));
        };
        if let JobState::Ended(_) = job.state() {
            return Ok(true);
        }
        job.group.map(PidTarget::Group).or_else(|| job.last_pid().map(PidTarget::Process))
    } else {
        operand.to_str().ok().and_then(|text| text.parse().ok()).map(PidTarget::from_number)
    };
    let Some(target) = target else {
        m.complain_as_applet(format!("invalid number '{}'", operand.as_bstr()));
        return Ok(false);
    };
    if let Err(errno) = p.kill(target, signal) {
        m.complain_as_applet(format!("can't kill pid {}: {errno}", operand.as_bstr()));
        return Ok(false);
    }
    Ok(true)
}

/// `kill -l`: all names, or those of the given numbers, and the numbers of given names.
fn list(m: &mut Machine, operands: &[BString]) -> Done {
    if operands.is_empty() {
        for number in 1..32 {
            if let Some(name) = Signal::from_number(number).and_then(Signal::name) {
                m.out.extend_from_slice(format!("{number:2}) {name}\n").as_bytes());
            }
        }
        return status(0);
    }
    for operand in operands {
        let number = operand.to_str().ok().and_then(|text| text.parse::<u32>().ok());
        let text = match number {
            Some(number) => Some(match number & 0x7f {
                0 => "EXIT".to_owned(),
                number => {
                    let name = Signal::from_number(number).and_then(Signal::name);
                    name.map_or_else(|| number.to_string(), str::to_owned)
                }
            }),
            None => parse_signal(operand).map(|signal| signal.map_or(0, Signal::number).to_string()),
        };
        match text {
            Some(text) => m.out.extend_from_slice(format!("{text}\n").as_bytes()),
            None => return bad_signal(m, operand),
        }
    }
    status(0)
}
