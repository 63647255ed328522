use std::collections::BTreeMap;

use oci::Reference;

use crate::{Registry, RegistryError, RemoteImage};

/// A registry that holds its images in memory, under the domain it answers for.
#[derive(Clone, Debug)]
pub struct MemoryRegistry {
    domain: String,
    /// Domain and path to tag to image.
    repositories: BTreeMap<String, BTreeMap<String, RemoteImage>>,
}

impl MemoryRegistry {
    /// An empty registry for a domain (`docker.io` is the hub).
    pub fn new(domain: impl Into<String>) -> Self {
        MemoryRegistry { domain: domain.into(), repositories: BTreeMap::new() }
    }

    /// Offers an image under a reference; one without tag offers it as `latest`.
    pub fn publish(&mut self, reference: &Reference, image: RemoteImage) {
        let tag = reference.tag().unwrap_or("latest").to_owned();
        self.repositories.entry(reference.name()).or_default().insert(tag, image);
    }
}

impl Registry for MemoryRegistry {
    fn resolve(&self, reference: &Reference) -> Result<RemoteImage, RegistryError> {
        let name = reference.name();
        let domain = name.split('/').next().unwrap_or_default();
        if domain != self.domain {
            return Err(RegistryError::NoSuchRegistry(domain.to_owned()));
        }
        let denied = || RegistryError::Denied(reference.familiar_name());
        let tags = self.repositories.get(&name).ok_or_else(denied)?;
        let found = match reference.digest() {
            Some(digest) => tags.values().find(|image| image.manifest_digest() == digest),
            None => tags.get(reference.tag().unwrap_or("latest")),
        };
        found.cloned().ok_or_else(|| RegistryError::ManifestUnknown(reference.familiar()))
    }
}

#[cfg(test)]
mod tests {
    use oci::{ConfigStyle, ImageConfig};

    use super::*;

    fn answer(name: &str) -> String {
        let mut hub = MemoryRegistry::new("docker.io");
        let image = RemoteImage { config: ImageConfig::new(ConfigStyle::Docker), layers: Vec::new() };
        let alpine = Reference::parse_normalized("alpine").unwrap();
        hub.publish(&alpine, image);
        match hub.resolve(&Reference::parse_normalized(name).unwrap()) {
            Ok(_) => "found".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_hub_answers_as_it_does() {
        assert_eq!(answer("alpine"), "found");
        assert_eq!(answer("docker.io/library/alpine:latest"), "found");
        assert_eq!(answer("alpine:9"), "manifest for alpine:9 not found: manifest unknown: manifest unknown");
        assert_eq!(
            answer("nosuch"),
            "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: \
             requested access to the resource is denied"
        );
        assert_eq!(answer("localhost:5000/x"), "the registry localhost:5000 is not simulated");
    }
}
