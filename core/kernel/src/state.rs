use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use bstr::BString;
use vfs::{Cred, Mode, Time};

use crate::fd_table::FdTable;
use crate::machine::{Machine, TICK};
use crate::pin::Pinned;
use crate::process::Image;
use crate::ready::{TaskId, TaskWaker, WaitQueue};
use crate::rlimit::Rlimits;
use crate::sandbox::Sandbox;
use crate::timers::TimerKey;
use crate::tty::Tty;
use crate::{Env, ExitStatus, Fd, Limit, Pid, ProcessId, Signal};

/// What a blocked process waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlockedOn {
    /// It is not blocked, or its program waits in a way of its own.
    #[default]
    Nothing,
    /// A pipe, FIFO or connection that another process holds.
    Pipe,
    /// A child's end.
    Child,
    /// A timer.
    Clock,
    /// Input from outside.
    Stdin,
    /// A signal.
    Signal,
    /// A lock that another process has.
    Lock,
    /// A connection to a port that it listens on.
    Connection,
    /// An answer from another machine.
    Network,
}

impl BlockedOn {
    /// Whether only the outside can end the wait.
    pub(crate) fn is_outside(self) -> bool {
        matches!(self, BlockedOn::Stdin | BlockedOn::Signal | BlockedOn::Connection | BlockedOn::Network)
    }
}

/// What exec sets and `/proc/PID` shows.
#[derive(Clone, Default)]
pub(crate) struct Command {
    /// Last component of the path executed, 15 bytes at most.
    pub(crate) name: BString,
    pub(crate) exe: BString,
    pub(crate) args: Rc<Vec<BString>>,
    pub(crate) env: Rc<Env>,
}

/// A process as the kernel sees it. [`crate::Process`] is the program's handle on it.
pub(crate) struct ProcState {
    pub(crate) machine: Rc<Machine>,
    pub(crate) sandbox: Rc<Sandbox>,
    pub(crate) pid: Pid,
    pub(crate) task: TaskId,
    pub(crate) waker: Waker,
    pub(crate) task_waker: Arc<TaskWaker>,
    /// The initial process that it descends from, whose streams are captured.
    pub(crate) initial: ProcessId,
    pub(crate) parent: Cell<Pid>,
    pub(crate) group: Cell<Pid>,
    pub(crate) session: Cell<Pid>,
    pub(crate) started: Time,

    /// Steps left of the slice, and how many it had when last settled.
    pub(crate) slice: Cell<u32>,
    pub(crate) granted: Cell<u32>,
    pub(crate) steps: Cell<u64>,
    pub(crate) depth: Cell<u32>,

    /// Set when it must end; it is never polled again.
    pub(crate) dying: Cell<Option<ExitStatus>>,
    pub(crate) stopped: Cell<bool>,
    /// The stop that its parent has not been told of.
    pub(crate) untold_stop: Cell<Option<Signal>>,
    pub(crate) blocked_on: Cell<BlockedOn>,
    /// How it ended, while it is a zombie.
    pub(crate) status: Cell<Option<ExitStatus>>,
    /// The image that exec put in place of the running one.
    pub(crate) next_image: RefCell<Option<Image>>,

    pub(crate) pending: Cell<u64>,
    /// Pending signals that have interrupted a call already: each interrupts one.
    pub(crate) reported: Cell<u64>,
    pub(crate) ignored: Cell<u64>,
    pub(crate) caught: Cell<u64>,
    pub(crate) alarm: Cell<Option<TimerKey>>,
    pub(crate) child_changed: WaitQueue,

    pub(crate) fds: RefCell<FdTable>,
    /// The number that the listing of its own descriptors has itself, until the next change of a descriptor.
    pub(crate) listing: Cell<Option<Fd>>,
    pub(crate) root: RefCell<Pinned>,
    pub(crate) cwd: RefCell<Pinned>,
    pub(crate) cred: RefCell<Rc<Cred>>,
    pub(crate) umask: Cell<Mode>,
    pub(crate) command: RefCell<Command>,
    pub(crate) out: RefCell<Vec<u8>>,
    pub(crate) tty: RefCell<Option<Rc<Tty>>>,
    pub(crate) rlimits: RefCell<Rc<Rlimits>>,
    /// Set-id bits do not count for it and what it starts.
    pub(crate) no_new_privileges: Cell<bool>,
    /// The second of work before which it is not told again that it works for too long.
    pub(crate) told_cpu: Cell<u64>,
}

