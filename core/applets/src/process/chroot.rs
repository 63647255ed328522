use bstr::{BString, ByteSlice};
use kernel::Process;

use crate::frame::table::Ended;
use crate::frame::{command, path, say, usage};

pub(crate) const USAGE: &str = "NEWROOT [PROG ARGS]

Run PROG (a shell) with NEWROOT as the root directory";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let Some((root, rest)) = words.split_first() else { return Err(usage::misuse(p, USAGE, 1).await) };
    let root = path::strip(root.as_bstr());
    if let Err(errno) = p.chroot(root) {
        return Err(say::die_errno(p, bytes!("can't change root directory to '{}'", root), errno).await);
    }
    if let Err(errno) = p.chdir("/") {
        return Err(say::die_errno(p, "can't change directory to '/'", errno).await);
    }
    let shell = || p.env().get("SHELL").unwrap_or("/bin/sh".into()).to_owned();
    let argv = if rest.is_empty() { vec![shell(), BString::from("-i")] } else { rest.to_vec() };
    Ok(command::exec(p, &argv).await)
}
