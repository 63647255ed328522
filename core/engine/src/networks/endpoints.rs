use api::{ApiError, EndpointView, ErrorKind};
use digest::Id;
use kernel::Address;
use serde::{Deserialize, Serialize};

use super::{Nic, address, derived};
use crate::containers::{Container, Step};
use crate::networks::WireStep;
use crate::{Engine, Runtime};

/// A container's place on a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The network's name.
    pub(crate) network: String,
    /// Names that the user gave.
    pub(crate) aliases: Vec<String>,
    /// The address that the user wants.
    pub(crate) requested: Option<Address>,
    /// The address that it has, while the container runs.
    pub(crate) address: Option<Address>,
}

impl Engine {
    /// Reads an address that a user wants.
    pub(super) fn requested(&self, text: &str) -> Result<Option<Address>, ApiError> {
        let bad = || ApiError::new(ErrorKind::BadRequest, format!("invalid IPv4 address: {text}"));
        if text.is_empty() { Ok(None) } else { address::parse(text).map(Some).ok_or_else(bad) }
    }

    /// The place of a new container.
    ///
    /// # Errors
    /// Addresses and names that docker's own networks do not give.
    pub(crate) fn first_endpoint(&self, container: &Container) -> Result<Vec<Endpoint>, ApiError> {
        let host = &container.host;
        let network = match host.network.as_str() {
            "" | "default" => "bridge",
            name => name,
        };
        if network.starts_with("container:") {
            return Ok(Vec::new());
        }
        Ok(vec![Endpoint {
            network: network.to_owned(),
            aliases: host.aliases.clone(),
            // Docker forgets an address where no network is named.
            requested: if host.network.is_empty() { None } else { self.requested(&host.ip)? },
            address: None,
        }])
    }

    /// Gives a container its addresses.
    ///
    /// # Errors
    /// A network that is gone, an address that is taken.
    pub(crate) fn attach(&mut self, id: Id) -> Result<(), ApiError> {
        let Some(container) = self.containers.get(&id) else { return Ok(()) };
        let mut endpoints = container.endpoints.clone();
        for endpoint in endpoints.iter_mut().filter(|endpoint| endpoint.address.is_none()) {
            let network = self.find_network(&endpoint.network)?;
            let Some(network) = self.networks.get(&network) else { continue };
            let Some(subnet) = network.subnet else { continue };
            let refuse = |text: &str| Err(ApiError::new(ErrorKind::BadRequest, text));
            if network.predefined && endpoint.requested.is_some() {
                return refuse("user specified IP address is supported on user defined networks only");
            }
            if network.predefined && !endpoint.aliases.is_empty() {
                return refuse(
                    "network-scoped alias is supported only for containers in user defined networks",
                );
            }
            let taken: Vec<Address> = self.addresses_on(&network.name);
            let is_free = |address: &Address| !taken.contains(address) && Some(*address) != network.gateway;
            endpoint.address = match endpoint.requested {
                Some(address) if !subnet.contains(address) => {
                    return refuse("Invalid address: It does not belong to any of this network's subnets");
                }
                Some(address) if !is_free(&address) => return refuse("Address already in use"),
                Some(address) => Some(address),
                None => (1..subnet.size().saturating_sub(1)).map(|number| subnet.host(number)).find(is_free),
            };
            if endpoint.address.is_none() {
                return refuse("no available IPv4 addresses on this network's address pools");
            }
        }
        if let Some(container) = self.containers.get_mut(&id) {
            container.endpoints = endpoints;
        }
        Ok(())
    }

    fn addresses_on(&self, network: &str) -> Vec<Address> {
        let endpoints = self.containers.values().flat_map(|container| &container.endpoints);
        endpoints
            .filter(|endpoint| endpoint.network == network)
            .filter_map(|endpoint| endpoint.address)
            .collect()
    }

    /// The interfaces of a container's endpoints.
    pub(crate) fn nics(&self, container: &Container) -> Vec<Nic> {
        let with_address =
            container.endpoints.iter().filter_map(|endpoint| Some((endpoint, endpoint.address?)));
        with_address
            .enumerate()
            .map(|(number, (endpoint, address))| {
                let network = self.networks.values().find(|network| network.name == endpoint.network);
                Nic {
                    name: format!("eth{number}"),
                    address,
                    prefix: network.and_then(|network| network.subnet).map_or(16, |subnet| subnet.prefix),
                    gateway: network.filter(|network| !network.internal).and_then(|network| network.gateway),
                }
            })
            .collect()
    }

    /// Gives a running container's processes the interfaces that it has now.
    pub(super) fn rewire(&mut self, runtime: &mut Runtime, id: Id) {
        let Some(mut launch) = runtime.take(id) else { return };
        if let Some(container) = self.containers.get(&id) {
            let nics = self.nics(container);
            let hosts = self.hosts(container, &nics);
            launch.step(Step::Wire(WireStep::Interfaces(nics, hosts)));
        }
        self.settle(runtime, id, launch);
    }

    /// The running containers on a network, by id.
    pub(super) fn endpoints_on(&self, network: &str) -> Vec<EndpointView> {
        let running = self.containers.iter().filter(|(_, container)| container.is_running());
        running
            .flat_map(|(id, container)| self.endpoint_views(*id, container))
            .filter(|endpoint| endpoint.network == network)
            .collect()
    }

    /// A container's endpoints as the daemon shows them.
    pub(crate) fn endpoint_views(&self, id: Id, container: &Container) -> Vec<EndpointView> {
        let view = |endpoint: &Endpoint| {
            let found = self.find_network(&endpoint.network).ok();
            let network = found.and_then(|id| self.networks.get(&id));
            let predefined = network.is_none_or(|network| network.predefined);
            let mut aliases = endpoint.aliases.clone();
            // Docker looks a network up when a container starts on it for the first time.
            let is_known = container.started.is_some() || endpoint.address.is_some();
            if !predefined && is_known {
                aliases.push(id.short());
                if container.config.hostname != id.short() {
                    aliases.push(container.config.hostname.clone());
                }
            }
            let text = |address: Option<Address>| address.map(address::text).unwrap_or_default();
            EndpointView {
                network: endpoint.network.clone(),
                network_id: found.filter(|_| is_known),
                container: Some(id),
                container_name: container.name.clone(),
                id: container
                    .is_running()
                    .then(|| derived(&["endpoint", &id.to_string(), &endpoint.network])),
                aliases,
                requested: text(endpoint.requested),
                address: text(endpoint.address),
                prefix: match endpoint.address {
                    Some(_) => network.and_then(|network| network.subnet).map_or(0, |subnet| subnet.prefix),
                    None => 0,
                },
                gateway: match endpoint.address {
                    Some(_) => text(network.and_then(|network| network.gateway)),
                    None => String::new(),
                },
                mac: endpoint.address.map(address::mac).unwrap_or_default(),
            }
        };
        container.endpoints.iter().map(view).collect()
    }
}
