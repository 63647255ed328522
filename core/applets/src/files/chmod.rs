use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Mode, Stat};

use super::mode;
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};

pub(crate) const USAGE: &str = "[-Rcvf] MODE[,MODE]... FILE...

MODE is octal, or [ugoa]{+|-|=}[rwxXst]

	-R	And what is in directories
	-c	Tell what was changed
	-v	Tell everything
	-f	Hide errors";

const OPTIONS: Options = Options::new(USAGE, "Rvcf").at_least(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut words = p.args().to_vec();
    let shielded = shield(&mut words);
    let mut opts = OPTIONS.parse_words(p, &words).await?;
    if shielded {
        opts.operands[0][0] = b'-';
    }
    let text = opts.operands[0].as_bstr();
    let mut status = 0;
    for operand in &opts.operands[1..] {
        let mut walk = Walk::new(operand.as_bstr(), Links::Operands);
        while let Some(step) = walk.next(p) {
            let (path, stat) = match step {
                Step::Leave(..) => continue,
                Step::Lost(path, errno) | Step::Unreadable(path, errno) => {
                    status = 1;
                    say::errno(p, path, errno).await;
                    continue;
                }
                // In directories links are left alone; a dangling operand fails below.
                Step::Other(_, stat) if stat.file_type == FileType::Symlink && walk.depth() > 0 => continue,
                Step::Enter(path, stat) => {
                    if !opts.has('R') {
                        walk.skip();
                    }
                    (path, stat)
                }
                Step::Other(path, stat) => (path, stat),
            };
            let changed = change(p, &opts, text, (&path, &stat)).await?;
            if !changed {
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

/// A mode like `-x` would be taken for an option: its dash becomes an `a` while options are parsed. True when that
/// was done.
fn shield(args: &mut [BString]) -> bool {
    let dashed = args.iter_mut().skip(1).take_while(|word| word.starts_with(b"-"));
    let mode = dashed.into_iter().find(|word| word.len() > 1 && !b"-Rvcf".contains(&word[1]));
    let Some(mode) = mode else { return false };
    mode[0] = b'a';
    true
}

async fn change(
    p: &mut Process,
    opts: &Matches,
    text: &BStr,
    (path, stat): (&BString, &Stat),
) -> Result<bool, Exit> {
    let directory = stat.file_type == FileType::Directory;
    let old = stat.mode.bits();
    let Some(new) = mode::parse(text, old, p.umask().bits(), directory) else {
        return Err(say::die(p, bytes!("invalid mode '{}'", text)).await);
    };
    if let Err(errno) = p.chmod(path, Mode::new(new)) {
        if !opts.has('f') {
            say::errno(p, path, errno).await;
        }
        return Ok(false);
    }
    if opts.has('v') || (opts.has('c') && old != new) {
        let line =
            bytes!("mode of '{}' changed to {} ({})\n", path, format!("{new:04o}"), mode::letters(new));
        say::print(p, line).await?;
    }
    Ok(true)
}
