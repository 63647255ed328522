//! What `docker events` tells: the daemon's own notes of what happened to containers, images, volumes and networks.

use api::DaemonEvent;
use digest::Id;

use crate::Engine;

/// How many docker keeps.
const KEPT: usize = 256;

impl Engine {
    /// Notes that something happened.
    pub(crate) fn tell(&mut self, kind: &str, action: &str, id: String, attributes: &[(&str, &str)]) {
        let mut attributes: Vec<(String, String)> =
            attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        attributes.sort();
        let event =
            DaemonEvent { at: self.clock, kind: kind.to_owned(), action: action.to_owned(), id, attributes };
        self.happenings.push_back(event);
        while self.happenings.len() > KEPT {
            self.happenings.pop_front();
        }
    }

    /// Notes that something happened to a container.
    pub(crate) fn tell_of(&mut self, id: Id, action: &str, more: &[(&str, &str)]) {
        let Some(container) = self.containers.get(&id) else { return };
        let (image, name) = (container.config.image.clone(), container.name.clone());
        let labels = container.config.labels.clone().unwrap_or_default();
        let mut attributes: Vec<(&str, &str)> =
            labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        attributes.extend([("image", image.as_str()), ("name", name.as_str())]);
        attributes.extend(more);
        self.tell("container", action, id.to_string(), &attributes);
    }

    /// Notes that a container came to its networks, or left them.
    pub(crate) fn tell_networks(&mut self, id: Id, action: &str) {
        let Some(container) = self.containers.get(&id) else { return };
        let names: Vec<String> =
            container.endpoints.iter().map(|endpoint| endpoint.network.clone()).collect();
        for name in names {
            let Ok(network) = self.find_network(&name) else { continue };
            let driver = self.networks.get(&network).map(|found| found.driver.clone()).unwrap_or_default();
            let attributes = [("container", &*id.to_string()), ("name", &*name), ("type", &*driver)];
            self.tell("network", action, network.to_string(), &attributes);
        }
    }

    /// What has happened, oldest first.
    pub fn happenings(&self) -> Vec<DaemonEvent> {
        self.happenings.iter().cloned().collect()
    }
}
