use std::collections::BTreeMap;
use std::rc::Rc;

use digest::Id;
use vfs::Time;

use crate::containers::{Launch, Target};
use crate::networks::HostEnd;

/// What the engine needs besides its own state: where programs come from, budgets, and the processes of
/// the containers that run.
pub struct Runtime {
    /// Finds the programs that executables stand for.
    pub loader: Rc<dyn kernel::Loader>,
    /// Where images are pulled from.
    pub registry: Rc<dyn registry::Registry>,
    /// Budgets of each container.
    pub limits: kernel::Limits,
    /// The client's host as a party on the networks.
    pub(crate) host: HostEnd,
    running: BTreeMap<Id, Launch>,
}

impl Runtime {
    /// A runtime in which nothing runs.
    pub fn new(
        loader: Rc<dyn kernel::Loader>,
        registry: Rc<dyn registry::Registry>,
        limits: kernel::Limits,
    ) -> Self {
        Runtime { loader, registry, limits, host: HostEnd::default(), running: BTreeMap::new() }
    }

    /// A runtime with the same programs, images and budgets, in which nothing runs.
    pub fn fresh(&self) -> Self {
        Runtime::new(self.loader.clone(), self.registry.clone(), self.limits)
    }

    /// Takes a container's processes out, to run them.
    pub(crate) fn take(&mut self, id: Id) -> Option<Launch> {
        self.running.remove(&id)
    }

    /// Puts them back.
    pub(crate) fn keep(&mut self, id: Id, launch: Launch) {
        self.running.insert(id, launch);
    }

    /// Drops them.
    pub(crate) fn forget(&mut self, id: Id) {
        self.running.remove(&id);
    }

    /// A container's processes, to give them something.
    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut Launch> {
        self.running.get_mut(&id)
    }

    /// The containers that have processes, by id.
    pub(crate) fn ids(&self) -> Vec<Id> {
        self.running.keys().copied().collect()
    }

    /// When each container will do something by itself.
    pub(crate) fn activities(&self) -> impl Iterator<Item = (Time, Id)> {
        self.running
            .iter()
            .filter(|(_, launch)| launch.exit_code().is_none())
            .filter_map(|(id, launch)| launch.kernel.next_activity().map(|at| (at, *id)))
    }

    /// Whether a process of a container has ended, or is gone with it.
    pub(crate) fn has_ended(&self, id: Id, target: Target) -> bool {
        self.running
            .get(&id)
            .is_none_or(|launch| launch.exit_code_of(target).is_some() || launch.hit.is_some())
    }

    /// Whether a container's processes listen on a port.
    pub(crate) fn listens(&self, id: Id, port: u16) -> bool {
        self.running.get(&id).is_some_and(|launch| launch.kernel.listens(launch.sandbox, port))
    }
}
