//! The executor: polls processes, moves the clock, buries the dead.

use std::rc::Rc;
use std::task::{Context, Poll};

use vfs::Time;

use crate::kernel::Kernel;
use crate::machine::{SLICE, TICK};
use crate::process::Image;
use crate::sandbox::Sandbox;
use crate::signal_delivery::Origin;
use crate::state::{BlockedOn, ProcState};
use crate::{ExitStatus, LimitHit, Pid, ProcessId, SandboxId, Signal};

/// Why the kernel stopped running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// All processes have ended; for [`Kernel::run_until_exit`], the one asked for.
    Exited,
    /// Some process waits for the outside (input, a signal, a connection), and no timer is pending.
    Idle,
    /// The processes wait for one another, and nothing from outside can help. [`Kernel::blocked`] tells who waits.
    Deadlock,
    /// A sandbox used up a budget and all its processes were killed. The others can run on.
    LimitHit(LimitHit),
    /// The clock reached the time asked for.
    TimeReached,
    /// A process wants something of the outside: see [`Kernel::take_traffic`].
    Traffic,
}

#[derive(Clone, Copy)]
enum Goal<'a> {
    AllExited,
    Exit(ProcessId),
    Time(Time),
    Turn(u64),
    TimeOrExit(Time, &'a [ProcessId]),
}

impl Goal<'_> {
    /// The time at which it ends whatever happens.
    fn time(self) -> Option<Time> {
        match self {
            Goal::Time(time) | Goal::TimeOrExit(time, _) => Some(time),
            Goal::AllExited | Goal::Exit(_) | Goal::Turn(_) => None,
        }
    }
}

impl Kernel {
    /// Runs until all processes have ended or something from outside is needed. When all are blocked the clock jumps
    /// to the next timer.
    pub fn run(&mut self) -> RunState {
        self.run_to(Goal::AllExited)
    }

    /// Runs until an initial process has ended, whatever others do.
    pub fn run_until_exit(&mut self, pid: ProcessId) -> RunState {
        self.run_to(Goal::Exit(pid))
    }

    /// Runs until the clock shows a time. When nothing is left to do before, the clock is set to it.
    pub fn run_until(&mut self, time: Time) -> RunState {
        self.run_to(Goal::Time(time))
    }

    /// The same, or until one of these initial processes has ended; the clock then shows when.
    pub fn run_until_or_exit(&mut self, time: Time, watched: &[ProcessId]) -> RunState {
        self.run_to(Goal::TimeOrExit(time, watched))
    }

    /// How often processes were polled so far: a place in the course of things, more exact than a time.
    pub fn turns(&self) -> u64 {
        self.machine.turns.get()
    }

    /// Runs to a place that was reached before, at a time; what is wanted of the outside is forgotten on the way.
    pub fn replay_to(&mut self, turn: u64, at: Time) {
        while self.run_to(Goal::Turn(turn)) == RunState::Traffic {
            self.machine.border.forget();
        }
        self.machine.border.forget();
        self.machine.now.set(self.machine.now.get().max(at));
    }

    /// Moves the clock on to a time, whatever is to be done before: something has arrived then.
    pub fn reach(&mut self, at: Time) {
        self.machine.now.set(self.machine.now.get().max(at));
    }

    /// Whether a process of a sandbox listens on a port.
    pub fn listens(&self, sandbox: SandboxId, port: u16) -> bool {
        self.sandbox(sandbox).is_some_and(|sandbox| sandbox.listeners.borrow().contains_key(&port))
    }

    /// When something will happen without anything from outside: now, at the next timer, or never.
    pub fn next_activity(&self) -> Option<Time> {
        match self.machine.ready.is_empty() {
            false => Some(self.now()),
            true => self.machine.timers.borrow().earliest().map(|at| at.max(self.now())),
        }
    }

    fn run_to(&self, goal: Goal<'_>) -> RunState {
        let machine = &self.machine;
        loop {
            if machine.border.collect() {
                return RunState::Traffic;
            }
            if let Some(hit) = self.take_limit() {
                return hit;
            }
            match goal {
                Goal::Exit(pid) if machine.exits.borrow().contains_key(&pid) => return RunState::Exited,
                Goal::TimeOrExit(_, watched)
                    if watched.iter().any(|pid| machine.exits.borrow().contains_key(pid)) =>
                {
                    return RunState::Exited;
                }
                Goal::Time(time) | Goal::TimeOrExit(time, _) if machine.now.get() >= time => {
                    return RunState::TimeReached;
                }
                Goal::Turn(turn) if machine.turns.get() >= turn => return RunState::TimeReached,
                _ => {}
            }
            machine.fire_timers();
            if let Some(task) = machine.ready.pop() {
                self.poll_task(task);
                continue;
            }
            let next = machine.timers.borrow().earliest();
            match (next, goal.time()) {
                (Some(next), Some(time)) if next > time => machine.now.set(time),
                (Some(next), _) => machine.now.set(next),
                (None, Some(time)) if self.verdict() != RunState::Deadlock => machine.now.set(time),
                (None, _) => return self.verdict(),
            }
        }
    }

