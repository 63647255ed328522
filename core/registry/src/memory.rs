use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use oci::Reference;

use crate::{Registry, RegistryError, RemoteImage};

/// A registry that holds its images in memory, under the domain it answers for.
#[derive(Clone, Debug)]
pub struct MemoryRegistry {
    domain: String,
    /// Domain and path to tag to image.
    repositories: BTreeMap<String, BTreeMap<String, Rc<Offer>>>,
}

/// An image that is made when it is first asked for.
pub type Offer = LazyCell<Result<RemoteImage, RegistryError>, Make>;

/// Makes an image that a registry offers.
pub type Make = Box<dyn FnOnce() -> Result<RemoteImage, RegistryError>>;

impl MemoryRegistry {
    /// An empty registry for a domain (`docker.io` is the hub).
    pub fn new(domain: impl Into<String>) -> Self {
        MemoryRegistry { domain: domain.into(), repositories: BTreeMap::new() }
    }

    /// Offers an image under a reference; one without tag offers it as `latest`.
    pub fn publish(&mut self, reference: &Reference, image: RemoteImage) {
        self.offer(reference, &Rc::new(LazyCell::new(Box::new(|| Ok(image)))));
    }

    /// The same for an image that is made when it is first asked for. It may be offered under several references.
    pub fn offer(&mut self, reference: &Reference, image: &Rc<Offer>) {
        let tag = reference.tag().unwrap_or("latest").to_owned();
        self.repositories.entry(reference.name()).or_default().insert(tag, Rc::clone(image));
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
            Some(digest) => tags.values().find(|offer| {
                LazyCell::force(offer).as_ref().is_ok_and(|image| image.manifest_digest() == digest)
            }),
            None => tags.get(reference.tag().unwrap_or("latest")),
        };
        let offer = found.ok_or_else(|| RegistryError::ManifestUnknown(reference.familiar()))?;
        LazyCell::force(offer).clone()
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
