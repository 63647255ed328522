use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, Lock, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{command, number, say};

pub(crate) const USAGE: &str = "[-sxun] FD | { FILE [-c] PROG ARGS }

Lock an open descriptor, or FILE while PROG runs

	-s	Share the lock
	-x	Have it alone (what it does anyway)
	-u	Give FD's lock back
	-n	Fail where it would wait";

const OPTIONS: Options = Options::new(USAGE, "sxnu")
    .long(&[("shared", 's'), ("exclusive", 'x'), ("unlock", 'u'), ("nonblock", 'n')])
    .in_order()
    .at_least(1);

/// What is made is opened for reading alone: a lock needs no more.
const OPEN: OpenFlags = OpenFlags::RDONLY;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let (first, rest) = opts.operands.split_at(1);
    let lock = match opts.last_of(&['s', 'x', 'u']) {
        Some('s') => Lock::Shared,
        Some('u') => Lock::Unlock,
        _ => Lock::Exclusive,
    };
    if rest.is_empty() {
        let fd = match number::unsigned(first[0].as_bstr(), 0, i32::MAX as u64, &[]) {
            Ok(fd) => Fd::try_from(fd).unwrap_or(Fd::MAX),
            Err(message) => return Err(say::die(p, message).await),
        };
        take(p, &opts, fd, lock).await?;
        return Ok(Exit(0));
    }
    let opened = match p.open(&first[0], OPEN | OpenFlags::CREAT, Mode::new(0o666)).await {
        Err(Errno::EISDIR) => p.open(&first[0], OPEN, Mode::default()).await,
        other => other,
    };
    let fd = match opened {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", first[0]), errno).await),
    };
    take(p, &opts, fd, lock).await?;
    run(p, rest).await
}

async fn take(p: &mut Process, opts: &Matches, fd: Fd, lock: Lock) -> Result<(), Exit> {
    match p.flock(fd, lock, opts.has('n')).await {
        Ok(()) => Ok(()),
        Err(Errno::EAGAIN) if opts.has('n') => Err(Exit(1)),
        Err(errno) => Err(say::die(p, errno.to_string()).await),
    }
}

/// Runs the program with the lock, which its children keep.
async fn run(p: &mut Process, words: &[BString]) -> Ended {
    let argv = match words {
        [flag, rest @ ..] if flag == "-c" || flag == "--command" => {
            let [text] = rest else { return Err(say::die(p, "-c takes only one argument").await) };
            let shell = p.env().get("SHELL").filter(|shell| !shell.is_empty()).unwrap_or("/bin/sh".into());
            vec![shell.to_owned(), "-c".into(), text.clone()]
        }
        _ => words.to_vec(),
    };
    match command::run(p, &argv).await {
        Ok(status) => Ok(Exit(status.code())),
        Err(errno) => {
            say::errno(p, &argv[0], errno).await;
            Ok(Exit(255))
        }
    }
}
