use api::{ApiError, ErrorKind};
use digest::Id;

use crate::{Engine, Runtime};

impl Engine {
    /// `docker rm`.
    ///
    /// # Errors
    /// An unknown container; a running one, without force.
    pub fn remove_container(
        &mut self,
        runtime: &mut Runtime,
        name: &str,
        force: bool,
    ) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        if self.container(id)?.is_running() {
            if !force {
                let message = format!(
                    "You cannot remove a running container {id}. Stop the container before attempting removal or \
                     force remove"
                );
                return Err(ApiError::new(ErrorKind::Conflict, message));
            }
            self.signal_container(runtime, id, kernel::Signal::KILL);
        }
        runtime.forget(id);
        self.discard_container(id);
        Ok(())
    }

    /// Drops a container that does not run, and the layers that only it needed.
    pub(crate) fn discard_container(&mut self, id: Id) {
        if let Some(container) = self.containers.remove(&id) {
            self.release_layers(container.chain);
        }
    }
}
