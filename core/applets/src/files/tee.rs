use bstr::ByteSlice;
use kernel::{Action, Exit, Fd, OpenFlags, Process, Signal};
use vfs::Mode;

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, CHUNK, STDIN, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-ai] [FILE]...

Copy standard input to standard output and to FILEs

	-a	Append to FILEs
	-i	Ignore SIGINT";

const OPTIONS: Options = Options::new(USAGE, "ia");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('i') {
        p.signal_action(Signal::INT, Action::Ignore).map_err(|_| Exit(1))?;
    }
    // A reader that went away ends the copy to it, not the others.
    p.signal_action(Signal::PIPE, Action::Ignore).map_err(|_| Exit(1))?;
    let flags = if opts.has('a') { OpenFlags::APPENDING } else { OpenFlags::OUTPUT };
    let mut outputs: Vec<(Fd, _)> = vec![(STDOUT, "standard output".into())];
    let mut status = 0;
    for file in &opts.operands {
        if file == "-" {
            outputs.push((STDOUT, "standard output".into()));
            continue;
        }
        match p.open(file, flags, Mode::new(0o666)).await {
            Ok(fd) => outputs.push((fd, file.clone())),
            Err(errno) => {
                say::errno(p, file.as_bstr(), errno).await;
                status = 1;
            }
        }
    }
    loop {
        let chunk = match p.read(STDIN, CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Err(say::die_errno(p, "read error", errno).await),
        };
        if chunk.is_empty() {
            break;
        }
        let mut broken = Vec::new();
        for (index, (fd, name)) in outputs.iter().enumerate() {
            if let Err(errno) = p.write_all(*fd, &chunk).await {
                say::errno(p, name.as_bstr(), errno).await;
                status = 1;
                broken.push(index);
            }
        }
        for index in broken.into_iter().rev() {
            outputs.remove(index);
        }
    }
    for (fd, _) in outputs.into_iter().filter(|(fd, _)| *fd != STDOUT) {
        stream::close(p, fd);
    }
    Ok(Exit(status))
}
