use api::{ApiError, ContainerSummary, Pruned};

use crate::{Engine, Runtime};

impl Engine {
    /// `docker container prune`: removes containers that do not run and that `keep` does not want.
    ///
    /// # Errors
    /// None that is known.
    pub fn prune_containers(
        &mut self,
        runtime: &mut Runtime,
        keep: &dyn Fn(&ContainerSummary) -> bool,
    ) -> Result<Pruned, ApiError> {
        self.catch_up(runtime);
        let mut pruned = Pruned::default();
        for container in self.list_containers(true)? {
            let stopped = self.containers.get(&container.id).is_some_and(|found| !found.is_running());
            if stopped && !keep(&container) {
                self.tell_of(container.id, "destroy", &[]);
                self.discard_container(container.id, false);
                pruned.reclaimed += container.size;
                pruned.removed.push(container.id.to_string());
            }
        }
        Ok(pruned)
    }
}
