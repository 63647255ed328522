use digest::Id;
use kernel::Address;

use crate::Engine;

impl Engine {
    /// What docker's name server tells a container: the addresses of the containers with this name on its user-defined
    /// networks.
    pub(super) fn look_up(&self, asker: Id, name: &str) -> Vec<Address> {
        let Some(asking) = self.containers.get(&self.network_owner(asker)) else { return Vec::new() };
        let shared: Vec<&str> = asking
            .endpoints
            .iter()
            .map(|endpoint| endpoint.network.as_str())
            .filter(|name| self.networks.values().any(|network| network.name == *name && !network.predefined))
            .collect();
        let name = name.trim_end_matches('.');
        let name = self.meant_by_link(asking, name).unwrap_or(name);
        let mut found = Vec::new();
        for (id, container) in self.containers.iter().filter(|(_, container)| container.is_running()) {
            let is_named = container.name == name || id.short() == name || container.config.hostname == name;
            for endpoint in &container.endpoints {
                // `NAME.NETWORK` is a name as well.
                let dotted = name.strip_suffix(&endpoint.network).and_then(|rest| rest.strip_suffix('.'));
                let is_meant = is_named
                    || dotted == Some(container.name.as_str())
                    || endpoint.aliases.iter().any(|alias| alias == name);
                if is_meant && shared.contains(&endpoint.network.as_str()) {
                    found.extend(endpoint.address);
                }
            }
        }
        found
    }
}
