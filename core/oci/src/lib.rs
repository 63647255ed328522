//! OCI and Docker image formats: references, configs, manifests, layers, layouts and archives.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod blobs;
mod config;
pub mod docker_archive;
mod json;
pub mod layer;
pub mod layout;
pub mod manifest;
pub mod reference;

pub use blobs::{BlobError, Blobs, MemoryBlobs};
pub use config::{ConfigStyle, ContainerConfig, HealthConfig, History, ImageConfig, RootFs};
pub use json::{FormatError, to_json, to_json_indented};
pub use manifest::{Descriptor, Index, Manifest, Platform};
pub use reference::{Reference, ReferenceError};
