use std::rc::Rc;
use std::time::Duration;

use vfs::{Capability, Errno};

use super::Process;
use crate::signal_delivery::Origin;
use crate::state::ProcState;
use crate::{Action, Pid, Signal};

/// Whom `kill(2)` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PidTarget {
    /// One process.
    Process(Pid),
    /// A process group (a negative number).
    Group(Pid),
    /// The caller's own group (0).
    OwnGroup,
    /// Every process but 1 and the caller (-1).
    All,
}

impl PidTarget {
    /// The target of `kill(2)`'s number.
    pub fn from_number(number: i64) -> PidTarget {
        let pid = Pid(u32::try_from(number.unsigned_abs()).unwrap_or(u32::MAX));
        match number {
            0 => PidTarget::OwnGroup,
            -1 => PidTarget::All,
            1.. => PidTarget::Process(pid),
            _ => PidTarget::Group(pid),
        }
    }
}

impl Process {
    /// Sends a signal; none checks only that somebody is there. `ESRCH` for nobody, `EPERM` when none of them may
    /// be signalled. A process that kills itself ends at its next async call.
    pub fn kill(&mut self, target: PidTarget, signal: impl Into<Option<Signal>>) -> Result<(), Errno> {
        self.charge_steps(1);
        let own = self.state.group.get();
        let group = |group: Pid| move |process: &ProcState| process.group.get() == group;
        let sandbox = &self.state.sandbox;
        let targets = match target {
            PidTarget::Process(pid) => sandbox.process(pid).into_iter().collect(),
            PidTarget::Group(pid) => sandbox.select(group(pid)),
            PidTarget::OwnGroup => sandbox.select(group(own)),
            PidTarget::All => {
                sandbox.select(|process| process.pid != Pid(1) && process.pid != self.state.pid)
            }
        };
        if targets.is_empty() {
            return Err(Errno::ESRCH);
        }
        let allowed: Vec<_> = targets.into_iter().filter(|process| self.may_signal(process)).collect();
        if allowed.is_empty() {
            return Err(Errno::EPERM);
        }
        if let Some(signal) = signal.into() {
            allowed.iter().for_each(|process| process.receive(signal, Origin::Inside));
        }
        Ok(())
    }

    fn may_signal(&self, target: &Rc<ProcState>) -> bool {
        let (own, other) = (self.state.cred.borrow(), target.cred.borrow().uid);
        own.can(Capability::KILL) || own.uid == other
    }

    /// Sets what a signal does. `EINVAL` for `KILL` and `STOP`.
    pub fn signal_action(&mut self, signal: Signal, action: Action) -> Result<(), Errno> {
        if signal.is_fixed() {
            return Err(Errno::EINVAL);
        }
        self.state.set_action(signal, action);
        Ok(())
    }

    /// What a signal does now.
    pub fn get_signal_action(&self, signal: Signal) -> Action {
        self.state.action(signal)
    }

    /// Takes a caught signal that has arrived, the lowest number first.
    pub fn take_signal(&mut self) -> Option<Signal> {
        self.state.take_signal()
    }

    /// Whether a caught signal has arrived.
    pub fn has_signal(&self) -> bool {
        self.state.has_signal()
    }

    /// Sends `SIGALRM` to this process after a time, or with none no more; returns the time that was left.
    pub fn alarm(&mut self, after: Option<Duration>) -> Option<Duration> {
        self.state.set_alarm(after)
    }

    /// The kernel signals this process on account of what it did (`SIGPIPE`, `SIGTTIN`); returns when it lives on.
    pub(crate) async fn signal_self(&mut self, signal: Signal) {
        self.state.receive(signal, Origin::Inside);
        if self.state.is_dying() {
            self.never::<()>().await;
        }
    }
}
