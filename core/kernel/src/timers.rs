use std::collections::BTreeMap;
use std::rc::Weak;
use std::task::Waker;

use vfs::Time;

use crate::state::ProcState;

/// What a timer does when its time comes.
pub(crate) enum Expiry {
    /// Polls a sleeping task.
    Wake(Waker),
    /// Sends `SIGALRM`.
    Alarm(Weak<ProcState>),
}

/// A pending timer's key: its time, and the order of creation among equals.
pub(crate) type TimerKey = (Time, u64);

/// Timers on the virtual clock.
#[derive(Default)]
pub(crate) struct Timers {
    next: u64,
    pending: BTreeMap<TimerKey, Expiry>,
}

impl Timers {
    pub(crate) fn add(&mut self, at: Time, expiry: Expiry) -> TimerKey {
        self.next += 1;
        let key = (at, self.next);
        self.pending.insert(key, expiry);
        key
    }

    pub(crate) fn remove(&mut self, key: TimerKey) {
        self.pending.remove(&key);
    }

    /// When the next one is due.
    pub(crate) fn earliest(&self) -> Option<Time> {
        self.pending.keys().next().map(|(at, _)| *at)
    }

    /// Takes the oldest timer that is due at `now`.
    pub(crate) fn take_due(&mut self, now: Time) -> Option<Expiry> {
        let key = *self.pending.keys().next().filter(|(at, _)| *at <= now)?;
        self.pending.remove(&key)
    }
}

impl Expiry {
    pub(crate) fn fire(self) {
        match self {
            Expiry::Wake(waker) => waker.wake(),
            Expiry::Alarm(process) => {
                if let Some(process) = process.upgrade() {
                    process.alarm_rings();
                }
            }
        }
    }
}
