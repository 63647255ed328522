use api::{ApiError, ContainerInspect, ContainerSummary, HostConfig, PortBinding, ProbeView};
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
            host: HostConfig { links: self.shown_links(container), ..container.host.clone() },
            path: container.path.clone(),
            args: container.args.clone(),
            restarts: container.restarts,
            error: container.error.clone(),
            oom_killed: container.oom_killed,
            probes: container.health.iter().flat_map(|health| &health.log).map(probe).collect(),
            failing_streak: container.health.as_ref().map_or(0, |health| health.streak),
        })
    }

    fn summary(&self, id: Id, container: &Container) -> ContainerSummary {
        let labels = container.config.labels.clone().unwrap_or_default();
        ContainerSummary {
            id,
            names: [vec![container.name.clone()], self.linked_names(id)].concat(),
            image: self.shown_image(container),
            image_id: container.image.unwrap_or_else(|| Digest::from_bytes([0; 32])),
            command: container.command(),
            created: container.created,
            status: container.status,
            exit_code: container.exit_code,
            started: container.started,
            finished: container.finished,
            ports: shown_ports(container),
            endpoints: self.endpoint_views(id, container),
            health: match (&container.health, container.is_running()) {
                (Some(health), true) => health.status.clone(),
                _ => String::new(),
            },
            size: container.size(),
            labels: labels.into_iter().collect(),
            mounts: container.mounts.clone(),
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

/// The published ports of a running container, then what else it exposes.
fn shown_ports(container: &Container) -> Vec<PortBinding> {
    let mut ports = container.published.clone();
    let has_address = container.endpoints.iter().any(|endpoint| endpoint.address.is_some());
    for port in container.config.exposed_ports.iter().filter(|_| has_address) {
        if container.published.iter().all(|binding| binding.container != *port) {
            ports.push(PortBinding { container: port.clone(), ..PortBinding::default() });
        }
    }
    ports
}

fn probe(probe: &super::Probe) -> ProbeView {
    ProbeView { start: probe.start, end: probe.end, exit_code: probe.exit_code, output: probe.output.clone() }
}
