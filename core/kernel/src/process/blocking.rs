use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use vfs::{Errno, Time};

use super::Process;
use crate::machine::{Machine, TICK};
use crate::state::BlockedOn;
use crate::timers::{Expiry, TimerKey};
use crate::{Limit, Limits};

impl Process {
    /// Accounts `cost` steps of work (one simple command, one syscall, one loop turn is 1): fuel and virtual time.
    /// Other processes run when the slice is used up. A program must pass here in every loop that makes no
    /// async call.
    #[inline]
    pub async fn tick(&mut self, cost: u32) {
        let left = self.state.slice.get();
        if cost < left {
            self.state.slice.set(left - cost);
            return;
        }
        self.end_slice(cost).await;
    }

    /// The same where nothing is to be waited for: false, and nothing is accounted, when the slice would be used up and
    /// [`Process::tick`] has to be called.
    #[inline]
    pub fn tick_now(&mut self, cost: u32) -> bool {
        let left = self.state.slice.get();
        if cost < left {
            self.state.slice.set(left - cost);
        }
        cost < left
    }

    /// Lets others run; a process that was stopped goes on from here.
    pub(crate) async fn yield_now(&mut self) {
        self.end_slice(1).await;
    }

    async fn end_slice(&mut self, cost: u32) {
        self.state.interrupt();
        self.state.book(u64::from(cost));
        let mut yielded = false;
        poll_fn(|cx| {
            if yielded && !self.state.is_dying() {
                return Poll::Ready(());
            }
            if !yielded {
                yielded = true;
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await;
    }

    /// Accounts work in a call that is not async; the next async call pays.
    pub(crate) fn charge_steps(&self, cost: u32) {
        let left = self.state.slice.get();
        match left.checked_sub(cost) {
            Some(rest) => self.state.slice.set(rest),
            None => self.state.book(u64::from(cost)),
        }
    }

    /// Waits until `attempt` gives a value; a caught signal ends the wait with `EINTR`. `attempt` registers the
    /// waker where it has to wait.
    pub(crate) async fn block<T>(
        &self,
        on: BlockedOn,
        mut attempt: impl FnMut(&mut Context<'_>) -> Option<T>,
    ) -> Result<T, Errno> {
        poll_fn(|cx| {
            if self.state.is_dying() {
                return Poll::Pending;
            }
            if let Some(value) = attempt(cx) {
                self.state.blocked_on.set(BlockedOn::Nothing);
                return Poll::Ready(Ok(value));
            }
            if self.state.interrupts() {
                self.state.blocked_on.set(BlockedOn::Nothing);
                return Poll::Ready(Err(Errno::EINTR));
            }
            self.state.blocked_on.set(on);
            Poll::Pending
        })
        .await
    }

    /// Never returns: the process is gone or gets another image.
    pub(crate) async fn never<T>(&self) -> T {
        std::future::pending().await
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.state.settle();
        self.state.machine.now.get()
    }

    /// Virtual time since the kernel began.
    pub fn uptime(&self) -> Duration {
        self.now().since(self.state.machine.booted)
    }

    /// Virtual time that this process has worked.
    pub fn cpu_time(&self) -> Duration {
        self.state.settle();
        Duration::from_nanos(self.state.steps.get().saturating_mul(TICK.as_nanos() as u64))
    }

    /// Sleeps on the virtual clock. `EINTR` when a caught signal ends it early. A sleep past the clock's end (2262)
    /// waits for a signal.
    pub async fn sleep(&mut self, duration: Duration) -> Result<(), Errno> {
        self.tick(1).await;
        if self.now() + duration == Time(i64::MAX) {
            return self.block(BlockedOn::Signal, |_| None).await;
        }
        let mut alarm = Alarm::new(self, duration);
        self.block(BlockedOn::Clock, |cx| alarm.check(cx)).await
    }

    /// Waits for a caught signal.
    pub async fn pause(&mut self) {
        self.tick(1).await;
        let interrupted = self.block(BlockedOn::Signal, |_| None::<()>).await;
        debug_assert_eq!(interrupted, Err(Errno::EINTR));
    }

    /// A random number of the kernel's seeded sequence.
    pub fn random(&mut self) -> u32 {
        (self.state.machine.random() >> 32) as u32
    }

    /// The budgets of the sandbox.
    pub fn limits(&self) -> &Limits {
        &self.state.sandbox.limits
    }

    /// Declares that the program holds `after` bytes where it held `before`; past the memory budget the sandbox
    /// ends.
    pub fn hold_memory(&mut self, before: u64, after: u64) {
        self.state.sandbox.charge(&self.state.machine, before, after);
    }

    /// Enters one more nested evaluation; `ENOMEM`, and the sandbox's end, past [`Limits::depth`].
    pub fn descend(&mut self) -> Result<(), Errno> {
        let depth = self.state.depth.get() + 1;
        self.state.depth.set(depth);
        if depth <= self.limits().depth {
            return Ok(());
        }
        self.state.sandbox.hit(&self.state.machine, Limit::Depth);
        Err(Errno::ENOMEM)
    }

    /// Leaves a nested evaluation.
    pub fn ascend(&mut self) {
        self.state.depth.set(self.state.depth.get().saturating_sub(1));
    }
}

/// A deadline that wakes its task; forgotten when dropped.
pub(crate) struct Alarm<'p> {
    machine: &'p Machine,
    deadline: Time,
    key: Option<TimerKey>,
}

impl<'p> Alarm<'p> {
    pub(crate) fn new(process: &'p Process, after: Duration) -> Self {
        let deadline = process.now() + after;
        Alarm { machine: &process.state.machine, deadline, key: None }
    }

    /// Whether the time has come; registers for it where not.
    pub(crate) fn check(&mut self, cx: &mut Context<'_>) -> Option<()> {
        if self.machine.now.get() >= self.deadline {
            return Some(());
        }
        if self.key.is_none() {
            self.key = Some(self.machine.add_timer(self.deadline, Expiry::Wake(cx.waker().clone())));
        }
        None
    }
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.machine.remove_timer(key);
        }
    }
}
