//! Programs that go on in the background.

use std::future::Future;

use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use super::say;
use super::stream;
use super::table::Ended;

/// Leaves a process behind that runs `body` in a session of its own, in `/`, with nothing open but `/dev/null`.
pub(crate) async fn start<F, B>(p: &mut Process, body: B) -> Ended
where
    B: FnOnce(Process) -> F + 'static,
    F: Future<Output = Exit> + 'static,
{
    let child = p.fork(move |mut child| async move {
        // A child leads no group yet, and the root is always there.
        let _ = child.setsid();
        let _ = child.chdir("/");
        for fd in child.descriptors() {
            stream::close(&mut child, fd);
        }
        for _ in 0..3 {
            let _ = child.open("/dev/null", OpenFlags::RDWR, Mode::default()).await;
        }
        body(child).await
    });
    match child {
        Ok(_) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, "fork", errno).await),
    }
}

/// Writes the process's number into a file.
pub(crate) async fn note_pid(p: &mut Process, path: &str) {
    let text = format!("{}\n", p.pid());
    // Without the file it runs all the same.
    if let Ok(fd) = p.open(path, OpenFlags::OUTPUT, Mode::new(0o644)).await {
        let _ = p.write_all(fd, text.as_bytes()).await;
        stream::close(p, fd);
    }
}
