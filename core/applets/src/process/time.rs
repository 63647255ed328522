use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, ExitStatus, OpenFlags, Process, WaitFlags, WaitFor};
use vfs::Mode;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, say};

pub(crate) const USAGE: &str = "[-vpa] [-o FILE] PROG ARGS

Run PROG and print how long it took

	-v	Print all that is known
	-p	As POSIX wants it
	-f FMT	In this format
	-o FILE	Print into FILE
	-a	At its end";

const OPTIONS: Options = Options::new(USAGE, "apvo:f:").in_order().at_least(1);

const USUAL: &str = "real\t%E\nuser\t%u\nsys\t%T";
const POSIX: &str = "real %e\nuser %U\nsys %S";
const VERBOSE: &str = "\tCommand being timed: \"%C\"\n\tUser time (seconds): %U\n\tSystem time (seconds): %S\n\
                       \tPercent of CPU this job got: %P\n\
                       \tElapsed (wall clock) time (h:mm:ss or m:ss): %E\n\tExit status: %x";

const STDERR: i32 = 2;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let usual = if opts.has('v') {
        VERBOSE
    } else if opts.has('p') {
        POSIX
    } else {
        USUAL
    };
    let format = opts.value('f').unwrap_or(usual.into()).to_owned();
    let to = match opts.value('o') {
        None => STDERR,
        Some(file) => {
            let flags = if opts.has('a') { OpenFlags::APPENDING } else { OpenFlags::OUTPUT };
            match p.open(file, flags | OpenFlags::CLOEXEC, Mode::new(0o666)).await {
                Ok(fd) => fd,
                Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
            }
        }
    };
    let started = p.now();
    let argv = opts.operands.clone();
    let child = p.fork(move |mut child| async move { command::exec(&mut child, &argv).await });
    let pid = match child {
        Ok(pid) => pid,
        Err(errno) => return Err(say::die_errno(p, "fork", errno).await),
    };
    let status = loop {
        match p.wait(WaitFor::Pid(pid), WaitFlags::Block).await {
            Ok((_, status)) => break status,
            Err(vfs::Errno::EINTR) => {}
            Err(errno) => return Err(say::die_errno(p, "wait", errno).await),
        }
    };
    let run = Run { argv: opts.operands, elapsed: p.now().since(started), status };
    let text = run.report(format.as_bstr());
    // That the report cannot be written is no failure of the program.
    let _ = p.write_all(to, &text).await;
    Ok(Exit(status.code()))
}

/// What is known of a run.
struct Run {
    argv: Vec<BString>,
    elapsed: Duration,
    status: ExitStatus,
}

impl Run {
    fn report(&self, format: &BStr) -> BString {
        let mut text = BString::default();
        match self.status {
            ExitStatus::Signaled(signal) => {
                text = format!("Command terminated by signal {}\n", signal.number()).into();
            }
            status if status.code() != 0 => {
                text = format!("Command exited with non-zero status {}\n", status.code()).into();
            }
            _ => {}
        }
        let mut rest = format.iter().copied();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                text.extend_from_slice(&self.value(rest.next().unwrap_or(b'%')));
            } else {
                text.push(byte);
            }
        }
        text.push(b'\n');
        text
    }

    /// Time that the system or the program itself used is not told apart from waiting: it is 0.
    fn value(&self, letter: u8) -> BString {
        let hundredths = self.elapsed.as_millis() / 10;
        let (seconds, rest) = (hundredths / 100, hundredths % 100);
        match letter {
            b'C' => bstr::join(" ", &self.argv).into(),
            b'x' => self.status.code().to_string().into(),
            b'E' => format!("{}m {}.{rest:02}s", seconds / 60, seconds % 60).into(),
            b'e' => format!("{seconds}.{rest:02}").into(),
            b'u' | b'T' => "0m 0.00s".into(),
            b'U' | b'S' => "0.00".into(),
            b'P' => "?%".into(),
            b'Z' => "4096".into(),
            b'M' | b'I' | b'O' | b'F' | b'R' | b'W' | b'c' | b'w' | b'k' | b'p' | b'D' | b's' | b't'
            | b'K' | b'X' => "0".into(),
            // busybox prints nothing even for %%.
            _ => BString::default(),
        }
    }
}
