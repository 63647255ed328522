use core::time::Duration;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, Pid, PidTarget, Process, Signal, WaitFlags, WaitFor};

use super::resolve;
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{command, number, say, usage};

pub(crate) const USAGE: &str = "[OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

Carry standard input to a connection, and what comes from there to standard output

	-e PROG	Run PROG on the connection (must be last)
	-l	Wait for a connection
	-lk	With -e: for one after the other
	-p PORT	The port here
	-w SEC	Give up a connection that takes longer
	-i SEC	Wait between lines
	-n	Addresses alone
	-v	Tell more
	-z	Only try to connect";

const OPTIONS: Options = Options::new(USAGE, "lp:w:i:ne:vzks:uo:f:").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let (words, program) = program(p.args());
    let opts = OPTIONS.parse_words(p, &words).await?;
    if opts.has('u') {
        return Err(say::die(p, "UDP is not simulated").await);
    }
    if opts.has('l') { listen(p, &opts, program).await } else { call(p, &opts, program).await }
}

/// The words before `-e`, and what follows it.
fn program(args: &[BString]) -> (Vec<BString>, Vec<BString>) {
    match args.iter().position(|word| word == "-e") {
        Some(at) => (args[..at].to_vec(), args[at + 1..].to_vec()),
        None => (args.to_vec(), Vec::new()),
    }
}

async fn port(p: &mut Process, text: Option<&BString>) -> Result<u16, Exit> {
    let Some(text) = text else { return Err(usage::misuse(p, USAGE, 1).await) };
    match number::unsigned(text.as_bstr(), 0, 65535, &[]) {
        Ok(port) => Ok(u16::try_from(port).unwrap_or(0)),
        Err(_) => Err(say::die(p, bytes!("bad port '{}'", text)).await),
    }
}

async fn listen(p: &mut Process, opts: &Matches, program: Vec<BString>) -> Ended {
    if let Some(host) = opts.operands.first()
        && resolve::addresses(p, host.as_bstr()).await.is_empty()
    {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    }
    let named = opts.value('p').map(|port| port.to_owned());
    let port = port(p, named.as_ref()).await?;
    let listener = match p.listen(port) {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, "bind", errno).await),
    };
    loop {
        let connection = match p.accept(listener).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, "accept", errno).await),
        };
        if !opts.has('k') {
            stream::close(p, listener);
            return talk(p, connection, program).await;
        }
        let program = program.clone();
        let child = p.fork(move |mut child| async move {
            match talk(&mut child, connection, program).await {
                Ok(exit) | Err(exit) => exit,
            }
        });
        stream::close(p, connection);
        if let Ok(pid) = child {
            let _ = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
        }
    }
}

async fn call(p: &mut Process, opts: &Matches, program: Vec<BString>) -> Ended {
    let [host, text] = &opts.operands[..] else { return Err(usage::misuse(p, USAGE, 1).await) };
    let port = port(p, Some(text)).await?;
    let addresses = resolve::addresses(p, host.as_bstr()).await;
    let Some(address) = addresses.first() else {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    };
    let shown = bytes!("{} ({})", host, resolve::with_port(address.as_bstr(), port));
    match resolve::connect(p, address.as_bstr(), port).await {
        Ok(fd) => {
            if opts.has('v') {
                p.eprint(bytes!("{} open\n", shown)).await;
            }
            if opts.has('z') { Ok(Exit(0)) } else { talk(p, fd, program).await }
        }
        Err(_) if !opts.has('v') => Ok(Exit(1)),
        Err(errno) => Err(say::die_errno(p, shown, errno).await),
    }
}

/// Both directions, until the other side ends.
async fn talk(p: &mut Process, connection: Fd, program: Vec<BString>) -> Ended {
    if !program.is_empty() {
        for fd in [STDIN, STDOUT] {
            // Both are open.
            let _ = p.dup2(connection, fd);
        }
        return Ok(command::exec(p, &program).await);
    }
    let sender = p.fork(move |mut child| async move {
        let _ = stream::copy(&mut child, STDIN, connection, u64::MAX).await;
        let _ = child.shutdown_write(connection);
        Exit(0)
    });
    let copied = stream::copy(p, connection, STDOUT, u64::MAX).await;
    finish(p, sender.ok()).await;
    Ok(Exit(u8::from(copied.is_err())))
}

/// Ends the sender, which may wait for input that never comes, once what it has is sent.
async fn finish(p: &mut Process, sender: Option<Pid>) {
    let Some(pid) = sender else { return };
    let _ = p.sleep(Duration::from_millis(1)).await;
    let _ = p.kill(PidTarget::Process(pid), Signal::TERM);
    let _ = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
}