    /// What it means that nobody can go on.
    fn verdict(&self) -> RunState {
        let live = self.blocked();
        if live.is_empty() {
            RunState::Exited
        } else if self.is_connected() || live.iter().any(|(_, on)| on.is_outside()) {
            RunState::Idle
        } else {
            RunState::Deadlock
        }
    }

    fn take_limit(&self) -> Option<RunState> {
        let sandbox = self.sandbox(self.machine.limited.take()?)?;
        self.bury_condemned(&sandbox);
        sandbox.limit_hit.get().map(RunState::LimitHit)
    }

    fn poll_task(&self, task: usize) {
        let taken = self.machine.tasks.borrow_mut().get_mut(task).and_then(|slot| {
            let task = slot.as_mut()?;
            Some((task.image.take()?, Rc::clone(&task.state)))
        });
        let Some((mut image, state)) = taken else { return };
        self.machine.turns.set(self.machine.turns.get() + 1);
        state.task_waker.taken();
        if let Some(status) = state.dying.get() {
            drop(image);
            return self.finish(&state, status);
        }
        if state.stopped.get() {
            return self.put_back(&state, image);
        }
        state.blocked_on.set(BlockedOn::Nothing);
        state.grant(SLICE);
        let mut cx = Context::from_waker(&state.waker);
        let exit = loop {
            match image.as_mut().poll(&mut cx) {
                Poll::Ready(exit) => break Some(ExitStatus::Exited(exit.0)),
                Poll::Pending => match state.next_image.take() {
                    Some(next) => image = next,
                    None => break None,
                },
            }
        };
        state.settle();
        state.check_cpu(TICK);
        match state.dying.get().or(exit) {
            Some(status) => {
                drop(image);
                self.finish(&state, status);
            }
            None => self.put_back(&state, image),
        }
    }

    fn put_back(&self, state: &ProcState, image: Image) {
        if let Some(Some(task)) = self.machine.tasks.borrow_mut().get_mut(state.task) {
            task.image = Some(image);
        }
    }

    /// Ends the condemned processes of a sandbox without polling them again.
    pub(crate) fn bury_condemned(&self, sandbox: &Sandbox) {
        for process in sandbox.select(ProcState::is_dying) {
            let image = self.machine.tasks.borrow_mut().get_mut(process.task).and_then(|slot| slot.take());
            drop(image);
            if let (false, Some(status)) = (process.is_zombie(), process.dying.get()) {
                self.finish(&process, status);
            }
        }
    }

    /// A process has ended: frees what it held and tells its parent.
    fn finish(&self, state: &Rc<ProcState>, status: ExitStatus) {
        let sandbox = &state.sandbox;
        state.status.set(Some(status));
        state.dying.set(None);
        let fds = state.fds.take();
        drop(fds);
        if let Some(timer) = state.alarm.take() {
            self.machine.remove_timer(timer);
        }
        self.machine.release_task(state.task);
        if state.pid == Pid(1) {
            sandbox.condemn_all(Some(state.pid));
        }
        hang_up(state);
        reparent_children(state);
        report_to_parent(state);
        if state.initial == state.id() {
            self.machine.exits.borrow_mut().insert(state.id(), status);
        }
        sandbox.touch();
    }
}

/// The end of a session's leader hangs up its terminal.
fn hang_up(state: &ProcState) {
    let tty = state.tty.take();
    if let Some(tty) = tty.filter(|_| state.session.get() == state.pid) {
        state.sandbox.signal_group(tty.foreground.get(), Signal::HUP, Origin::Inside);
    }
}

/// Orphans go to process 1; without one, nobody will ask for them.
fn reparent_children(state: &ProcState) {
    let sandbox = &state.sandbox;
    let init = sandbox.process(Pid(1)).filter(|init| !init.is_zombie());
    for child in sandbox.select(|process| process.parent.get() == state.pid) {
        child.parent.set(init.as_ref().map_or(sandbox.init.parent(), |init| init.pid));
        if child.is_zombie() {
            report_to_parent(&child);
        }
    }
}

fn report_to_parent(state: &ProcState) {
    let sandbox = &state.sandbox;
    let parent = sandbox.process(state.parent.get()).filter(|parent| !parent.is_zombie());
    let unwanted = parent.as_ref().is_none_or(|parent| parent.ignored.get() & Signal::CHLD.bit() != 0);
    if unwanted {
        let buried = sandbox.processes.borrow_mut().remove(&state.pid);
        drop(buried);
    }
    if let Some(parent) = parent {
        parent.child_changed.wake_all();
        parent.receive(Signal::CHLD, Origin::Inside);
    }
}
