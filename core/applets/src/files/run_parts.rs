use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Mode};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, path, say};

pub(crate) const USAGE: &str = "[-a ARG]... [-u UMASK] [--reverse] [--test] [--exit-on-error] DIRECTORY

Run the programs in DIRECTORY, one after the other

	-a ARG		Give them ARG
	-u UMASK	With this umask
	--reverse	Last ones first
	--test		Print their names only
	--exit-on-error	End when one fails";

const REVERSE: char = '\u{100}';
const TEST: char = '\u{101}';
const EXIT: char = '\u{102}';

const OPTIONS: Options = Options::new(USAGE, "a:u:\u{100}\u{101}\u{102}").operands(1, 1).long(&[
    ("arg", 'a'),
    ("umask", 'u'),
    ("test", TEST),
    ("exit-on-error", EXIT),
    ("reverse", REVERSE),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut mask = Mode::new(0o022);
    if let Some(text) = opts.value('u') {
        let read = text.to_str().ok().and_then(|digits| u32::from_str_radix(digits, 8).ok());
        match read.filter(|mask| *mask <= 0o7777) {
            Some(bits) => mask = Mode::new(bits),
            None => return Err(say::die(p, bytes!("invalid number '{}'", text)).await),
        }
    }
    p.set_umask(mask);
    let mut programs = programs(p, &opts.operands[0]).await;
    if opts.has(REVERSE) {
        programs.reverse();
    }
    let mut status = 0;
    for program in programs {
        if opts.has(TEST) {
            say::print(p, bytes!("{}\n", program)).await?;
            continue;
        }
        let mut argv = vec![program.clone()];
        argv.extend(opts.values('a').map(BString::from));
        let failure = match command::run(p, &argv).await {
            Ok(ended) if ended.is_success() => continue,
            Ok(ended) => bytes!("{}: exit status {}", program, ended.code().to_string()),
            Err(errno) => bytes!("can't execute '{}': {}", program, errno.to_string()),
        };
        say::error(p, failure).await;
        status = 1;
        if opts.has(EXIT) {
            break;
        }
    }
    Ok(Exit(status))
}

/// The executable files in a directory with names of letters, digits, `_`, `-` and `.` (not first), in order.
async fn programs(p: &mut Process, directory: &BString) -> Vec<BString> {
    let entries = match p.stat(directory) {
        Ok(stat) if stat.file_type != FileType::Directory => return Vec::new(),
        Ok(_) => p.read_dir(directory),
        Err(errno) => Err(errno),
    };
    let entries = match entries {
        Ok(entries) => entries,
        Err(errno) => {
            say::errno(p, directory, errno).await;
            return Vec::new();
        }
    };
    let mut programs = Vec::new();
    for entry in entries {
        let file = path::join(directory.as_bstr(), entry.name.as_bstr());
        match p.stat(&file) {
            Ok(stat) => {
                let runs = stat.file_type == FileType::Regular && p.access(&file, false, false, true).is_ok();
                if runs && is_plain(&entry.name) {
                    programs.push(file);
                }
            }
            Err(errno) => say::errno(p, &file, errno).await,
        }
    }
    programs
}

fn is_plain(name: &BString) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    !name.starts_with(b".") && name.iter().all(allowed)
}
