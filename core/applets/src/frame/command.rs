//! Running another program, for the applets that wrap one.

use bstr::BString;
use kernel::{Exit, ExitStatus, Process, WaitFlags, WaitFor};
use vfs::Errno;

use super::say;

/// Replaces the applet by the program, looked up in PATH; comes back only when that failed, with the message
/// printed and status 127 (not found) or 126.
pub async fn exec(p: &mut Process, argv: &[BString]) -> Exit {
    match p.execvp(argv).await {
        Ok(exit) => exit,
        Err(errno) => {
            let program = argv.first().cloned().unwrap_or_default();
            say::errno(p, bytes!("can't execute '{}'", program), errno).await;
            Exit(if errno == Errno::ENOENT { 127 } else { 126 })
        }
    }
}

/// Runs the program, looked up in PATH, as a child and waits for its end; the error is why it could not be started.
pub async fn run(p: &mut Process, argv: &[BString]) -> Result<ExitStatus, Errno> {
    let pid = p.spawn(argv).await?;
    loop {
        match p.wait(WaitFor::Pid(pid), WaitFlags::Block).await {
            Ok((_, status)) => return Ok(status),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}
