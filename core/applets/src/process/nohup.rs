use kernel::{Action, OpenFlags, Process, Signal};
use vfs::Mode;

use crate::frame::command;
use crate::frame::stream::{STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "PROG ARGS

Run PROG so that a hangup does not end it; what it would print on a terminal goes to nohup.out";

const STDERR: i32 = 2;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let argv = p.args()[1..].to_vec();
    if argv.is_empty() {
        return Err(usage::misuse(p, USAGE, 127).await);
    }
    if p.isatty(STDIN)
        && let Ok(fd) = p.open("/dev/null", OpenFlags::RDONLY, Mode::default()).await
    {
        let _ = p.dup2(fd, STDIN);
    }
    if p.isatty(STDOUT) {
        let file = "nohup.out";
        match p.open(file, OpenFlags::APPENDING, Mode::new(0o600)).await {
            Ok(fd) => {
                let _ = p.dup2(fd, STDOUT);
                say::error(p, bytes!("appending output to {}", file)).await;
            }
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
        }
    }
    if p.isatty(STDERR) {
        let _ = p.dup2(STDOUT, STDERR);
    }
    // HUP can always be ignored.
    let _ = p.signal_action(Signal::HUP, Action::Ignore);
    Ok(command::exec(p, &argv).await)
}
