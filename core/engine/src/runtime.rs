use std::collections::BTreeMap;
use std::rc::Rc;

use digest::Id;

use crate::containers::Launch;

/// What the engine needs besides its own state: where programs come from, budgets, and the processes of
/// the containers that run.
pub struct Runtime {
    /// Finds the programs that executables stand for.
    pub loader: Rc<dyn kernel::Loader>,
    /// Where images are pulled from.
    pub registry: Rc<dyn registry::Registry>,
    /// Budgets of each container.
    pub limits: kernel::Limits,
    running: BTreeMap<Id, Launch>,
}

impl Runtime {
    /// A runtime in which nothing runs.
    pub fn new(
        loader: Rc<dyn kernel::Loader>,
        registry: Rc<dyn registry::Registry>,
        limits: kernel::Limits,
    ) -> Self {
        Runtime { loader, registry, limits, running: BTreeMap::new() }
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
}
