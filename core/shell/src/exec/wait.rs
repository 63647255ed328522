//! Waiting for children.

use bstr::BString;
use kernel::{ExitStatus, Pid, Process, Signal, WaitFlags, WaitFor};
use vfs::Errno;

use super::Machine;

impl Machine {
    /// Waits for all of these; the status is the last one's, or as pipefail says. Tells of deaths by signals.
    pub(crate) async fn wait_foreground(&mut self, p: &mut Process, pids: &[Pid]) -> u8 {
        let mut statuses = Vec::with_capacity(pids.len());
        let mut last = ExitStatus::Exited(0);
        for pid in pids {
            last = loop {
                match p.wait(WaitFor::Pid(*pid), WaitFlags::Block).await {
                    Ok((_, status)) => break status,
                    // Traps run when the command has ended.
                    Err(Errno::EINTR) => self.hold_signals(p),
                    Err(_) => break ExitStatus::Exited(127),
                }
            };
            statuses.push(last.code());
        }
        if let Some(text) = death(last) {
            p.eprint(&text).await;
        }
        self.reap_background(p).await;
        self.pipeline_status(&statuses)
    }

    /// Notes which background jobs have ended.
    pub(crate) async fn reap_background(&mut self, p: &mut Process) {
        if self.state.jobs.is_empty() {
            return;
        }
        while let Ok((pid, status)) = p.wait(WaitFor::Any, WaitFlags::NoHang).await {
            self.state.jobs.note_end(pid, status);
        }
    }
}

/// What is printed when a command was killed; nothing for interrupts and broken pipes.
pub(crate) fn death(status: ExitStatus) -> Option<BString> {
    match status {
        ExitStatus::Signaled(signal) if signal != Signal::INT && signal != Signal::PIPE => {
            Some(format!("{}\n", signal.text()).into())
        }
        _ => None,
    }
}
