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
        volumes: bool,
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
            if let Some(container) = self.containers.get_mut(&id) {
                (container.stopped, container.restart_at) = (true, None);
            }
            self.signal_container(runtime, id, kernel::Signal::KILL);
            let now = self.clock;
            self.hang_up(runtime, Some(id), now);
        }
        runtime.forget(id);
        self.tell_of(id, "destroy", &[]);
        self.discard_container(id, volumes);
        Ok(())
    }

    /// Drops a container that does not run, the layers that only it needed, and with `volumes` the anonymous ones that
    /// only it had.
    pub(crate) fn discard_container(&mut self, id: Id, volumes: bool) {
        if let Some(container) = self.containers.remove(&id) {
            self.release_layers(container.chain);
            if volumes {
                self.drop_anonymous(&container.mounts);
            }
        }
    }
}
