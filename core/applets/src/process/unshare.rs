use bstr::BString;
use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, say};

pub(crate) const USAGE: &str = "[OPTIONS] [PROG ARGS]

Run PROG (a shell) in namespaces of its own

	-m,--mount[=FILE]	Mounts
	-u,--uts[=FILE]		The machine's name
	-i,--ipc[=FILE]		System V's memory, queues and semaphores
	-n,--net[=FILE]		The network
	-p,--pid[=FILE]		Processes
	-U,--user[=FILE]	Users
	-f			As a child
	-r			As root in it (implies -U)
	--mount-proc[=DIR]	With a /proc of its own (implies -m)
	--propagation slave|shared|private|unchanged
				Where mounts show
	--setgroups allow|deny	Whether groups may be set";

const PROC: char = '\u{100}';
const PROPAGATION: char = '\u{101}';
const GROUPS: char = '\u{102}';

const OPTIONS: Options =
    Options::new(USAGE, "m::u::i::n::p::U::fr\u{100}::\u{101}:\u{102}:").in_order().long(&[
        ("mount", 'm'),
        ("uts", 'u'),
        ("ipc", 'i'),
        ("net", 'n'),
        ("pid", 'p'),
        ("user", 'U'),
        ("fork", 'f'),
        ("map-root-user", 'r'),
        ("mount-proc", PROC),
        ("propagation", PROPAGATION),
        ("setgroups", GROUPS),
    ]);

/// What each asks of the kernel, as `clone(2)` has it.
const KINDS: [(char, u32); 8] = [
    ('m', 0x20000),
    (PROC, 0x20000),
    ('u', 0x0400_0000),
    ('i', 0x0800_0000),
    ('n', 0x4000_0000),
    ('p', 0x2000_0000),
    ('U', 0x1000_0000),
    ('r', 0x1000_0000),
];

/// A container may make no namespaces.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let asked = KINDS.iter().filter(|(letter, _)| opts.given().any(|(given, _)| given == *letter));
    let asked = asked.fold(0, |all, (_, kind)| all | kind);
    if asked != 0 {
        return Err(say::die_errno(p, format!("unshare(0x{asked:x})"), Errno::EPERM).await);
    }
    let argv = match &opts.operands[..] {
        [] => vec![p.env().get("SHELL").map_or_else(|| BString::from("/bin/sh"), BString::from)],
        words => words.to_vec(),
    };
    if !opts.has('f') {
        return Ok(command::exec(p, &argv).await);
    }
    match command::run(p, &argv).await {
        Ok(status) => Ok(Exit(status.code())),
        Err(errno) => Err(say::die_errno(p, bytes!("can't execute '{}'", argv[0]), errno).await),
    }
}
