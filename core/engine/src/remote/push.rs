use std::time::Duration;

use api::{ApiError, ErrorKind, PushedLayer, PushedTag};
use digest::Digest;
use oci::Reference;
use registry::{RemoteImage, RemoteLayer};

use super::login::unreachable;
use super::{PRIVATE, Pushed};
use crate::Engine;

/// What a layer's way takes.
const PUSH_COST: Duration = Duration::from_millis(150);

impl Engine {
    /// `docker push`: one tag, or all of a repository.
    ///
    /// # Errors
    /// A malformed name; no such image here; a registry that is not there, or does not want it.
    pub fn push(&mut self, name: &str, all_tags: bool) -> Result<Vec<PushedTag>, ApiError> {
        let reference = Reference::parse_normalized(name)
            .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?;
        let wanted = reference.clone().with_default_tag();
        let repository = reference.name();
        let tags: Vec<(Reference, Digest)> = match all_tags {
            true => self
                .references
                .iter()
                .filter(|(own, _)| own.tag().is_some() && own.name() == repository)
                .collect(),
            false => self.references.get(&wanted).map(|id| (wanted.clone(), id)).into_iter().collect(),
        };
        if tags.is_empty() {
            let shown = reference.familiar_name();
            let message = match all_tags {
                true => format!("An image does not exist locally with the tag: {shown}"),
                false if reference.tag().is_some() => {
                    format!("An image does not exist locally with the tag: {shown}")
                }
                false => format!("An image does not exist locally with the tag: {shown}"),
            };
            return Err(ApiError::new(ErrorKind::NotFound, message));
        }
        let domain = repository.split('/').next().unwrap_or_default().to_owned();
        if domain != "docker.io" && !PRIVATE.contains(&domain.as_str()) {
            return Err(unreachable(&domain));
        }
        tags.into_iter().map(|(tag, id)| self.push_tag(&domain, &tag, id)).collect()
    }

    fn push_tag(&mut self, domain: &str, reference: &Reference, id: Digest) -> Result<PushedTag, ApiError> {
        let image = self.images.get(&id).cloned();
        let image =
            image.ok_or_else(|| ApiError::new(ErrorKind::NotFound, format!("No such image: {id}")))?;
        let chains = image.config.rootfs.chain_ids();
        let name = reference.name();
        let mut layers: Vec<PushedLayer> = chains
            .iter()
            .zip(&image.config.rootfs.diff_ids)
            .map(|(chain, diff_id)| PushedLayer { digest: *diff_id, status: self.fate(&name, domain, chain) })
            .collect();
        layers.reverse();
        let path = name.split_once('/').map_or(name.as_str(), |(_, path)| path);
        let owner = path.split_once('/').map_or("", |(owner, _)| owner);
        if domain == "docker.io" && self.hub_user() != Some(owner) {
            let denied = "denied: requested access to the resource is denied".to_owned();
            return Ok(PushedTag { tag: String::new(), layers, outcome: Err(denied) });
        }
        let manifest = self.manifest_of(id)?.manifest();
        let pushed = Pushed {
            id,
            config: image.config.clone(),
            manifest: (digest::sha256(&manifest), manifest.len() as u64),
        };
        for chain in &chains {
            if let Some(layer) = self.layers.get(chain).cloned() {
                self.remotes.layers.insert(*chain, layer);
            }
            self.advance(PUSH_COST);
        }
        let tag = reference.tag().unwrap_or("latest").to_owned();
        let mut tags = self.remotes.repositories.get(&name).cloned().unwrap_or_default();
        let (digest, size) = pushed.manifest;
        tags.insert(tag.clone(), pushed);
        self.remotes.repositories.insert(name.clone(), tags);
        if let Ok(by_digest) = Reference::parse_normalized(&format!("{name}@{digest}")) {
            self.references.set(&by_digest, id);
        }
        self.tell("image", "push", reference.familiar(), &[("name", &reference.familiar_name())]);
        Ok(PushedTag { tag, layers, outcome: Ok((digest, size)) })
    }

    /// What happens to a layer on its way: it is there already, in this repository or in another one of the registry.
    fn fate(&self, name: &str, domain: &str, chain: &Digest) -> String {
        let has = |tags: &im::OrdMap<String, Pushed>| {
            tags.values().any(|pushed| pushed.config.rootfs.chain_ids().contains(chain))
        };
        if self.remotes.repositories.get(name).is_some_and(has) {
            return "Layer already exists".to_owned();
        }
        let elsewhere = self
            .remotes
            .repositories
            .iter()
            .find(|(other, tags)| other.split('/').next() == Some(domain) && has(tags));
        match elsewhere {
            Some((other, _)) => {
                let path = other.split_once('/').map_or(other.as_str(), |(_, path)| path);
                format!("Mounted from {path}")
            }
            None => "Pushed".to_owned(),
        }
    }

    /// An image as a registry has it.
    pub(super) fn manifest_of(&self, id: Digest) -> Result<RemoteImage, ApiError> {
        let image = self.images.get(&id);
        let image =
            image.ok_or_else(|| ApiError::new(ErrorKind::NotFound, format!("No such image: {id}")))?;
        let mut layers = Vec::new();
        for chain in image.config.rootfs.chain_ids() {
            let Some(layer) = self.layers.get(&chain) else { continue };
            let changes = self.layers.changes(&chain)?.clone();
            let size = match self.layers.tar(&chain)? {
                Some(tar) => tar.len(),
                None => oci::layer::digest(&changes, layer.style).len,
            };
            layers.push(RemoteLayer { digest: layer.diff_id, size, style: layer.style, changes });
        }
        Ok(RemoteImage { config: (*image.config).clone(), layers })
    }
}
