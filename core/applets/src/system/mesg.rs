use bstr::BString;
use kernel::{Exit, Fd, Process};
use vfs::{Mode, Stat};

use crate::frame::say;
use crate::frame::stream::{STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[y|n]

Tell or say whether others may write on your terminal
	y	They may
	n	They may not";

const STDERR: Fd = 2;
/// Terminals belong to a group that writes on them for others.
const GROUP_WRITES: u32 = 0o20;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let wanted = match &words[..] {
        [] => None,
        [word] if word == "y" || word == "n" => Some(word == "y"),
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    let Some((path, stat)) = terminal(p) else { return Err(say::die(p, "not a tty").await) };
    let mode = stat.mode.bits();
    let Some(allowed) = wanted else {
        let is = if mode & GROUP_WRITES != 0 { "is y\n" } else { "is n\n" };
        say::print(p, is).await?;
        return Ok(Exit(0));
    };
    let mode = if allowed { mode | GROUP_WRITES } else { mode & !GROUP_WRITES };
    match p.chmod(&path, Mode::new(mode)) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, path, errno).await),
    }
}

/// The first standard stream that is one.
fn terminal(p: &mut Process) -> Option<(BString, Stat)> {
    let fd = [STDIN, STDOUT, STDERR].into_iter().find(|fd| p.isatty(*fd))?;
    let path = p.readlink(format!("/proc/self/fd/{fd}")).ok()?;
    let stat = p.stat(&path).or_else(|_| p.fstat(fd)).ok()?;
    Some((path, stat))
}
