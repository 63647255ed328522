//! Pushing: a private registry beside the hub, and who has logged in where.

mod login;
mod push;
mod pushed;

use std::sync::Arc;

use digest::Digest;
use im::OrdMap;
use oci::ImageConfig;

use crate::layers::Layer;

/// The private registry that the simulation has, by its two names.
pub(crate) const PRIVATE: [&str; 2] = ["localhost:5000", "127.0.0.1:5000"];

/// What was pushed, to the private registry and to the hub.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remotes {
    /// Domain and path, to tag, to image.
    pub(crate) repositories: OrdMap<String, OrdMap<String, Pushed>>,
    /// The layers of all of them, by chain id.
    pub(crate) layers: OrdMap<Digest, Layer>,
    /// Who is logged in, by registry.
    pub(crate) logins: OrdMap<String, String>,
}

/// An image in a registry.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    /// Its id: the digest of its configuration.
    pub(crate) id: Digest,
    /// The configuration as it was pushed.
    pub(crate) config: Arc<ImageConfig>,
    /// Digest and length of its manifest.
    pub(crate) manifest: (Digest, u64),
}
