use digest::Digest;
use serde::{Deserialize, Serialize};
use vfs::Time;

use super::container::{ContainerConfig, nullable};
use super::spelling::ConfigStyle;
use crate::{FormatError, to_json};

/// The configuration of an image: what it runs, what it is made of and how it was made. Its bytes name the image in
/// the classic store.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ImageConfig {
    /// Go's name of the architecture, e.g. `amd64`.
    #[serde(default)]
    pub architecture: String,
    /// `MAINTAINER` or `--author`.
    #[serde(default)]
    pub author: String,
    /// Message of a commit or import.
    #[serde(default)]
    pub comment: String,
    /// How it runs.
    #[serde(default, deserialize_with = "nullable")]
    pub config: ContainerConfig,
    /// Hexadecimal id of the container that it was committed from; empty if unknown.
    #[serde(default)]
    pub container: String,
    /// The configuration of that container; written in Docker's style alone.
    #[serde(default, deserialize_with = "nullable")]
    pub container_config: ContainerConfig,
    /// When it was made; none is Go's zero time.
    #[serde(default, deserialize_with = "time::read")]
    pub created: Option<Time>,
    /// Version of the daemon that made it; empty for BuildKit's.
    #[serde(default)]
    pub docker_version: String,
    /// How it was made, oldest first.
    #[serde(default, deserialize_with = "nullable")]
    pub history: Vec<History>,
    /// Go's name of the operating system.
    #[serde(default)]
    pub os: String,
    /// Version of the operating system (Windows).
    #[serde(default, rename = "os.version")]
    pub os_version: String,
    /// Features of the operating system (Windows).
    #[serde(default, rename = "os.features", deserialize_with = "nullable")]
    pub os_features: Vec<String>,
    /// Its layers.
    #[serde(default, deserialize_with = "nullable")]
    pub rootfs: RootFs,
    /// Variant of the architecture, e.g. `v7`.
    #[serde(default)]
    pub variant: String,
    /// How it is written. A document that has `container_config` is read as Docker's.
    #[serde(skip)]
    pub style: ConfigStyle,
}

/// One step of an image's making.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct History {
    /// When it was done; none is Go's zero time.
    #[serde(default, deserialize_with = "time::read")]
    pub created: Option<Time>,
    /// The author at that time.
    #[serde(default)]
    pub author: String,
    /// The command.
    #[serde(default)]
    pub created_by: String,
    /// A remark.
    #[serde(default)]
    pub comment: String,
    /// Whether it made no layer.
    #[serde(default)]
    pub empty_layer: bool,
}

/// The layers of an image, the lowest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// SHA-256 of each layer's uncompressed tar.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "nullable")]
    pub diff_ids: Vec<Digest>,
}

impl Default for RootFs {
    fn default() -> Self {
        RootFs { kind: "layers".to_owned(), diff_ids: Vec::new() }
    }
}

impl RootFs {
    /// The chain ids of the OCI image spec: one for each layer, naming it with all layers below.
    pub fn chain_ids(&self) -> Vec<Digest> {
        let mut chain: Vec<Digest> = Vec::with_capacity(self.diff_ids.len());
        for diff_id in &self.diff_ids {
            chain.push(match chain.last() {
                Some(below) => digest::sha256(format!("{below} {diff_id}")),
                None => *diff_id,
            });
        }
        chain
    }
}

impl ImageConfig {
    /// The config of an empty linux/amd64 image.
    pub fn new(style: ConfigStyle) -> Self {
        ImageConfig {
            architecture: "amd64".to_owned(),
            author: String::new(),
            comment: String::new(),
            config: ContainerConfig::default(),
            container: String::new(),
            container_config: ContainerConfig::default(),
            created: None,
            docker_version: String::new(),
            history: Vec::new(),
            os: "linux".to_owned(),
            os_version: String::new(),
            os_features: Vec::new(),
            rootfs: RootFs::default(),
            variant: String::new(),
            style,
        }
    }

    /// Reads a config as Docker does: unknown keys are ignored, missing ones are zero.
    ///
    /// # Errors
    /// The JSON is broken or has values of other types.
    pub fn from_json(bytes: &[u8]) -> Result<Self, FormatError> {
        #[derive(Deserialize)]
        struct Probe {
            container_config: Option<serde::de::IgnoredAny>,
        }
        let mut config: ImageConfig = serde_json::from_slice(bytes)?;
        let probe: Probe = serde_json::from_slice(bytes)?;
        config.style = if probe.container_config.is_some() { ConfigStyle::Docker } else { ConfigStyle::Oci };
        Ok(config)
    }

    /// The bytes, as the builder of its style writes them.
    pub fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }

    /// The image's id in the classic store: the digest of [`ImageConfig::to_json`]. An image that came from elsewhere
    /// is named by the bytes that came, which may be spelled otherwise.
    pub fn id(&self) -> Digest {
        digest::sha256(self.to_json())
    }
}

/// Times as Go writes them in JSON.
pub(super) mod time {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer};
    use vfs::Time;

    const ZERO: &str = "0001-01-01T00:00:00Z";

    pub(in crate::config) fn text(time: Option<Time>) -> String {
        time.map_or_else(|| ZERO.to_owned(), Time::rfc3339)
    }

    pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Time>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        match text.as_deref() {
            None | Some(ZERO) => Ok(None),
            Some(text) => Time::parse_rfc3339(text)
                .map(Some)
                .ok_or_else(|| D::Error::custom(format!("cannot parse {text:?} as an RFC 3339 time"))),
        }
    }
}
