//! OCI and Docker image formats: references, configs, manifests, layers, layouts and archives.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod config;
mod json;
pub mod layer;
pub mod reference;

pub use config::{ConfigStyle, ContainerConfig, HealthConfig, History, ImageConfig, RootFs};
pub use json::{FormatError, to_json, to_json_indented};
pub use reference::{Reference, ReferenceError};
