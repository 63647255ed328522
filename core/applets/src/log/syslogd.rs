use bstr::{BStr, BString, ByteSlice};
use kernel::{Action, Exit, Fd, OpenFlags, Process, Signal};
use vfs::{Errno, Mode};

use super::priority::{self, BUFFER, OWN, SOCKET};
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{daemon, number, say};

pub(crate) const USAGE: &str = "[OPTIONS]

Keep the system's log

	-n		Stay in the foreground
	-R HOST[:PORT]	Send it to HOST
	-L		Keep it here too
	-C[size_kb]	In memory, for logread
	-K		In the kernel's buffer
	-O FILE		In FILE (/var/log/messages; - is standard output)
	-s SIZE		KB after which a new file is begun (200, 0 never)
	-b N		Old files to keep (1, at most 99, 0 none)
	-l N		Only messages more urgent than N (1-8)
	-S		Less in front of each
	-t		The time here, not the sender's
	-D		No message twice in a row
	-f FILE		Rules (/etc/syslog.conf)";

const OPTIONS: Options = Options::new(USAGE, "nO:l:Ss:b:R:LC::tDKf:").short_only();

const FILE: &str = "/var/log/messages";
const PID_FILE: &str = "/var/run/syslogd.pid";
const RULES: &str = "/etc/syslog.conf";
/// The most that a message may have.
const LONGEST: usize = 1024;
/// Bytes that `-C` keeps where it does not say.
const MEMORY: u64 = 16 << 10;

struct Log {
    /// Where to write; none in memory.
    file: Option<BString>,
    memory: usize,
    rotates_at: u64,
    kept: u64,
    urgency: u64,
    short: bool,
    own_time: bool,
    drops_duplicates: bool,
    last: BString,
    host: BString,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !opts.operands.is_empty() {
        return Err(crate::frame::usage::misuse(p, USAGE, 1).await);
    }
    for (letter, what) in [('R', "other machines"), ('K', "the kernel's buffer"), ('f', "rules")] {
        if opts.has(letter) {
            return Err(say::die(p, format!("-{letter}: {what} cannot be reached in the simulation")).await);
        }
    }
    if p.stat(RULES).is_ok() {
        return Err(say::die(p, bytes!("{}: rules are not simulated", RULES)).await);
    }
    let log = Log::new(p, &opts).await?;
    if opts.has('n') {
        return serve(p, log).await;
    }
    daemon::start(p, move |mut child| async move {
        match serve(&mut child, log).await {
            Ok(exit) | Err(exit) => exit,
        }
    })
    .await
}

async fn value(
    p: &mut Process,
    opts: &Matches,
    letter: char,
    usual: u64,
    range: (u64, u64),
) -> Result<u64, Exit> {
    match opts.value(letter).map(|text| number::unsigned(text, range.0, range.1, &[])) {
        None => Ok(usual),
        Some(Ok(value)) => Ok(value),
        Some(Err(message)) => Err(say::die(p, message).await),
    }
}

async fn serve(p: &mut Process, mut log: Log) -> Ended {
    // What an earlier one has left behind.
    let _ = p.unlink(SOCKET);
    let socket = match p.bind_datagram_at(SOCKET, Mode::new(0o666)) {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, bytes!("bind: {}", SOCKET), errno).await),
    };
    let _ = p.chmod(SOCKET, Mode::new(0o666));
    daemon::note_pid(p, PID_FILE).await;
    for signal in [Signal::TERM, Signal::INT] {
        // They can be caught.
        let _ = p.signal_action(signal, Action::Catch);
    }
    log.keep(p, OWN, "syslogd started: BusyBox v1.36.1".into()).await;
    let ended = loop {
        if let Some(signal) = p.take_signal() {
            break signal;
        }
        match p.read(socket, LONGEST).await {
            Ok(message) => log.receive(p, &message).await,
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(say::die_errno(p, "recv", errno).await),
        }
    };
    log.keep(p, OWN, "syslogd exiting".into()).await;
    say::flush(p).await?;
    p.remove_shared_memory(BUFFER);
    let _ = p.unlink(PID_FILE);
    let _ = p.signal_action(ended, Action::Default);
    // It ends as the signal would have ended it.
    let _ = p.kill(kernel::PidTarget::Process(p.pid()), ended);
    p.pause().await;
    Ok(Exit(1))
}

