//! The build engine: image store, cache, classic builder and containers.
//!
//! [`Engine`] is the daemon's state as a value; [`Runtime`] is what it needs from outside. Both together answer what
//! `api::Backend` asks.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod build;
mod buildkit;
mod containers;
mod download;
mod engine;
mod happenings;
mod ids;
mod images;
mod layers;
mod names;
mod networks;
mod paths;
mod platform;
mod remote;
mod runtime;
mod saved;
mod volumes;

pub use containers::{Container, Files, Health, LogEntry, Probe};
pub use engine::Engine;
pub use ids::Ids;
pub use images::{Image, References};
pub use layers::Layer;
pub use networks::{HostTraffic, Network, WireStep};
use oci::Reference;
pub use runtime::Runtime;
pub use saved::{LoadError, Parts, Saved};
pub use volumes::Volume;
