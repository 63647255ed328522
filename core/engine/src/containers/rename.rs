use std::time::Duration;

use api::{ApiError, ContainerStatus, ErrorKind};
use digest::Id;

use super::DEADLOCK;
use crate::{Engine, Runtime, names};

/// The first and the longest time that is waited before a look.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(3600));

/// Virtual time after which a container that is waited for is taken to run for ever: ten years.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 86_400);

impl Engine {
    /// `docker rename`.
    ///
    /// # Errors
    /// An unknown container; a name that is malformed or taken, or its own.
    pub fn rename(&mut self, name: &str, new: &str) -> Result<(), ApiError> {
        let id = self.find_container(name)?;
        let new = new.strip_prefix('/').unwrap_or(new);
        let refuse = |kind, message: String| Err(ApiError::new(kind, message));
        if self.container(id)?.name == new {
            let message = "Renaming a container with the same name as its current name";
            return refuse(ErrorKind::BadRequest, message.to_owned());
        }
        if !names::is_valid(new) {
            let message = format!(
                "Error when allocating new name: Invalid container name (/{new}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are \
                 allowed"
            );
            return refuse(ErrorKind::BadRequest, message);
        }
        if let Some((other, _)) = self.containers.iter().find(|(_, container)| container.name == new) {
            let message = format!(
                "Error when allocating new name: Conflict. The container name \"/{new}\" is already in use by \
                 container \"{other}\". You have to remove (or rename) that container to be able to reuse that name."
            );
            return refuse(ErrorKind::Conflict, message);
        }
        if let Some(container) = self.containers.get_mut(&id) {
            new.clone_into(&mut container.name);
        }
        Ok(())
    }

    /// `docker wait`: lets time pass until a container has ended; its exit status.
    ///
    /// # Errors
    /// An unknown container; one that would never end.
    pub fn wait(&mut self, runtime: &mut Runtime, name: &str) -> Result<i32, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let (began, mut patience) = (self.clock, PATIENCE.0);
        while self.is_running(id) {
            if self.clock.since(began) > FOR_EVER {
                return Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK));
            }
            self.advance(patience);
            patience = (patience * 2).min(PATIENCE.1);
            self.catch_up(runtime);
        }
        // One that was removed when it ended has told nobody its status.
        Ok(self.containers.get(&id).map_or(0, |container| container.exit_code))
    }

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
                self.catch_up(runtime);
                return Ok(());
            }
            (ContainerStatus::Paused, true) => format!("Container {name} is already paused"),
            (ContainerStatus::Running, false) => format!("Container {id} is not paused"),
            _ => format!("Container {id} is not running"),
        };
        Err(ApiError::new(ErrorKind::Conflict, message))
    }

    fn mark_paused(&mut self, id: Id, paused: bool) {
        if let Some(container) = self.containers.get_mut(&id) {
            container.status = if paused { ContainerStatus::Paused } else { ContainerStatus::Running };
        }
    }
}
