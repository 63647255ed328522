use api::{ApiError, ContainerInspect, ContainerSummary};
use digest::{Digest, Id};

use super::Container;
use crate::Engine;

impl Engine {
    /// `docker ps`: newest first; only running ones unless `all`.
    ///
    /// # Errors
    /// None.
    pub fn list_containers(&self, all: bool) -> Result<Vec<ContainerSummary>, ApiError> {
        let wanted = self.containers.iter().filter(|(_, container)| all || container.is_running());
        let mut rows: Vec<_> = wanted.map(|(id, container)| self.summary(*id, container)).collect();
        rows.sort_by(|a, b| b.created.cmp(&a.created).then(a.id.cmp(&b.id)));
        Ok(rows)
    }

    /// `docker container inspect`.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn inspect_container(&self, name: &str) -> Result<ContainerInspect, ApiError> {
        let id = self.find_container(name)?;
        let container = self.container(id)?;
        Ok(ContainerInspect {
            summary: self.summary(id, container),
            config: container.config.clone(),
            host: container.host.clone(),
            path: container.path.clone(),
            args: container.args.clone(),
        })
    }

    fn summary(&self, id: Id, container: &Container) -> ContainerSummary {
        let labels = container.config.labels.clone().unwrap_or_default();
        ContainerSummary {
            id,
            names: vec![container.name.clone()],
            image: self.shown_image(container),
            image_id: container.image.unwrap_or_else(|| Digest::from_bytes([0; 32])),
            command: container.command(),
            created: container.created,
            status: container.status,
            exit_code: container.exit_code,
            started: container.started,
            finished: container.finished,
            ports: container.config.exposed_ports.iter().cloned().collect::<Vec<_>>().join(", "),
            size: container.size(),
            labels: labels.into_iter().collect(),
        }
    }

    /// The name given at creation, or the image's id once that name means another image; empty on scratch.
    fn shown_image(&self, container: &Container) -> String {
        let Some(image) = container.image else { return String::new() };
        let name = &container.config.image;
        match self.find_image(name) {
            Ok(found) if found == image => name.clone(),
            _ => image.to_string(),
        }
    }
}
