use api::{ApiError, ConnectRequest, ErrorKind, NetworkRequest, NetworkSummary};
use digest::Id;

use super::{Endpoint, Network, Subnet, address};
use crate::{Engine, Runtime};

impl Engine {
    /// `docker network create`: its id.
    ///
    /// # Errors
    /// A name that is taken, a driver that is not there, a subnet that is malformed or taken.
    pub fn create_network(&mut self, request: &NetworkRequest) -> Result<Id, ApiError> {
        if self.networks.values().any(|network| network.predefined && network.name == request.name) {
            let message = format!("operation is not permitted on predefined {} network", request.name);
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        if self.networks.values().any(|network| network.name == request.name) {
            let message = format!("network with name {} already exists", request.name);
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        match request.driver.as_str() {
            "" | "bridge" => {}
            driver @ ("host" | "null") => {
                let message = format!("only one instance of \"{driver}\" network is allowed");
                return Err(ApiError::new(ErrorKind::BadRequest, message));
            }
            driver @ ("overlay" | "macvlan" | "ipvlan") => {
                let message = format!("the network driver {driver} is not simulated");
                return Err(ApiError::new(ErrorKind::NotSimulated, message));
            }
            driver => {
                let message = format!("plugin \"{driver}\" not found");
                return Err(ApiError::new(ErrorKind::NotFound, message));
            }
        }
        let subnet = self.choose_subnet(&request.subnet)?;
        let gateway = match request.gateway.as_str() {
            "" => subnet.host(1),
            text => address::parse(text).filter(|gateway| subnet.contains(*gateway)).ok_or_else(|| {
                ApiError::new(ErrorKind::BadRequest, format!("no matching subnet for gateway {text}"))
            })?,
        };
        let mut labels = request.labels.clone();
        labels.sort();
        let id = self.ids.draw();
        let network = Network {
            name: request.name.clone(),
            driver: "bridge".to_owned(),
            created: self.clock,
            labels,
            internal: request.internal,
            subnet: Some(subnet),
            gateway: Some(gateway),
            predefined: false,
        };
        self.networks.insert(id, network);
        self.tell("network", "create", id.to_string(), &[("name", &request.name), ("type", "bridge")]);
        Ok(id)
    }

    /// The one asked for, or the first free one of docker's own.
    fn choose_subnet(&self, wanted: &str) -> Result<Subnet, ApiError> {
        let taken = |subnet: &Subnet| {
            self.networks.values().filter_map(|network| network.subnet).any(|other| other.overlaps(*subnet))
        };
        if wanted.is_empty() {
            let wide = (17..32).map(|number| Subnet { base: [172, number, 0, 0], prefix: 16 });
            let narrow = (0..16).map(|number| Subnet { base: [192, 168, number * 16, 0], prefix: 20 });
            return wide.chain(narrow).find(|subnet| !taken(subnet)).ok_or_else(|| {
                let message = "could not find an available, non-overlapping IPv4 address pool among the \
                               defaults to assign to the network";
                ApiError::new(ErrorKind::Server, message)
            });
        }
        let subnet = Subnet::parse(wanted).ok_or_else(|| {
            let message = format!("Invalid subnet {wanted} : invalid CIDR address: {wanted}");
            ApiError::new(ErrorKind::BadRequest, message)
        })?;
        if taken(&subnet) {
            let message = "Pool overlaps with other one on this address space";
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        Ok(subnet)
    }

    /// `docker network ls`: by name.
    pub fn list_networks(&self) -> Vec<NetworkSummary> {
        let mut all: Vec<NetworkSummary> = self
            .networks
            .iter()
            .map(|(id, network)| NetworkSummary {
                id: *id,
                name: network.name.clone(),
                created: network.created,
                driver: network.driver.clone(),
                internal: network.internal,
                labels: network.labels.clone(),
                subnet: network.subnet.map(Subnet::text).unwrap_or_default(),
                gateway: network.gateway.map(address::text).unwrap_or_default(),
                predefined: network.predefined,
                endpoints: self.endpoints_on(&network.name),
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The network that a user means: a name, an id, or an id's beginning.
    ///
    /// # Errors
    /// `network NAME not found`
    pub(crate) fn find_network(&self, name: &str) -> Result<Id, ApiError> {
        let by_name = self.networks.iter().find(|(_, network)| network.name == name);
        let by_id =
            || self.networks.iter().find(|(id, _)| !name.is_empty() && id.to_string().starts_with(name));
        by_name
            .or_else(by_id)
            .map(|(id, _)| *id)
            .ok_or_else(|| ApiError::new(ErrorKind::NotFound, format!("network {name} not found")))
    }

    /// `docker network rm`.
    ///
    /// # Errors
    /// An unknown network, docker's own, one with running containers.
    pub fn remove_network(&mut self, name: &str) -> Result<(), ApiError> {
        let id = self.find_network(name)?;
        let Some(network) = self.networks.get(&id) else { return Ok(()) };
        if network.predefined {
            let message = format!("{} is a pre-defined network and cannot be removed", network.name);
            return Err(ApiError::new(ErrorKind::Server, message));
        }
        if !self.endpoints_on(&network.name).is_empty() {
            let message = format!(
                "error while removing network: network {} id {id} has active endpoints",
                network.name
            );
            return Err(ApiError::new(ErrorKind::Server, message));
        }
        self.networks.remove(&id);
        Ok(())
    }

    /// `docker network prune`: the names of the networks that no running container was on.
    pub fn prune_networks(&mut self, keep: &dyn Fn(&NetworkSummary) -> bool) -> Vec<String> {
        let all = self.list_networks();
        let unused = all.iter().filter(|network| !network.predefined && network.endpoints.is_empty());
        let gone: Vec<_> = unused.filter(|network| !keep(network)).collect();
        for network in &gone {
            self.networks.remove(&network.id);
        }
        gone.iter().map(|network| network.name.clone()).collect()
    }

    /// `docker network connect`.
    ///
    /// # Errors
    /// An unknown network or container; networks that cannot be joined; an address that cannot be had.
    pub fn connect_network(
        &mut self,
        runtime: &mut Runtime,
        request: &ConnectRequest,
    ) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(&request.container)?;
        let network = self.find_network(&request.network)?;
        let forbidden = |text: &str| Err(ApiError::new(ErrorKind::BadRequest, text));
        let (name, driver, predefined) = match self.networks.get(&network) {
            Some(network) => (network.name.clone(), network.driver.clone(), network.predefined),
            None => return forbidden("network is gone"),
        };
        let container = self.container(id)?;
        let running = container.is_running();
        let has = |wanted: &str| container.endpoints.iter().any(|endpoint| endpoint.network == wanted);
        if driver == "host" || has("host") {
            return forbidden(
                "container cannot be disconnected from host network or connected to host network",
            );
        }
        if driver == "null" || has("none") {
            return forbidden(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode",
            );
        }
        if has(&name) {
            if !running {
                return Ok(());
            }
            let shown = &container.name;
            let message = format!("endpoint with name {shown} already exists in network {name}");
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        if predefined && (!request.ip.is_empty() || !request.aliases.is_empty()) {
            let what =
                if request.ip.is_empty() { "network-scoped alias" } else { "user specified IP address" };
            return forbidden(&format!(
                "{what} is supported {}user defined networks only",
                match request.ip.is_empty() {
                    true => "only for containers in ",
                    false => "on ",
                }
            ));
        }
        let endpoint = Endpoint {
            network: name,
            aliases: request.aliases.clone(),
            requested: self.requested(&request.ip)?,
            address: None,
        };
        if let Some(container) = self.containers.get_mut(&id) {
            container.endpoints.push(endpoint);
        }
        if running {
            if let Err(error) = self.attach(id) {
                if let Some(container) = self.containers.get_mut(&id) {
                    container.endpoints.pop();
                }
                return Err(error);
            }
            self.rewire(runtime, id);
        }
        Ok(())
    }

    /// `docker network disconnect`.
    ///
    /// # Errors
    /// An unknown network or container; one that is not on it.
    pub fn disconnect_network(
        &mut self,
        runtime: &mut Runtime,
        network: &str,
        container: &str,
    ) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(container)?;
        let name = match self.find_network(network).ok().and_then(|id| self.networks.get(&id)) {
            Some(network) => network.name.clone(),
            None => return Err(ApiError::new(ErrorKind::NotFound, format!("network {network} not found"))),
        };
        let running = self.container(id)?.is_running();
        let Some(container) = self.containers.get_mut(&id) else { return Ok(()) };
        if name == "host" {
            let message = "container cannot be disconnected from host network or connected to host network";
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        let Some(at) = container.endpoints.iter().position(|endpoint| endpoint.network == name) else {
            let the = if running { "" } else { "the " };
            let message = format!("container {id} is not connected to {the}network {name}");
            return Err(ApiError::new(ErrorKind::Server, message));
        };
        container.endpoints.remove(at);
        if running {
            self.rewire(runtime, id);
        }
        Ok(())
    }
}
