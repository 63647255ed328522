mod talk;

use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process, WaitFlags, WaitFor};
use vfs::{Errno, Mode};

use self::talk::{Dump, Talk};
use super::{interfaces, resolve};
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream;
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

Carry standard input to a connection, and what comes from there to standard output

	-e PROG	Run PROG on the connection (must be last)
	-l	Wait for a connection
	-lk	With -e: for one after the other
	-p PORT	The port here
	-s ADDR	The address here
	-w SEC	Give up when nobody calls, or answers after the input's end
	-i SEC	Wait before each line sent
	-n	Addresses alone
	-u	UDP
	-b	Broadcasts too
	-v	Tell more
	-o FILE	Note what is carried, as numbers
	-z	Only try to connect";

const OPTIONS: Options = Options::new(USAGE, "lp:w:i:nvzks:uo:b").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let (words, program) = program(p.args());
    let opts = OPTIONS.parse_words(p, &words).await?;
    let (wait, pause) = (seconds(p, &opts, 'w').await?, seconds(p, &opts, 'i').await?);
    let dump = match opts.value('o').map(BStr::to_owned) {
        Some(path) => Some(Dump::new(open(p, path.as_bstr()).await?)),
        None => None,
    };
    own_address(p, &opts).await?;
    let talk = Talk { program, wait, pause, dump };
    if opts.has('l') { listen(p, &opts, talk).await } else { call(p, &opts, talk).await }
}

/// The words before `-e`, and what follows it.
fn program(args: &[BString]) -> (Vec<BString>, Vec<BString>) {
    match args.iter().position(|word| word == "-e") {
        Some(at) => (args[..at].to_vec(), args[at + 1..].to_vec()),
        None => (args.to_vec(), Vec::new()),
    }
}

async fn seconds(p: &mut Process, opts: &Matches, option: char) -> Result<Option<Duration>, Exit> {
    let Some(text) = opts.value(option).map(BStr::to_owned) else { return Ok(None) };
    match number::unsigned(text.as_bstr(), 0, u64::from(u32::MAX), &[]) {
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds)).filter(|time| !time.is_zero())),
        Err(message) => Err(say::die(p, message).await),
    }
}

async fn open(p: &mut Process, path: &BStr) -> Result<Fd, Exit> {
    let flags = OpenFlags::OUTPUT | OpenFlags::APPEND;
    match p.open(path, flags, Mode::new(0o666)).await {
        Ok(fd) => Ok(fd),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", path), errno).await),
    }
}

/// `-s` has to be an address of this machine.
async fn own_address(p: &mut Process, opts: &Matches) -> Result<(), Exit> {
    let Some(host) = opts.value('s').map(BStr::to_owned) else { return Ok(()) };
    let addresses = resolve::addresses(p, host.as_bstr()).await;
    let Some(address) = addresses.first() else {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    };
    let is_own = |text: &BString| {
        text.starts_with(b"127.")
            || text == "0.0.0.0"
            || text == "::1"
            || interfaces::all(p).iter().any(|own| *text == interfaces::text(own.address))
    };
    match is_own(address) {
        true => Ok(()),
        false => Err(say::die_errno(p, "bind", Errno::EADDRNOTAVAIL).await),
    }
}

async fn port(p: &mut Process, text: Option<&BString>) -> Result<u16, Exit> {
    let Some(text) = text else { return Err(usage::misuse(p, USAGE, 1).await) };
    match number::unsigned(text.as_bstr(), 0, 65535, &[]) {
        Ok(port) => Ok(u16::try_from(port).unwrap_or(0)),
        Err(_) => Err(say::die(p, bytes!("bad port '{}'", text)).await),
    }
}

async fn listen(p: &mut Process, opts: &Matches, talk: Talk) -> Ended {
    if let Some(host) = opts.operands.first()
        && resolve::addresses(p, host.as_bstr()).await.is_empty()
    {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    }
    let named = opts.value('p').map(|port| port.to_owned());
    let port = port(p, named.as_ref()).await?;
    let bound = if opts.has('u') { p.bind_datagram(port) } else { p.listen(port) };
    let listener = match bound {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, "bind", errno).await),
    };
    if opts.has('v') {
        p.eprint(format!("listening on [::]:{port} ...\n")).await;
    }
    loop {
        if let Ok(false) = p.wait_readable(listener, talk.wait).await {
            return Err(say::die(p, "timeout").await);
        }
        if opts.has('u') {
            // Who sends first is whom this is about.
            let sender = p.next_sender(listener).unwrap_or_default();
            let answered = p.connect_datagram(listener, sender);
            return if answered.is_ok() { talk.begin(p, listener).await } else { Ok(Exit(1)) };
        }
        let connection = match p.accept(listener).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, "accept", errno).await),
        };
        if !opts.has('k') {
            stream::close(p, listener);
            return talk.begin(p, connection).await;
        }
        let talk = talk.clone();
        let child = p.fork(move |mut child| async move {
            match talk.begin(&mut child, connection).await {
                Ok(exit) | Err(exit) => exit,
            }
        });
        stream::close(p, connection);
        if let Ok(pid) = child {
            let _ = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
        }
    }
}

async fn call(p: &mut Process, opts: &Matches, talk: Talk) -> Ended {
    let [host, text] = &opts.operands[..] else { return Err(usage::misuse(p, USAGE, 1).await) };
    let port = port(p, Some(text)).await?;
    let addresses = resolve::addresses(p, host.as_bstr()).await;
    let Some(address) = addresses.first() else {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    };
    let shown = bytes!("{} ({})", host, resolve::with_port(address.as_bstr(), port));
    let connected = match opts.has('u') {
        true => datagram(p, opts, address, port).await?,
        false => resolve::connect(p, address.as_bstr(), port).await,
    };
    match connected {
        Ok(fd) => {
            if opts.has('v') {
                p.eprint(bytes!("{} open\n", shown)).await;
            }
            if opts.has('z') { Ok(Exit(0)) } else { talk.begin(p, fd).await }
        }
        Err(errno) if opts.count('v') > 1 => Err(say::die_errno(p, shown, errno).await),
        Err(_) => Ok(Exit(1)),
    }
}

/// A UDP socket that writes to a port of this machine. With `-v` one byte asks whether anybody is there.
async fn datagram(
    p: &mut Process,
    opts: &Matches,
    address: &BString,
    port: u16,
) -> Result<Result<Fd, Errno>, Exit> {
    if !address.starts_with(b"127.") && address != "::1" {
        return Err(say::die(p, "UDP to other machines is not simulated").await);
    }
    let own = match opts.value('p').map(|port| port.to_owned()) {
        Some(text) => self::port(p, Some(&text)).await?,
        None => 0,
    };
    let fd = match p.bind_datagram(own) {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, "bind", errno).await),
    };
    let asked = match p.connect_datagram(fd, port) {
        // What was sent to nobody is known when the next is sent.
        Ok(()) if opts.has('z') && opts.has('v') => ask(p, fd).await,
        connected => connected,
    };
    Ok(asked.map(|()| fd))
}

async fn ask(p: &mut Process, fd: Fd) -> Result<(), Errno> {
    for _ in 0..2 {
        p.write_all(fd, b"\0").await?;
    }
    Ok(())
}
