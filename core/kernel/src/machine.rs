use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use vfs::Time;

use crate::output::Output;
use crate::process::Image;
use crate::ready::{ReadyQueue, TaskId, TaskWaker};
use crate::sandbox::Sandbox;
use crate::state::ProcState;
use crate::timers::{Expiry, TimerKey, Timers};
use crate::wire::Border;
use crate::{ExitStatus, Limit, Limits, Loader, ProcessId, SandboxId};

/// Virtual time that one step of work takes.
pub const TICK: Duration = Duration::from_micros(5);

/// Steps that a process may take before the next one's turn: 5 ms of virtual time.
pub(crate) const SLICE: u32 = 1000;

/// A process in the executor's table.
pub(crate) struct Task {
    /// None while it is being polled.
    pub(crate) image: Option<Image>,
    pub(crate) state: Rc<ProcState>,
}

/// What all sandboxes of a kernel share: clock, executor, random numbers, captured output.
pub(crate) struct Machine {
    pub(crate) now: Cell<Time>,
    pub(crate) limits: Limits,
    pub(crate) loader: Rc<dyn Loader>,
    pub(crate) ready: Arc<ReadyQueue>,
    pub(crate) tasks: RefCell<Vec<Option<Task>>>,
    free: RefCell<Vec<TaskId>>,
    pub(crate) timers: RefCell<Timers>,
    pub(crate) sandboxes: RefCell<Vec<Rc<Sandbox>>>,
    pub(crate) outputs: RefCell<Vec<Output>>,
    /// Statuses of the initial processes that have ended.
    pub(crate) exits: RefCell<BTreeMap<ProcessId, ExitStatus>>,
    /// A sandbox that has just used up a budget.
    pub(crate) limited: Cell<Option<SandboxId>>,
    /// What crosses to other machines.
    pub(crate) border: Border,
    /// How often a process was polled.
    pub(crate) turns: Cell<u64>,
    random: Cell<u64>,
    serial: Cell<u64>,
    pub(crate) seed: u64,
    pub(crate) booted: Time,
}

impl Machine {
    pub(crate) fn new(clock: Time, seed: u64, limits: Limits, loader: Rc<dyn Loader>) -> Rc<Machine> {
        Rc::new(Machine {
            now: Cell::new(clock),
            limits,
            loader,
            ready: Arc::default(),
            tasks: RefCell::default(),
            free: RefCell::default(),
            timers: RefCell::default(),
            sandboxes: RefCell::default(),
            outputs: RefCell::default(),
            exits: RefCell::default(),
            limited: Cell::new(None),
            border: Border::default(),
            turns: Cell::new(0),
            random: Cell::new(seed),
            serial: Cell::new(1000),
            seed,
            booted: clock,
        })
    }

    /// The next random number (SplitMix64: every seed gives a full period).
    pub(crate) fn random(&self) -> u64 {
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number for things that have one in `/proc` (`pipe:[1001]`).
    pub(crate) fn serial(&self) -> u64 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }

    /// Reserves a slot in the table.
    pub(crate) fn new_task(&self) -> (TaskId, Arc<TaskWaker>) {
        let id = self.free.borrow_mut().pop().unwrap_or_else(|| {
            let mut tasks = self.tasks.borrow_mut();
            tasks.push(None);
            tasks.len() - 1
        });
        (id, TaskWaker::new(id, &self.ready))
    }

    /// Fills a reserved slot and queues the task.
    pub(crate) fn start_task(&self, id: TaskId, task: Task) {
        let waker = task.state.waker.clone();
        self.tasks.borrow_mut()[id] = Some(task);
        waker.wake();
    }

    /// Empties a slot, so that another task can have it.
    pub(crate) fn release_task(&self, id: TaskId) {
        let task = self.tasks.borrow_mut().get_mut(id).and_then(Option::take);
        self.free.borrow_mut().push(id);
        drop(task);
    }

    /// Makes the executor stop for a sandbox that used up a budget.
    pub(crate) fn note_limit(&self, sandbox: SandboxId) {
        self.limited.set(Some(sandbox));
    }

    pub(crate) fn add_timer(&self, at: Time, expiry: Expiry) -> TimerKey {
        self.timers.borrow_mut().add(at, expiry)
    }

    pub(crate) fn remove_timer(&self, key: TimerKey) {
        self.timers.borrow_mut().remove(key);
    }

    /// Keeps what a process wrote for the host, within the sandbox's budget.
    pub(crate) fn emit(&self, sandbox: &Sandbox, output: Output) {
        let total = sandbox.output.get() + output.bytes.len() as u64;
        sandbox.output.set(total);
        if total > sandbox.limits.output {
            return sandbox.hit(self, Limit::Output);
        }
        self.outputs.borrow_mut().push(output);
    }

    /// Fires the timers that are due.
    pub(crate) fn fire_timers(&self) {
        loop {
            let due = self.timers.borrow_mut().take_due(self.now.get());
            match due {
                Some(expiry) => expiry.fire(),
                None => return,
            }
        }
    }
}
