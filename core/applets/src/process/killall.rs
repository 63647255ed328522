use bstr::ByteSlice;
use kernel::{Exit, Pid, PidTarget, Process};

use super::{signal, table};
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-lq] [-SIG] NAME...

Send a signal (TERM) to the processes of these names

	-l	List the signals
	-q	Without a word when there is none";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut words = p.args()[1..].to_vec();
    if words.first().is_some_and(|word| word == "-l") {
        return signal::list(p, &words[1..]).await;
    }
    let quiet = words.first().is_some_and(|word| word == "-q");
    if quiet {
        words.remove(0);
    }
    let (signal, names) = signal::chosen(p, &words).await?;
    if names.is_empty() {
        return Err(say::die(p, "you need to specify whom to kill").await);
    }
    let mut status = 0;
    let own = p.pid().0;
    for name in names {
        let all = table::read(p).await;
        let mut found = false;
        for entry in all.iter().filter(|entry| entry.pid != own && entry.is_called(name.as_bstr())) {
            found = true;
            if let Err(errno) = p.kill(PidTarget::Process(Pid(entry.pid)), signal) {
                say::errno(p, format!("can't kill pid {}", entry.pid), errno).await;
                status = 1;
            }
        }
        if !found {
            status = 1;
            if !quiet {
                say::error(p, bytes!("{}: no process killed", name)).await;
            }
        }
    }
    Ok(Exit(status))
}
