//! `--network container:NAME`: containers whose processes share the network of another.

use api::{ApiError, ErrorKind};
use digest::Id;

use super::WireStep;
use crate::containers::{Container, Step};
use crate::{Engine, Runtime};

impl Engine {
    /// The running container whose network a container shares, if it shares one.
    ///
    /// # Errors
    /// One that is gone, or does not run.
    pub(crate) fn shares_with(&self, id: Id) -> Result<Option<Id>, ApiError> {
        let Some(owner) = shared(self.container(id)?) else { return Ok(None) };
        let owner = self.find_container(owner)?;
        match self.container(owner)?.is_running() {
            true => Ok(Some(owner)),
            false => Err(ApiError::new(
                ErrorKind::Conflict,
                format!("cannot join network of a non running container: {owner}"),
            )),
        }
    }

    /// The container whose network this one is on: mostly its own.
    pub(super) fn network_owner(&self, id: Id) -> Id {
        let owner = self.containers.get(&id).and_then(shared).and_then(|owner| owner.parse().ok());
        owner.unwrap_or(id)
    }

    /// Tells the owner of a network that its processes are not alone on it.
    pub(crate) fn tell_owner(&mut self, runtime: &mut Runtime, id: Id) {
        let owner = self.network_owner(id);
        if owner != id
            && let Some(launch) = runtime.get_mut(owner)
        {
            launch.step(Step::Wire(WireStep::Shared));
        }
    }

    /// Who of those on a container's network listens on a port: the container itself, if nobody does.
    pub(super) fn listener(&self, runtime: &Runtime, id: Id, port: u16) -> Id {
        let owner = self.network_owner(id);
        let on_it = |other: &&Id| self.network_owner(**other) == owner;
        let mut all = self.containers.keys().filter(on_it);
        all.find(|other| runtime.listens(**other, port)).copied().unwrap_or(owner)
    }
}

fn shared(container: &Container) -> Option<&str> {
    container.host.network.strip_prefix("container:")
}
