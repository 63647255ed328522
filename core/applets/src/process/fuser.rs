use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Pid, PidTarget, Process, Signal};
use vfs::Follow;

use super::signal;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-msk46] [-SIGNAL] FILE or PORT/PROTO

Find the processes that have FILEs in use

	-m	Anything on the FILEs' file systems
	-4,-6	Only ports of IPv4, IPv6
	-s	Say nothing
	-k	Kill them
	-SIGNAL	The signal for that (KILL)";

const OPTIONS: Options = Options::new(USAGE, "mks64").short_only().at_least(1);

/// A file system, and the inode that is asked for; none where any will do.
type Wanted = (u64, Option<u64>);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut words = p.args().to_vec();
    let is_signal = |word: &BString| word.len() > 2 && word.starts_with(b"-") && word != "--";
    let mut sent = Signal::KILL;
    if let Some(at) =
        words.iter().position(|word| is_signal(word) && signal::named(word[1..].as_bstr()).is_some())
    {
        sent = signal::named(words.remove(at)[1..].as_bstr()).unwrap_or(sent);
    }
    let opts = OPTIONS.parse_words(p, &words).await?;
    let mut wanted = Vec::new();
    for name in &opts.operands {
        if is_port(name.as_bstr()) {
            return Err(say::die(p, bytes!("{}: who has a port in use is not simulated", name)).await);
        }
        match look(p, name, opts.has('m')) {
            Ok(found) => wanted.push(found),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't stat '{}'", name), errno).await),
        }
    }
    let own = p.pid();
    let mut found = Vec::new();
    for pid in p.processes() {
        if pid != own && uses(p, pid, &wanted) {
            found.push(pid);
        }
    }
    for pid in &found {
        if opts.has('k') {
            // One that has ended meanwhile needs no signal.
            let _ = p.kill(PidTarget::Process(*pid), sent);
        } else if !opts.has('s') {
            say::print(p, format!("{pid} ")).await?;
        }
    }
    if !found.is_empty() && !opts.has('k') && !opts.has('s') {
        say::print(p, "\n").await?;
    }
    Ok(Exit(u8::from(found.is_empty())))
}

/// `80/tcp`
fn is_port(name: &BStr) -> bool {
    let Some((port, protocol)) = name.split_once_str("/") else { return false };
    !port.is_empty() && port.iter().all(u8::is_ascii_digit) && matches!(protocol, b"tcp" | b"udp")
}

fn look(p: &mut Process, path: impl AsRef<[u8]>, whole: bool) -> Result<Wanted, vfs::Errno> {
    let stat = p.stat(&path)?;
    Ok((p.device(&path, Follow::Yes)?, (!whole).then_some(stat.ino.0)))
}

/// Whether a process has one of them open, runs it, or is in it.
fn uses(p: &mut Process, pid: Pid, wanted: &[Wanted]) -> bool {
    let mut links: Vec<BString> =
        ["cwd", "exe", "root"].iter().map(|name| format!("/proc/{pid}/{name}").into()).collect();
    let open = p.read_dir(format!("/proc/{pid}/fd")).unwrap_or_default();
    links.extend(open.iter().map(|entry| bytes!("/proc/{}/fd/{}", pid.to_string(), entry.name)));
    links.iter().any(|link| {
        let is =
            |&(device, ino): &Wanted, (at, found): Wanted| device == at && (ino.is_none() || ino == found);
        look(p, link, false).is_ok_and(|found| wanted.iter().any(|wanted| is(wanted, found)))
    })
}
