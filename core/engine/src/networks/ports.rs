use api::{ApiError, ErrorKind, PortBinding};
use digest::Id;

use super::derived;
use crate::Engine;
use crate::containers::Container;

/// The ports that docker gives when none is asked for.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32768..=60999;

impl Engine {
    /// Gives a container its published ports.
    ///
    /// # Errors
    /// A port that is taken.
    pub(crate) fn publish(&mut self, id: Id) -> Result<(), ApiError> {
        let Some(container) = self.containers.get(&id) else { return Ok(()) };
        if container.endpoints.iter().all(|endpoint| endpoint.address.is_none()) {
            return Ok(());
        }
        let mut wanted = container.host.ports.clone();
        if container.host.publish_all {
            let exposed = container.config.exposed_ports.iter();
            let missing = exposed.filter(|port| wanted.iter().all(|binding| binding.container != **port));
            let all: Vec<PortBinding> = missing
                .map(|port| PortBinding { container: port.clone(), ..PortBinding::default() })
                .collect();
            wanted.extend(all);
        }
        let name = container.name.clone();
        let network =
            container.endpoints.first().map(|endpoint| endpoint.network.clone()).unwrap_or_default();
        let mut published: Vec<PortBinding> = Vec::new();
        for mut binding in wanted {
            let taken = |port: u16| {
                let others = self.containers.values().flat_map(|container| &container.published);
                let mut all = others.chain(&published);
                all.any(|other| {
                    other.host_port == Some(port)
                        && protocol(other) == protocol(&binding)
                        && (other.host_ip == binding.host_ip
                            || other.host_ip.is_empty()
                            || binding.host_ip.is_empty())
                })
            };
            binding.host_port = match binding.host_port {
                Some(port) if taken(port) => {
                    let ip = if binding.host_ip.is_empty() { "0.0.0.0" } else { &binding.host_ip };
                    let endpoint = derived(&["endpoint", &id.to_string(), &network]);
                    let message = format!(
                        "driver failed programming external connectivity on endpoint {name} ({endpoint}): Bind \
                         for {ip}:{port} failed: port is already allocated"
                    );
                    return Err(ApiError::new(ErrorKind::Server, message));
                }
                Some(port) => Some(port),
                None => EPHEMERAL.into_iter().find(|port| !taken(*port)),
            };
            published.push(binding);
        }
        if let Some(container) = self.containers.get_mut(&id) {
            container.published = published;
        }
        Ok(())
    }

    /// The container behind a port of the host, and its port.
    pub(super) fn published_at(&self, port: u16) -> Option<(Id, u16)> {
        self.containers.iter().filter(|(_, container)| container.is_running()).find_map(|(id, container)| {
            let binding = container
                .published
                .iter()
                .find(|binding| binding.host_port == Some(port) && protocol(binding) == "tcp")?;
            Some((*id, number(binding)?))
        })
    }

    /// The running containers that share the host's network.
    pub(super) fn on_host(&self) -> Vec<Id> {
        let on_host = |container: &Container| {
            container.is_running() && container.endpoints.iter().any(|endpoint| endpoint.network == "host")
        };
        self.containers.iter().filter(|(_, container)| on_host(container)).map(|(id, _)| *id).collect()
    }
}

fn protocol(binding: &PortBinding) -> &str {
    binding.container.split_once('/').map_or("tcp", |(_, protocol)| protocol)
}

fn number(binding: &PortBinding) -> Option<u16> {
    binding.container.split('/').next()?.parse().ok()
}
