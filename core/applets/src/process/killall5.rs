use bstr::ByteSlice;
use kernel::{Exit, Pid, PidTarget, Process};

use super::{signal, table};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-l] [-SIG] [-o PID]...

Signal all processes of other sessions

	-l	List the signals
	-o PID	Not this one";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    if words.first().is_some_and(|word| word == "-l") {
        return signal::list(p, &words[1..]).await;
    }
    let (sent, rest) = match words.first() {
        Some(word) if word == "-o" => (Some(kernel::Signal::TERM), &words[..]),
        _ => signal::chosen(p, &words).await?,
    };
    let mut spared = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let Some(pid) = rest.next().filter(|_| word == "-o") else {
            return Err(usage::misuse(p, USAGE, 1).await);
        };
        match number::unsigned(pid.as_bstr(), 0, u64::from(u32::MAX), &[]) {
            Ok(pid) => spared.push(pid),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    let session = p.getsid().0;
    for entry in table::read(p).await {
        if entry.pid == 1 || entry.sid == session || spared.contains(&u64::from(entry.pid)) {
            continue;
        }
        // One that has ended meanwhile needs no signal.
        let _ = p.kill(PidTarget::Process(Pid(entry.pid)), sent);
    }
    Ok(Exit(0))
}