/// What a new process gets from its parent, or from the host.
pub(crate) struct Inherited {
    /// None for a process that is itself an initial one.
    pub(crate) initial: Option<ProcessId>,
    pub(crate) parent: Pid,
    /// Its own number where none.
    pub(crate) group: Option<Pid>,
    pub(crate) session: Option<Pid>,
    pub(crate) depth: u32,
    pub(crate) ignored: u64,
    pub(crate) caught: u64,
    pub(crate) fds: FdTable,
    pub(crate) root: Pinned,
    pub(crate) cwd: Pinned,
    pub(crate) cred: Rc<Cred>,
    pub(crate) umask: Mode,
    pub(crate) command: Command,
    pub(crate) tty: Option<Rc<Tty>>,
    pub(crate) rlimits: Rc<Rlimits>,
    pub(crate) no_new_privileges: bool,
}

impl ProcState {
    /// A new process in the sandbox's table, with the next number; it has no image yet.
    pub(crate) fn born(machine: &Rc<Machine>, sandbox: &Rc<Sandbox>, from: Inherited) -> Rc<ProcState> {
        let (task, task_waker) = machine.new_task();
        let pid = sandbox.next_pid();
        let process = Rc::new(ProcState {
            machine: Rc::clone(machine),
            sandbox: Rc::clone(sandbox),
            pid,
            task,
            waker: Waker::from(Arc::clone(&task_waker)),
            task_waker,
            initial: from.initial.unwrap_or(ProcessId { sandbox: sandbox.id, pid }),
            parent: Cell::new(from.parent),
            group: Cell::new(from.group.unwrap_or(pid)),
            session: Cell::new(from.session.unwrap_or(pid)),
            started: machine.now.get(),
            slice: Cell::new(0),
            granted: Cell::new(0),
            steps: Cell::new(0),
            depth: Cell::new(from.depth),
            dying: Cell::new(None),
            stopped: Cell::new(false),
            untold_stop: Cell::new(None),
            blocked_on: Cell::new(BlockedOn::Nothing),
            status: Cell::new(None),
            next_image: RefCell::default(),
            pending: Cell::new(0),
            reported: Cell::new(0),
            ignored: Cell::new(from.ignored),
            caught: Cell::new(from.caught),
            alarm: Cell::new(None),
            child_changed: WaitQueue::default(),
            fds: RefCell::new(from.fds),
            listing: Cell::new(None),
            root: RefCell::new(from.root),
            cwd: RefCell::new(from.cwd),
            cred: RefCell::new(from.cred),
            umask: Cell::new(from.umask),
            command: RefCell::new(from.command),
            out: RefCell::default(),
            tty: RefCell::new(from.tty),
            rlimits: RefCell::new(from.rlimits),
            no_new_privileges: Cell::new(from.no_new_privileges),
            told_cpu: Cell::new(0),
        });
        sandbox.processes.borrow_mut().insert(pid, Rc::clone(&process));
        sandbox.touch();
        process
    }

    /// Books the steps taken since the last time: clock and fuel.
    pub(crate) fn settle(&self) {
        let used = self.granted.get() - self.slice.get();
        if used == 0 {
            return;
        }
        self.granted.set(self.slice.get());
        self.book(u64::from(used));
    }

    /// Books `steps` that were not taken from the slice.
    pub(crate) fn book(&self, steps: u64) {
        self.steps.set(self.steps.get() + steps);
        let machine = &self.machine;
        let nanos = steps.saturating_mul(TICK.as_nanos() as u64);
        machine.now.set(Time(machine.now.get().0.saturating_add_unsigned(nanos)));
        let fuel = self.sandbox.fuel.get();
        self.sandbox.fuel.set(fuel.saturating_sub(steps));
        if fuel < steps {
            self.sandbox.hit(&self.machine, Limit::Fuel);
        }
    }

    /// Gives a new slice.
    pub(crate) fn grant(&self, steps: u32) {
        self.settle();
        self.slice.set(steps);
        self.granted.set(steps);
    }

    /// Makes the next step look up: the slice is over.
    pub(crate) fn interrupt(&self) {
        self.settle();
        self.slice.set(0);
        self.granted.set(0);
    }

    /// Whether it has ended and waits for its parent.
    pub(crate) fn is_zombie(&self) -> bool {
        self.status.get().is_some()
    }

    /// Whether it must not run any more.
    pub(crate) fn is_dying(&self) -> bool {
        self.dying.get().is_some()
    }

    /// Ends it as soon as the executor looks at it.
    pub(crate) fn condemn(&self, status: ExitStatus) {
        if self.dying.get().is_none() && !self.is_zombie() {
            self.dying.set(Some(status));
            self.stopped.set(false);
            self.interrupt();
            self.waker.wake_by_ref();
        }
    }

    pub(crate) fn id(&self) -> ProcessId {
        ProcessId { sandbox: self.sandbox.id, pid: self.pid }
    }
}
