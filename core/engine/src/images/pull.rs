use crate::Reference;
use api::{ApiError, DockerVersion, ErrorKind, EventKind, Io, PullEvent, PullRequest};
use digest::Digest;
use registry::{RegistryError, RemoteImage};
use std::time::Duration;

use crate::layers::chain_id;
use crate::{Engine, Runtime};

/// What each stage of a layer's way takes.
const PULL_COST: Duration = Duration::from_millis(120);

impl Engine {
    /// `docker pull`.
    ///
    /// # Errors
    /// What the registry answers.
    pub fn pull(
        &mut self,
        runtime: &Runtime,
        request: &PullRequest,
        io: &mut dyn Io,
    ) -> Result<Digest, ApiError> {
        let reference = Reference::parse_normalized(&request.reference)
            .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?
            .with_default_tag();
        self.pull_reference(runtime, &reference, io)
    }

    /// The same for a reference that has a tag or digest.
    pub(crate) fn pull_reference(
        &mut self,
        runtime: &Runtime,
        reference: &Reference,
        io: &mut dyn Io,
    ) -> Result<Digest, ApiError> {
        if reference.familiar_name() == "scratch" {
            return Err(ApiError::new(ErrorKind::BadRequest, "'scratch' is a reserved name"));
        }
        if let Some(pulled) = self.pull_pushed(reference, io) {
            return pulled;
        }
        let remote =
            runtime.registry.resolve(reference).map_err(|error| refusal(error, self.version, reference))?;
        let manifest = remote.manifest_digest();
        let tag = match reference.digest() {
            Some(_) => reference.to_string(),
            None => reference.tag().unwrap_or("latest").to_owned(),
        };
        let path = reference.name();
        let repository = path.split_once('/').map_or(&*path, |(_, path)| path).to_owned();
        self.emit(io, EventKind::Pull(PullEvent::Started { tag, repository }));
        let known = self.references.get(reference) == Some(remote.config.id());
        if !known {
            self.fetch_layers(&remote, io)?;
        }
        let id = self.add_image(remote.config, None);
        let shown = reference.familiar();
        let status = match known {
            true => format!("Image is up to date for {shown}"),
            false => format!("Downloaded newer image for {shown}"),
        };
        self.emit(io, EventKind::Pull(PullEvent::Finished { digest: manifest, status }));
        self.references.set(reference, id);
        let by_digest = format!("{}@{manifest}", reference.name());
        if let Ok(by_digest) = Reference::parse_normalized(&by_digest) {
            self.references.set(&by_digest, id);
        }
        Ok(id)
    }

    /// Fetches the layers that the store does not have, lowest first; each is told of as docker tells it.
    fn fetch_layers(&mut self, remote: &RemoteImage, io: &mut dyn Io) -> Result<(), ApiError> {
        let mut chain = None;
        for layer in &remote.layers {
            let next = chain_id(chain, layer.digest);
            let known = self.layers.get(&next).is_some();
            let words: &[&str] = match (known, self.version) {
                (true, _) => &["Already exists"],
                (false, DockerVersion::V29) => &["Pulling fs layer", "Download complete", "Pull complete"],
                (false, DockerVersion::V20_10) => {
                    &["Pulling fs layer", "Verifying Checksum", "Download complete", "Pull complete"]
                }
            };
            for status in words {
                let status = (*status).to_owned();
                self.emit(io, EventKind::Pull(PullEvent::Layer { digest: layer.digest, status }));
                self.advance(PULL_COST);
            }
            if !known {
                self.register_layer(chain, layer.digest, layer.style, layer.changes.clone())?;
            }
            chain = Some(next);
        }
        Ok(())
    }
}

fn refusal(error: RegistryError, version: DockerVersion, reference: &Reference) -> ApiError {
    let kind = match error {
        RegistryError::NoSuchRegistry(_) => ErrorKind::NotSimulated,
        _ => ErrorKind::NotFound,
    };
    match (kind, version) {
        (ErrorKind::NotFound, DockerVersion::V29) => ApiError::new(
            kind,
            format!("failed to resolve reference \"{reference}\": {reference}: not found"),
        ),
        _ => ApiError::new(kind, error.to_string()),
    }
}
