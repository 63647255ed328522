use api::{ApiError, ContainerStatus, ErrorKind};
use digest::Id;

use crate::{Engine, Runtime};

impl Engine {
    /// `docker pause` and `docker unpause`.
    ///
    /// # Errors
    /// An unknown container; one that does not run, or is paused already, or is not.
    pub fn set_paused(&mut self, runtime: &mut Runtime, name: &str, paused: bool) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let message = match (self.container(id)?.status, paused) {
            (ContainerStatus::Running, true) | (ContainerStatus::Paused, false) => {
                self.mark_paused(id, paused);
                self.tell_of(id, if paused { "pause" } else { "unpause" }, &[]);
                self.catch_up(runtime);
                return Ok(());
            }
            (ContainerStatus::Paused, true) => format!("Container {id} is already paused"),
            (_, false) => format!("Container {id} is not paused"),
            _ => format!("Container {id} is not running"),
        };
        Err(ApiError::new(ErrorKind::Conflict, message))
    }

    /// Lets a paused container go on, which docker does when it sends a signal.
    pub(super) fn resume(&mut self, id: Id) {
        if self.containers.get(&id).is_some_and(|container| container.status == ContainerStatus::Paused) {
            self.mark_paused(id, false);
            self.tell_of(id, "unpause", &[]);
        }
    }

    fn mark_paused(&mut self, id: Id, paused: bool) {
        if let Some(container) = self.containers.get_mut(&id) {
            container.status = if paused { ContainerStatus::Paused } else { ContainerStatus::Running };
        }
    }
}
