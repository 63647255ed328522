use api::{ApiError, ErrorKind, EventKind, Io, PullEvent};
use digest::Digest;
use oci::Reference;

use super::{PRIVATE, Pushed};
use crate::{Engine, Runtime};

impl Engine {
    /// The manifest of an image in a registry, as `docker manifest inspect` shows it.
    ///
    /// # Errors
    /// There is none.
    pub fn manifest(&self, runtime: &Runtime, name: &str) -> Result<String, ApiError> {
        let reference = Reference::parse_normalized(name)
            .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?
            .with_default_tag();
        if let Some(pushed) = self.find_pushed(&reference)
            && self.images.contains_key(&pushed.id)
        {
            return Ok(self.manifest_of(pushed.id)?.manifest());
        }
        let missing =
            || ApiError::new(ErrorKind::NotFound, format!("no such manifest: {}", reference.familiar()));
        runtime.registry.resolve(&reference).map(|image| image.manifest()).map_err(|_| missing())
    }

    /// The image that was pushed under a name.
    fn find_pushed(&self, reference: &Reference) -> Option<&Pushed> {
        let tags = self.remotes.repositories.get(&reference.name())?;
        match reference.digest() {
            Some(digest) => tags.values().find(|pushed| pushed.manifest.0 == digest),
            None => tags.get(reference.tag().unwrap_or("latest")),
        }
    }

    /// Pulls an image that was pushed; none where the name is for another registry.
    pub(crate) fn pull_pushed(
        &mut self,
        reference: &Reference,
        io: &mut dyn Io,
    ) -> Option<Result<Digest, ApiError>> {
        let name = reference.name();
        let (domain, path) = name.split_once('/')?;
        let Some(pushed) = self.find_pushed(reference).cloned() else {
            let is_private = PRIVATE.contains(&domain);
            if !is_private {
                let is_local = domain.starts_with("localhost") || domain.starts_with("127.");
                return is_local.then(|| Err(super::login::unreachable(domain)));
            }
            let shown = reference.familiar();
            let message = format!("manifest for {shown} not found: manifest unknown: manifest unknown");
            return Some(Err(ApiError::new(ErrorKind::NotFound, message)));
        };
        let tag = reference.tag().map_or_else(|| reference.to_string(), str::to_owned);
        self.emit(io, EventKind::Pull(PullEvent::Started { tag, repository: path.to_owned() }));
        let known = self.references.get(reference) == Some(pushed.id);
        if !known {
            self.take_pushed_layers(&pushed, io);
        }
        let id = self.add_image((*pushed.config).clone(), None);
        let shown = reference.familiar();
        let status = match known {
            true => format!("Image is up to date for {shown}"),
            false => format!("Downloaded newer image for {shown}"),
        };
        let digest = pushed.manifest.0;
        self.emit(io, EventKind::Pull(PullEvent::Finished { digest, status }));
        self.references.set(reference, id);
        if let Ok(by_digest) = Reference::parse_normalized(&format!("{name}@{digest}")) {
            self.references.set(&by_digest, id);
        }
        Some(Ok(id))
    }

    fn take_pushed_layers(&mut self, pushed: &Pushed, io: &mut dyn Io) {
        for chain in pushed.config.rootfs.chain_ids() {
            let Some(layer) = self.remotes.layers.get(&chain).cloned() else { continue };
            let words: &[&str] = match self.layers.get(&chain).is_some() {
                true => &["Already exists"],
                false => &["Pulling fs layer", "Verifying Checksum", "Download complete", "Pull complete"],
            };
            for status in words {
                let status = (*status).to_owned();
                self.emit(io, EventKind::Pull(PullEvent::Layer { digest: layer.diff_id, status }));
            }
            self.layers.add(layer);
        }
    }
}
