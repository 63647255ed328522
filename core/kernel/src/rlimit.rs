//! Limits of one process (`setrlimit(2)`), which its children inherit.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use bstr::BString;
use vfs::Errno;

use crate::process::Process;
use crate::signal_delivery::Origin;
use crate::state::ProcState;
use crate::{Limits, Signal};

/// What is limited, in the order of Linux' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Seconds of work; enforced.
    Cpu,
    /// Bytes of a file that is written; enforced.
    FileSize,
    /// Bytes of data.
    Data,
    /// Bytes of stack.
    Stack,
    /// Bytes of a core file.
    Core,
    /// Bytes in memory.
    Resident,
    /// Processes of a user; enforced for others than root.
    Processes,
    /// Descriptors; enforced.
    Files,
    /// Bytes locked in memory.
    Locked,
    /// Bytes of address space.
    AddressSpace,
    /// File locks.
    FileLocks,
    /// Queued signals.
    Pending,
    /// Bytes of message queues.
    Queues,
    /// Priority.
    Nice,
    /// Real-time priority.
    RealTime,
    /// Microseconds of real-time work.
    RealTimeUs,
}

/// A limit: the value that counts, and the one up to which it may be raised. [`Rlimit::UNLIMITED`] is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rlimit {
    /// The value that counts.
    pub soft: u64,
    /// The most that may be asked for.
    pub hard: u64,
}

impl Rlimit {
    /// No limit.
    pub const UNLIMITED: u64 = u64::MAX;

    const fn both(value: u64) -> Rlimit {
        Rlimit { soft: value, hard: value }
    }
}

const COUNT: usize = 16;

/// Name and unit of each, as `/proc/PID/limits` has them.
const NAMES: [(&str, &str); COUNT] = [
    ("Max cpu time", "seconds"),
    ("Max file size", "bytes"),
    ("Max data size", "bytes"),
    ("Max stack size", "bytes"),
    ("Max core file size", "bytes"),
    ("Max resident set", "bytes"),
    ("Max processes", "processes"),
    ("Max open files", "files"),
    ("Max locked memory", "bytes"),
    ("Max address space", "bytes"),
    ("Max file locks", "locks"),
    ("Max pending signals", "signals"),
    ("Max msgqueue size", "bytes"),
    ("Max nice priority", ""),
    ("Max realtime priority", ""),
    ("Max realtime timeout", "us"),
];

/// The limits of a process.
#[derive(Clone, Copy)]
pub(crate) struct Rlimits([Rlimit; COUNT]);

impl Rlimits {
    /// Those of a container's first process; `given` come from the user.
    pub(crate) fn initial(limits: &Limits, given: &[(Resource, Rlimit)]) -> Rc<Rlimits> {
        let mut all = [Rlimit::both(Rlimit::UNLIMITED); COUNT];
        all[Resource::Stack as usize].soft = 8 << 20;
        all[Resource::Core as usize].soft = 0;
        all[Resource::Files as usize] = Rlimit::both(u64::from(limits.files));
        all[Resource::Locked as usize] = Rlimit::both(64 << 10);
        all[Resource::Queues as usize] = Rlimit::both(819_200);
        all[Resource::Nice as usize] = Rlimit::both(0);
        all[Resource::RealTime as usize] = Rlimit::both(0);
        for (resource, limit) in given {
            all[*resource as usize] = *limit;
        }
        Rc::new(Rlimits(all))
    }

    pub(crate) fn soft(&self, resource: Resource) -> u64 {
        self.0[resource as usize].soft
    }

    /// `/proc/PID/limits`.
    pub(crate) fn table(&self) -> BString {
        let mut text =
            String::from("Limit                     Soft Limit           Hard Limit           Units     \n");
        let shown = |value| match value {
            Rlimit::UNLIMITED => "unlimited".to_owned(),
            value => value.to_string(),
        };
        for (limit, (name, unit)) in self.0.iter().zip(NAMES) {
            // Writing to a string does not fail.
            let _ =
                writeln!(text, "{name:<25} {:<20} {:<20} {unit:<10}", shown(limit.soft), shown(limit.hard));
        }
        text.into()
    }
}

impl Process {
    /// A limit of this process.
    pub fn rlimit(&self, resource: Resource) -> Rlimit {
        self.state.rlimits.borrow().0[resource as usize]
    }

    /// Changes a limit. `EINVAL` when the soft one is above the hard one, `EPERM` when the hard one is raised: a
    /// container lacks the capability.
    pub fn set_rlimit(&mut self, resource: Resource, limit: Rlimit) -> Result<(), Errno> {
        self.charge_steps(1);
        if limit.soft > limit.hard {
            return Err(Errno::EINVAL);
        }
        if limit.hard > self.rlimit(resource).hard {
            return Err(Errno::EPERM);
        }
        Rc::make_mut(&mut self.state.rlimits.borrow_mut()).0[resource as usize] = limit;
        self.state.sandbox.touch();
        Ok(())
    }

    /// How many of `len` bytes at `offset` may be written. With none, `SIGXFSZ` and `EFBIG`.
    pub(crate) async fn admit(&mut self, offset: u64, len: u64) -> Result<u64, Errno> {
        let room = self.state.rlimits.borrow().soft(Resource::FileSize).saturating_sub(offset);
        if room == 0 && len > 0 {
            self.signal_self(Signal::XFSZ).await;
            return Err(Errno::EFBIG);
        }
        Ok(room.min(len))
    }

    /// Whether one more process of this user is too many; root is never counted.
    pub(crate) fn has_too_many_processes(&self) -> bool {
        let most = self.state.rlimits.borrow().soft(Resource::Processes);
        let uid = self.state.cred.borrow().uid;
        let own = |process: &ProcState| process.cred.borrow().uid == uid;
        most != Rlimit::UNLIMITED && uid != 0 && self.state.sandbox.select(own).len() as u64 >= most
    }
}

impl ProcState {
    /// Signals a process that has worked for too long: `SIGXCPU` at the soft limit and every second after it,
    /// `SIGKILL` at the hard one.
    pub(crate) fn check_cpu(&self, tick: Duration) {
        let limit = self.rlimits.borrow().0[Resource::Cpu as usize];
        if limit.soft == Rlimit::UNLIMITED {
            return;
        }
        let worked = self.steps.get().saturating_mul(tick.as_nanos() as u64) / 1_000_000_000;
        if worked >= limit.hard {
            self.receive(Signal::KILL, Origin::Inside);
        } else if worked >= limit.soft.max(self.told_cpu.get()) {
            self.told_cpu.set(worked + 1);
            self.receive(Signal::XCPU, Origin::Inside);
        }
    }
}
