use core::time::Duration;

use bstr::ByteSlice;
use kernel::{Exit, Pid, PidTarget, Process, Signal, WaitFlags, WaitFor};

use crate::frame::command;
use crate::frame::duration::duration;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-s SIG] [-k KILL_SECS] SECS PROG ARGS

Run PROG, and send SIG (TERM) after SECS

	-k SECS	Send KILL that much later";

const OPTIONS: Options = Options::new(USAGE, "s:k:").in_order().at_least(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let signal = match opts.value('s') {
        Some(text) => match super::signal::named(text) {
            Some(signal) => signal,
            None => return Err(say::die(p, bytes!("unknown signal '{}'", text)).await),
        },
        None => Signal::TERM,
    };
    let mut times = Vec::new();
    for text in [Some(opts.operands[0].as_bstr()), opts.value('k')].into_iter().flatten() {
        match duration(text) {
            Ok(time) => times.push(time),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    let watched = p.pid();
    let grace = times.get(1).copied();
    if !times[0].is_zero() {
        watch(p, watched, times[0], signal, grace).await;
    }
    Ok(command::exec(p, &opts.operands[1..]).await)
}

/// Leaves a process behind that is nobody's child, and signals this one when the time has come.
async fn watch(p: &mut Process, watched: Pid, time: Duration, signal: Signal, grace: Option<Duration>) {
    let child = p.fork(move |mut child| async move {
        // Nothing is left to do when it cannot be started: the program runs without a limit of time.
        let _ = child.fork(move |mut guard| async move {
            for fd in guard.descriptors() {
                let _ = guard.close(fd);
            }
            let _ = guard.sleep(time).await;
            let sent = guard.kill(PidTarget::Process(watched), signal);
            if let (Ok(()), Some(grace)) = (sent, grace) {
                let _ = guard.sleep(grace).await;
                let _ = guard.kill(PidTarget::Process(watched), Signal::KILL);
            }
            Exit(0)
        });
        Exit(0)
    });
    if let Ok(pid) = child {
        let _ = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
    }
}
