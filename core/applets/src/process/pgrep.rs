use bstr::{BString, ByteSlice};
use kernel::{Exit, Pid, PidTarget, Process, Signal};
use pattern::{Regex, RegexOptions};

use super::signal;
use super::table::{self, Entry};
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[-flanovx] [-s SID|-P PPID|PATTERN]

Print the numbers of processes whose name matches PATTERN

	-l	Their names too
	-a	Their arguments too
	-f	Match the arguments
	-n	The newest alone
	-o	The oldest alone
	-v	Those that do not match
	-x	The whole name must match
	-s SID	Those of a session
	-P PPID	The children of a process";

const OPTIONS: Options = Options::new(USAGE, "vlafxons:P:").operands(0, 1).short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let found = matching(p, &opts, USAGE).await?;
    for entry in &found {
        let tail = if opts.has('a') {
            bytes!(" {}", entry.args)
        } else if opts.has('l') {
            bytes!(" {}", entry.comm)
        } else {
            BString::default()
        };
        say::print(p, bytes!("{}{}\n", entry.pid.to_string(), tail)).await?;
    }
    Ok(Exit(u8::from(found.is_empty())))
}

/// The processes that are meant, but for this one.
pub(super) async fn matching(
    p: &mut Process,
    opts: &Matches,
    text: &'static str,
) -> Result<Vec<Entry>, Exit> {
    let number = |letter: char| opts.value(letter).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    let (session, parent) = (number('s'), number('P'));
    let pattern = match opts.operands.first() {
        Some(pattern) => {
            match Regex::new(pattern, RegexOptions { extended: true, ..RegexOptions::default() }) {
                Ok(regex) => Some(regex),
                Err(error) => {
                    return Err(say::die(p, bytes!("bad regex '{}': {}", pattern, error.to_string())).await);
                }
            }
        }
        None if session.is_none() && parent.is_none() => return Err(usage::misuse(p, text, 1).await),
        None => None,
    };
    let own = p.pid().0;
    let mut all = table::read(p).await;
    all.retain(|entry| {
        let name = if opts.has('f') { &entry.args } else { &entry.comm };
        let matches = pattern.as_ref().is_none_or(|pattern| match pattern.find(name, 0, false) {
            Some(found) => !opts.has('x') || (found.start() == 0 && found.end() == name.len()),
            None => false,
        });
        let related =
            session.is_none_or(|sid| entry.sid == sid) && parent.is_none_or(|ppid| entry.ppid == ppid);
        entry.pid != own && (matches && related) != opts.has('v')
    });
    if opts.has('n') {
        all.drain(..all.len().saturating_sub(1));
    } else if opts.has('o') {
        all.truncate(1);
    }
    Ok(all)
}

/// pkill
pub(super) async fn kill(p: &mut Process, found: &[Entry], signal: Option<Signal>, tell: bool) -> Ended {
    for entry in found {
        if tell {
            say::print(p, bytes!("{} killed (pid {})\n", entry.comm, entry.pid.to_string())).await?;
        }
        // A process that is gone by now needs no signal.
        let _ = p.kill(PidTarget::Process(Pid(entry.pid)), signal);
    }
    Ok(Exit(u8::from(found.is_empty())))
}

/// The words without the signal in front, which is the other part.
pub(super) async fn split_signal(
    p: &mut Process,
    args: &[BString],
) -> Result<(Vec<BString>, Option<Signal>), Exit> {
    let mut words = args.to_vec();
    let is_signal = |word: &BString| {
        word.strip_prefix(b"-").is_some_and(|name| name == b"0" || signal::named(name.as_bstr()).is_some())
    };
    let Some(at) = words.iter().skip(1).position(is_signal) else { return Ok((words, Some(Signal::TERM))) };
    let word = words.remove(at + 1);
    let (signal, _) = signal::chosen(p, &[word]).await?;
    Ok((words, signal))
}
