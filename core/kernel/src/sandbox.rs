use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use bstr::BString;
use vfs::{MountId, Mounts, Place};

use crate::datagram::Mailboxes;
use crate::lock::Locks;
use crate::machine::Machine;
use crate::pipe::Pipe;
use crate::proc_mount::ProcMount;
use crate::shared::Shared;
use crate::signal_delivery::Origin;
use crate::socket::Listener;
use crate::state::ProcState;
use crate::{
    ExitStatus, Init, Interface, Limit, LimitHit, Limits, Network, Pid, Resource, Rlimit, SandboxId, Signal,
};

/// The namespaces and the budget of one container.
pub(crate) struct Sandbox {
    pub(crate) id: SandboxId,
    pub(crate) hostname: RefCell<BString>,
    pub(crate) network: Cell<Network>,
    pub(crate) interfaces: RefCell<Vec<Interface>>,
    pub(crate) mounts: RefCell<Mounts>,
    /// Whether the root itself refuses changes (`--read-only`).
    pub(crate) read_only_root: bool,
    /// Whether programs gain nothing by their set-user-id bits.
    pub(crate) no_new_privileges: bool,
    pub(crate) rlimits: Vec<(Resource, Rlimit)>,
    pub(crate) pids: Option<u32>,
    pub(crate) root: Place,
    pub(crate) proc_mount: RefCell<ProcMount>,
    pub(crate) pins: RefCell<BTreeMap<Place, u32>>,
    /// Inodes whose last use ended while the mounts were borrowed.
    pub(crate) unpinned: RefCell<Vec<Place>>,
    pub(crate) processes: RefCell<BTreeMap<Pid, Rc<ProcState>>>,
    pub(crate) init: Init,
    pub(crate) last_pid: Cell<u32>,
    pub(crate) fifos: RefCell<BTreeMap<Place, Weak<Pipe>>>,
    pub(crate) listeners: RefCell<BTreeMap<u16, Rc<Listener>>>,
    pub(crate) locks: Locks,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) shared: RefCell<BTreeMap<u32, Shared>>,
    /// Counts what `/proc` shows: processes and their descriptors.
    pub(crate) generation: Cell<u64>,
    pub(crate) limits: Limits,
    pub(crate) fuel: Cell<u64>,
    pub(crate) memory: Cell<u64>,
    pub(crate) output: Cell<u64>,
    pub(crate) limit_hit: Cell<Option<LimitHit>>,
}

impl Sandbox {
    /// Ends the sandbox because a budget is used up. The first one counts.
    pub(crate) fn hit(&self, machine: &Machine, limit: Limit) {
        if self.limit_hit.get().is_some() {
            return;
        }
        self.limit_hit.set(Some(LimitHit { sandbox: self.id, limit, value: limit.value(&self.limits) }));
        machine.note_limit(self.id);
        self.condemn_all(None);
    }

    /// Condemns every process except `spared`.
    pub(crate) fn condemn_all(&self, spared: Option<Pid>) {
        let all: Vec<_> = self.processes.borrow().values().cloned().collect();
        for process in all.iter().filter(|process| Some(process.pid) != spared) {
            process.condemn(ExitStatus::Signaled(Signal::KILL));
        }
    }

    /// Books growth (or shrinking) of what the sandbox holds in memory.
    pub(crate) fn charge(&self, machine: &Machine, before: u64, after: u64) {
        let memory = (self.memory.get() + after).saturating_sub(before);
        self.memory.set(memory);
        if memory > self.limits.memory {
            self.hit(machine, Limit::Memory);
        }
    }

    /// Whether a mount refuses changes.
    pub(crate) fn is_read_only(&self, mount: MountId) -> bool {
        self.read_only_root && mount == MountId::ROOT || self.mounts.borrow().is_read_only(mount)
    }

    pub(crate) fn process(&self, pid: Pid) -> Option<Rc<ProcState>> {
        self.processes.borrow().get(&pid).cloned()
    }

    /// The processes for which `wanted` holds, by number.
    pub(crate) fn select(&self, wanted: impl Fn(&ProcState) -> bool) -> Vec<Rc<ProcState>> {
        self.processes.borrow().values().filter(|process| wanted(process)).cloned().collect()
    }

    /// Sends `signal` to a process group; false when it has no live member.
    pub(crate) fn signal_group(&self, group: Pid, signal: Signal, origin: Origin) -> bool {
        let members = self.select(|process| process.group.get() == group && !process.is_zombie());
        members.iter().for_each(|member| member.receive(signal, origin));
        !members.is_empty()
    }

    /// Notes that what `/proc` shows has changed.
    pub(crate) fn touch(&self) {
        self.generation.set(self.generation.get() + 1);
    }

    pub(crate) fn next_pid(&self) -> Pid {
        self.last_pid.set(self.last_pid.get() + 1);
        Pid(self.last_pid.get())
    }

    /// One use less of an inode; without uses and names it goes.
    pub(crate) fn unpin(&self, place: Place) {
        let mut pins = self.pins.borrow_mut();
        let Some(count) = pins.get_mut(&place) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        pins.remove(&place);
        drop(pins);
        self.unpinned.borrow_mut().push(place);
        self.reap_unpinned();
    }

    /// Frees inodes that nothing uses and no directory names.
    pub(crate) fn reap_unpinned(&self) {
        let Ok(mut mounts) = self.mounts.try_borrow_mut() else { return };
        for place in self.unpinned.take() {
            if !self.pins.borrow().contains_key(&place) {
                reap(&mut mounts, place, &self.memory);
            }
        }
    }

    /// Frees the inode of a name just removed, unless it is in use or has more names.
    pub(crate) fn reap_unlinked(&self, place: Place) {
        self.unpinned.borrow_mut().push(place);
        self.reap_unpinned();
    }
}

fn reap(mounts: &mut Mounts, place: Place, memory: &Cell<u64>) {
    let Some(tree) = mounts.tree_mut(place.mount) else { return };
    let Ok(stat) = tree.stat(place.ino) else { return };
    if stat.nlink == 0 {
        memory.set(memory.get().saturating_sub(stat.blocks * 512));
        tree.reap(place.ino);
    }
}