impl Log {
    async fn new(p: &mut Process, opts: &Matches) -> Result<Log, Exit> {
        let memory = match opts.given().any(|(letter, _)| letter == 'C') {
            true => value(p, opts, 'C', MEMORY >> 10, (4, u64::from(u32::MAX) >> 10)).await? << 10,
            false => 0,
        };
        Ok(Log {
            file: (memory == 0).then(|| opts.value('O').unwrap_or(FILE.into()).to_owned()),
            memory: usize::try_from(memory).unwrap_or(usize::MAX),
            rotates_at: value(p, opts, 's', 200, (0, u64::from(u32::MAX) >> 10)).await? << 10,
            kept: value(p, opts, 'b', 1, (0, 99)).await?,
            urgency: value(p, opts, 'l', 8, (1, 8)).await?,
            short: opts.has('S'),
            own_time: opts.has('t'),
            drops_duplicates: opts.has('D'),
            last: BString::default(),
            host: p.hostname(),
        })
    }

    /// A message as it came: its priority in angle brackets, control characters as `^X`, a line each.
    async fn receive(&mut self, p: &mut Process, message: &[u8]) {
        let message = message.trim_end_with(|c| c == '\n' || c == '\0');
        if self.drops_duplicates && self.last == message {
            return;
        }
        self.last = message.into();
        for line in message.split(|byte| *byte == b'\n') {
            let (priority, text) = prefixed(line);
            let mut shown = BString::default();
            for byte in text {
                match byte {
                    b'\t' => shown.push(b'\t'),
                    0..0x20 => shown.extend_from_slice(&[b'^', byte + 0x40]),
                    _ => shown.push(*byte),
                }
            }
            self.keep(p, priority, shown.as_bstr()).await;
        }
    }

    async fn keep(&mut self, p: &mut Process, priority: u8, text: &BStr) {
        if u64::from(priority % 8) >= self.urgency {
            return;
        }
        let (sent, text) = stamped(text);
        let time = match sent.filter(|_| !self.own_time) {
            Some(time) => time.to_owned(),
            None => priority::stamp(p),
        };
        let line = match self.short {
            true => bytes!("{} {}\n", time, text),
            false => bytes!("{} {} {} {}\n", time, self.host, priority::name(priority), text),
        };
        match self.file.clone() {
            None => p.append_shared_memory(BUFFER, &line, self.memory),
            Some(name) if name == "-" => {
                // Nobody is left to tell that it is full.
                let _ = p.write_all(STDOUT, &line).await;
            }
            Some(name) => self.write(p, name.as_bstr(), &line).await,
        }
    }

    async fn write(&self, p: &mut Process, name: &BStr, line: &[u8]) {
        let size = p.stat(name).map_or(0, |stat| stat.size);
        if self.rotates_at > 0 && size + line.len() as u64 > self.rotates_at {
            self.rotate(p, name);
        }
        let opened: Result<Fd, Errno> = p.open(name, OpenFlags::APPENDING, Mode::new(0o666)).await;
        if let Ok(fd) = opened {
            let _ = p.write_all(fd, line).await;
            stream::close(p, fd);
        }
    }

    /// `FILE` becomes `FILE.0`, and so on; the oldest goes.
    fn rotate(&self, p: &mut Process, name: &BStr) {
        if self.kept == 0 {
            let _ = p.unlink(name);
            return;
        }
        for number in (1..self.kept).rev() {
            let (from, to) = (format!(".{}", number - 1), format!(".{number}"));
            // There may be fewer.
            let _ = p.rename(bytes!("{}{}", name, from), bytes!("{}{}", name, to));
        }
        let _ = p.rename(name, bytes!("{}.0", name));
    }
}

/// `<PRIORITY>` in front of a message.
fn prefixed(line: &[u8]) -> (u8, &[u8]) {
    let number = line.strip_prefix(b"<").and_then(|rest| rest.split_once_str(">"));
    let parsed = number.and_then(|(digits, rest)| Some((digits.to_str().ok()?.parse().ok()?, rest)));
    parsed.unwrap_or((priority::USUAL, line))
}

/// The sender's time in front of a message: `Mmm dd hh:mm:ss `.
fn stamped(text: &BStr) -> (Option<&BStr>, &BStr) {
    const LENGTH: usize = 15;
    let is_time = text.len() > LENGTH
        && [(3, b' '), (6, b' '), (9, b':'), (12, b':'), (LENGTH, b' ')]
            .iter()
            .all(|(at, byte)| text[*at] == *byte);
    match is_time {
        true => (Some(text[..LENGTH].as_bstr()), text[LENGTH + 1..].as_bstr()),
        false => (None, text),
    }
}
