//! Waiting for children.

use bstr::BString;
use kernel::{Action, ChildChange, ExitStatus, Pid, Process, Signal, WaitFlags, WaitFor};
use vfs::Errno;

use super::Machine;
use crate::state::{Job, JobState, Opt};

/// What the keyboard and the terminal stop jobs with: a shell with job control does not heed them itself.
pub(crate) const JOB_SIGNALS: [Signal; 3] = [Signal::TSTP, Signal::TTIN, Signal::TTOU];

impl Machine {
    /// Turns job control on or off.
    pub(crate) fn set_job_control(&mut self, p: &mut Process, on: bool) {
        self.state.options.set(Opt::Monitor, on);
        let action = if on { Action::Ignore } else { Action::Default };
        for signal in JOB_SIGNALS {
            if self.state.traps.get(signal.number()).is_none() {
                // All three can be set.
                let _ = p.signal_action(signal, action);
            }
        }
    }

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

    /// Waits for a job in the foreground until it has ended or stopped. One that has stopped goes into the table.
    pub(crate) async fn wait_foreground_job(&mut self, p: &mut Process, mut job: Job) -> u8 {
        let Some(group) = job.group else {
            let pids: Vec<Pid> = job.members.iter().map(|member| member.pid).collect();
            return self.wait_foreground(p, &pids).await;
        };
        self.give_terminal(p, group);
        while job.state() == JobState::Running {
            match p.wait_change(WaitFor::Any, WaitFlags::Block).await {
                Ok((pid, change)) => {
                    if !job.note(pid, change) {
                        self.state.jobs.note(pid, change);
                    }
                }
                Err(Errno::EINTR) => self.hold_signals(p),
                Err(_) => break,
            }
        }
        let own = p.getpgid();
        self.give_terminal(p, own);
        let statuses = job.statuses();
        match job.state() {
            JobState::Ended(status) => {
                if let Some(text) = death(status) {
                    p.eprint(&text).await;
                }
                if status == ExitStatus::Signaled(Signal::INT) && self.state.options.is_on(Opt::Interactive) {
                    // Who types Ctrl-C means the rest of the line, too.
                    self.held_signals.push(Signal::INT);
                }
            }
            JobState::Stopped(signal) => {
                let number = self.state.jobs.add(job);
                self.state.jobs.make_current(number);
                return 128 + signal.number();
            }
            JobState::Running => {}
        }
        self.reap_background(p).await;
        self.pipeline_status(&statuses)
    }

    /// A child is about to be started. Under job control, jobs that are over wait for a prompt.
    pub(super) fn make_room(&mut self) {
        if !self.state.options.is_on(Opt::Monitor) {
            self.state.jobs.make_room();
        }
    }

    /// Puts a process group into the foreground of the shell's terminal, if it has one.
    fn give_terminal(&self, p: &mut Process, group: Pid) {
        if let Some(fd) = (0..=2).rev().find(|fd| p.isatty(*fd)) {
            // It is a terminal.
            let _ = p.set_foreground(fd, group);
        }
    }

    /// Notes what background jobs have done. Without job control nobody hears of stops.
    pub(crate) async fn reap_background(&mut self, p: &mut Process) {
        if self.state.jobs.is_empty() {
            return;
        }
        while let Ok((pid, change)) = self.next_change(p, WaitFlags::NoHang).await {
            self.state.jobs.note(pid, change);
        }
    }

    /// What becomes of the next child.
    pub(crate) async fn next_change(
        &self,
        p: &mut Process,
        flags: WaitFlags,
    ) -> Result<(Pid, ChildChange), Errno> {
        if self.state.options.is_on(Opt::Monitor) {
            return p.wait_change(WaitFor::Any, flags).await;
        }
        let (pid, status) = p.wait(WaitFor::Any, flags).await?;
        Ok((pid, ChildChange::Ended(status)))
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
