use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, PidTarget, Process, Signal};

use super::signal;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-l] [-SIG] PID...

Send a signal (TERM) to processes

	-l	List the signals";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    if words.first().is_some_and(|word| word == "-l") {
        return signal::list(p, &words[1..]).await;
    }
    let (signal, pids) = signal::chosen(p, &words).await?;
    if pids.is_empty() {
        return Err(say::die(p, "you need to specify whom to kill").await);
    }
    let mut status = 0;
    for pid in pids {
        if !send(p, pid.as_bstr(), signal).await? {
            status = 1;
        }
    }
    Ok(Exit(status))
}

/// False when it could not be sent; a word that is no number ends the applet.
async fn send(p: &mut Process, pid: &BStr, signal: Option<Signal>) -> Result<bool, Exit> {
    let number = pid.to_str().ok().and_then(|text| text.parse::<i64>().ok());
    let Some(number) = number else {
        say::error(p, bytes!("invalid number '{}'", pid)).await;
        return Ok(false);
    };
    match p.kill(PidTarget::from_number(number), signal) {
        Ok(()) => Ok(true),
        Err(errno) => {
            say::errno(p, bytes!("can't kill pid {}", BString::from(number.to_string())), errno).await;
            Ok(false)
        }
    }
}
