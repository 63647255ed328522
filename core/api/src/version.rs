use serde::{Deserialize, Serialize};

/// Which Docker is simulated, in semantics and in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DockerVersion {
    /// Docker 20.10.24: the classic builder is the default.
    #[default]
    #[serde(rename = "20.10")]
    V20_10,
    /// Docker 29.7 of August 2026: BuildKit and the containerd image store are the default.
    #[serde(rename = "29")]
    V29,
}
