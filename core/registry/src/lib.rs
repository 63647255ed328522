//! Image registries: the trait and the in-memory registry.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod memory;
mod remote;

pub use memory::{Make, MemoryRegistry, Offer};
pub use remote::{Registry, RegistryError, RemoteImage, RemoteLayer};
