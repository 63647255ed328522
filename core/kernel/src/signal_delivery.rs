//! How signals reach processes.

use std::rc::Rc;
use std::time::Duration;

use crate::signal::DefaultAction;
use crate::state::ProcState;
use crate::timers::Expiry;
use crate::{Action, ExitStatus, Pid, Signal};

/// Where a signal comes from: the rules for process 1 depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A process of the same sandbox, or the kernel on behalf of one.
    Inside,
    /// The host (`docker stop`, `docker kill`).
    Outside,
}

impl ProcState {
    /// Delivers a signal.
    pub(crate) fn receive(&self, signal: Signal, origin: Origin) {
        if self.is_zombie() || self.is_dying() || self.is_shielded(signal, origin) {
            return;
        }
        if signal == Signal::CONT || signal == Signal::KILL {
            self.resume();
        }
        if signal.is_fixed() {
            return self.default_action(signal);
        }
        if self.ignored.get() & signal.bit() != 0 {
            return;
        }
        if self.caught.get() & signal.bit() != 0 {
            self.pending.set(self.pending.get() | signal.bit());
            self.reported.set(self.reported.get() & !signal.bit());
            self.waker.wake_by_ref();
            return;
        }
        self.default_action(signal);
    }

    /// The first process of a sandbox gets only signals that it handles, but the host can kill and stop it
    /// (pid_namespaces(7)).
    fn is_shielded(&self, signal: Signal, origin: Origin) -> bool {
        self.pid == Pid(1)
            && if signal.is_fixed() {
                origin == Origin::Inside
            } else {
                self.caught.get() & signal.bit() == 0
            }
    }

    fn default_action(&self, signal: Signal) {
        match signal.default_action() {
            DefaultAction::Terminate => self.condemn(ExitStatus::Signaled(signal)),
            DefaultAction::Stop => {
                if !self.stopped.replace(true) {
                    self.untold_stop.set(Some(signal));
                    if let Some(parent) = self.sandbox.process(self.parent.get()) {
                        parent.child_changed.wake_all();
                        parent.receive(Signal::CHLD, Origin::Inside);
                    }
                }
                self.interrupt();
            }
            DefaultAction::Ignore | DefaultAction::Continue => {}
        }
    }

    fn resume(&self) {
        self.untold_stop.set(None);
        if self.stopped.replace(false) {
            self.waker.wake_by_ref();
        }
    }

    /// Whether a caught signal waits to be taken.
    pub(crate) fn has_signal(&self) -> bool {
        self.pending.get() != 0
    }

    /// Whether a caught signal interrupts the call that is about to wait. Each does so once, so that a call which goes
    /// on after an interruption can wait although nobody has taken the signal yet.
    pub(crate) fn interrupts(&self) -> bool {
        let pending = self.pending.get();
        self.reported.replace(pending) & pending != pending
    }

    /// Takes the lowest caught signal.
    pub(crate) fn take_signal(&self) -> Option<Signal> {
        let pending = self.pending.get();
        if pending == 0 {
            return None;
        }
        self.pending.set(pending & (pending - 1));
        self.reported.set(self.reported.get() & self.pending.get());
        Signal::from_number(pending.trailing_zeros() + 1)
    }

    pub(crate) fn action(&self, signal: Signal) -> Action {
        if self.ignored.get() & signal.bit() != 0 {
            Action::Ignore
        } else if self.caught.get() & signal.bit() != 0 {
            Action::Catch
        } else {
            Action::Default
        }
    }

    pub(crate) fn set_action(&self, signal: Signal, action: Action) {
        let bit = signal.bit();
        let (ignored, caught) = match action {
            Action::Default => (0, 0),
            Action::Ignore => (bit, 0),
            Action::Catch => (0, bit),
        };
        self.ignored.set(self.ignored.get() & !bit | ignored);
        self.caught.set(self.caught.get() & !bit | caught);
        if caught == 0 {
            self.pending.set(self.pending.get() & !bit);
        }
    }

    /// Arms or disarms the alarm and returns the time that was left.
    pub(crate) fn set_alarm(self: &Rc<Self>, after: Option<Duration>) -> Option<Duration> {
        self.settle();
        let now = self.machine.now.get();
        let left = self.alarm.take().map(|key| {
            self.machine.remove_timer(key);
            key.0.since(now)
        });
        if let Some(after) = after {
            let expiry = Expiry::Alarm(Rc::downgrade(self));
            self.alarm.set(Some(self.machine.add_timer(now + after, expiry)));
        }
        left
    }

    pub(crate) fn alarm_rings(&self) {
        self.alarm.set(None);
        self.receive(Signal::ALRM, Origin::Inside);
    }
}
