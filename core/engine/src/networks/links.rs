//! `--link`: what a container is told of others when it starts, and under which names it knows them.

use api::{ApiError, ErrorKind, HostConfig};
use digest::Id;
use kernel::Address;

use super::address;
use crate::Engine;
use crate::containers::Container;

/// One link of a container, while both ends are there.
struct Link<'e> {
    alias: &'e str,
    child: &'e Container,
    /// Its address on the default network, if it runs there.
    address: Option<Address>,
}

impl Engine {
    /// The links of a new container on the default network, by ids instead of names; elsewhere they are names that are
    /// looked up when they are used.
    ///
    /// # Errors
    /// A container that is not there.
    pub(crate) fn resolve_links(&self, host: &HostConfig) -> Result<Vec<String>, ApiError> {
        if !is_default(host) {
            return Ok(host.links.clone());
        }
        let resolve = |link: &String| {
            let (name, alias) = link.split_once(':').unwrap_or((link, link));
            let failed = |why: &str| {
                let message = format!("could not get container for {name}: {why}");
                ApiError::new(ErrorKind::BadRequest, message)
            };
            if name.is_empty() {
                return Err(failed("invalid name or ID supplied: \"\""));
            }
            let id = self.find_container(name).map_err(|error| failed(&error.message))?;
            Ok(format!("{id}:{alias}"))
        };
        host.links.iter().map(resolve).collect()
    }

    fn links<'e>(&'e self, container: &'e Container) -> impl Iterator<Item = Link<'e>> {
        let links = container.host.links.iter().filter(|_| is_default(&container.host));
        links.filter_map(|link| {
            let (id, alias) = link.split_once(':')?;
            let child = self.containers.get(&id.parse::<Id>().ok()?)?;
            let mut endpoints = child.endpoints.iter();
            let address = endpoints.find(|endpoint| endpoint.network == "bridge")?.address;
            Some(Link { alias, child, address: address.filter(|_| child.is_running()) })
        })
    }

    /// The environment that links give a container that starts.
    ///
    /// # Errors
    /// A container that does not run, or is on another network.
    pub(crate) fn link_environment(&self, container: &Container) -> Result<Vec<String>, ApiError> {
        let mut all = Vec::new();
        if !is_default(&container.host) {
            return Ok(all);
        }
        for link in &container.host.links {
            let (id, alias) = link.split_once(':').unwrap_or_default();
            let Some(child) = id.parse::<Id>().ok().and_then(|id| self.containers.get(&id)) else { continue };
            let refuse = |message: String| Err(ApiError::new(ErrorKind::BadRequest, message));
            let (name, own) = (&child.name, &container.name);
            if !child.is_running() {
                return refuse(format!("Cannot link to a non running container: /{name} AS /{own}/{alias}"));
            }
            let mut endpoints = child.endpoints.iter().filter(|endpoint| endpoint.network == "bridge");
            let Some(address) = endpoints.find_map(|endpoint| endpoint.address) else {
                return refuse(format!(
                    "Cannot link to /{name}, as it does not belong to the default network"
                ));
            };
            all.extend(variables(own, alias, child, &address::text(address)));
        }
        Ok(all)
    }

    /// The lines of `/etc/hosts` for the containers that this one is linked to.
    pub(crate) fn link_hosts(&self, container: &Container) -> String {
        let line = |link: Link<'_>| {
            let names = [link.alias, &link.child.config.hostname, &link.child.name];
            let shown = if link.alias == link.child.name { &names[..2] } else { &names[..] };
            Some(format!("{}\t{}\n", address::text(link.address?), shown.join(" ")))
        };
        self.links(container).filter_map(line).collect()
    }

    /// The names that others have for a container by their links: `OTHER/ALIAS`.
    pub(crate) fn linked_names(&self, id: Id) -> Vec<String> {
        let wanted = id.to_string();
        let mut names = Vec::new();
        for container in self.containers.values().filter(|container| is_default(&container.host)) {
            let links = container.host.links.iter().filter_map(|link| link.split_once(':'));
            let own = links.filter(|(id, _)| *id == wanted);
            names.extend(own.map(|(_, alias)| format!("{}/{alias}", container.name)));
        }
        names
    }

    /// The links of a container as `inspect` shows them.
    pub(crate) fn shown_links(&self, container: &Container) -> Vec<String> {
        if !is_default(&container.host) {
            return container.host.links.clone();
        }
        let own = &container.name;
        self.links(container).map(|link| format!("/{}:/{own}/{}", link.child.name, link.alias)).collect()
    }

    /// The container that another one calls so by a link on a user-defined network.
    pub(super) fn meant_by_link<'e>(&self, asking: &'e Container, name: &str) -> Option<&'e str> {
        let mut links = asking.host.links.iter().filter(|_| !is_default(&asking.host));
        links.find_map(|link| link.split_once(':').filter(|(_, alias)| *alias == name).map(|(name, _)| name))
    }
}

fn is_default(host: &HostConfig) -> bool {
    matches!(host.network.as_str(), "" | "default" | "bridge")
}

/// What the child exposes and its environment, as variables under the alias.
fn variables(own: &str, alias: &str, child: &Container, address: &str) -> Vec<String> {
    let prefix = alias.to_uppercase().replace('-', "_");
    let mut ports: Vec<(u16, &str)> = child
        .config
        .exposed_ports
        .iter()
        .filter_map(|port| port.split_once('/'))
        .filter_map(|(number, protocol)| Some((number.parse().ok()?, protocol)))
        .collect();
    ports.sort_unstable();
    let mut all = Vec::new();
    if let Some((port, protocol)) = ports.first() {
        all.push(format!("{prefix}_PORT={protocol}://{address}:{port}"));
    }
    for (port, protocol) in &ports {
        let name = format!("{prefix}_PORT_{port}_{}", protocol.to_uppercase());
        all.push(format!("{name}={protocol}://{address}:{port}"));
        all.push(format!("{name}_ADDR={address}"));
        all.push(format!("{name}_PORT={port}"));
        all.push(format!("{name}_PROTO={protocol}"));
    }
    all.push(format!("{prefix}_NAME=/{own}/{alias}"));
    let given = child.config.env.iter().filter_map(|entry| entry.split_once('='));
    let given = given.filter(|(name, _)| !matches!(*name, "HOME" | "PATH"));
    all.extend(given.map(|(name, value)| format!("{prefix}_ENV_{name}={value}")));
    all
}
