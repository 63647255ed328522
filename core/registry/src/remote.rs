use digest::{Digest, sha256};
use oci::layer::LayerStyle;
use oci::{ImageConfig, Reference};
use thiserror::Error;
use vfs::ChangeSet;

/// Where images come from.
pub trait Registry {
    /// The image that a reference names.
    ///
    /// # Errors
    /// What the registry answers when there is none.
    fn resolve(&self, reference: &Reference) -> Result<RemoteImage, RegistryError>;
}

/// An image as a registry offers it.
#[derive(Clone, Debug)]
pub struct RemoteImage {
    /// Its configuration.
    pub config: ImageConfig,
    /// Its layers, lowest first.
    pub layers: Vec<RemoteLayer>,
}

/// A layer as a registry offers it: an uncompressed tar, so that the digest of the blob is the diff id.
#[derive(Clone, Debug)]
pub struct RemoteLayer {
    /// SHA-256 of the tar.
    pub digest: Digest,
    /// Its length.
    pub size: u64,
    /// How that tar is spelled.
    pub style: LayerStyle,
    /// What it holds.
    pub changes: ChangeSet,
}

/// Why a registry has no answer, in the words that the hub's answer gets from docker.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegistryError {
    /// There is no such repository, or it is not for everyone: the hub does not say which.
    #[error(
        "pull access denied for {0}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
    )]
    Denied(String),
    /// The repository has no such tag or digest.
    #[error("manifest for {0} not found: manifest unknown: manifest unknown")]
    ManifestUnknown(String),
    /// There is no registry of that name in the simulation.
    #[error("the registry {0} is not simulated")]
    NoSuchRegistry(String),
    /// The registry has the image and cannot give it.
    #[error("the registry cannot give {0}: {1}")]
    Unreadable(String, String),
}

impl RemoteImage {
    /// Digest of the image's manifest (Docker image manifest, version 2, schema 2).
    pub fn manifest_digest(&self) -> Digest {
        sha256(self.manifest())
    }

    /// That manifest.
    pub fn manifest(&self) -> String {
        let config = self.config.to_json();
        let layers = self.layers.iter().map(|layer| {
            let kind = "application/vnd.docker.image.rootfs.diff.tar";
            descriptor(kind, layer.size, layer.digest)
        });
        let layers: Vec<String> = layers.collect();
        let kind = "application/vnd.docker.container.image.v1+json";
        format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{},"layers":[{}]}}"#,
            descriptor(kind, config.len() as u64, sha256(&config)),
            layers.join(",")
        )
    }
}

fn descriptor(media_type: &str, size: u64, digest: Digest) -> String {
    format!(r#"{{"mediaType":"{media_type}","size":{size},"digest":"{digest}"}}"#)
}
