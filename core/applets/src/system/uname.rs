use bstr::BString;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-amnrspvio]

Print what system this is

	-a	Everything
	-m	The machine
	-n	The host name
	-r	The kernel's release
	-s	The kernel's name (default)
	-p	The processor
	-v	The kernel's version
	-i	The hardware platform
	-o	The operating system";

const OPTIONS: Options = Options::new(USAGE, "snrvmpioa").operands(0, 0).long(&[
    ("all", 'a'),
    ("kernel-name", 's'),
    ("nodename", 'n'),
    ("kernel-release", 'r'),
    ("release", 'r'),
    ("kernel-version", 'v'),
    ("machine", 'm'),
    ("processor", 'p'),
    ("hardware-platform", 'i'),
    ("operating-system", 'o'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let system = p.uname();
    let known: [(char, BString); 8] = [
        ('s', system.sysname.into()),
        ('n', p.hostname()),
        ('r', system.release.into()),
        ('v', system.version.into()),
        ('m', system.machine.into()),
        ('p', "unknown".into()),
        ('i', "unknown".into()),
        ('o', "Linux".into()),
    ];
    let all = opts.has('a');
    let none = opts.given().next().is_none();
    let shown = known.iter().filter(|(letter, text)| {
        if all { text != "unknown" } else { opts.has(*letter) || (none && *letter == 's') }
    });
    let words: Vec<&BString> = shown.map(|(_, text)| text).collect();
    say::print(p, bytes!("{}\n", bstr::join(" ", words))).await?;
    Ok(Exit(0))
}
