//! Networks: which containers reach each other, under which addresses and names.

mod address;
mod endpoints;
mod host;
mod links;
mod names;
mod ports;
mod sharing;
mod store;
mod switch;
mod wire;

use digest::{Hasher, Id};
use kernel::Address;
use serde::{Deserialize, Serialize};
use vfs::Time;

pub(crate) use address::Subnet;
pub(crate) use endpoints::Endpoint;
pub(crate) use host::HostEnd;
pub(crate) use switch::Watch;
pub use wire::{HostTraffic, WireStep};
pub(crate) use wire::{Link, Nic, Wire, apply};

/// A network as the daemon keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// `bridge`, `host` or `null`.
    pub driver: String,
    /// When it was made.
    pub created: Time,
    /// Its labels, sorted.
    pub labels: Vec<(String, String)>,
    /// Whether it has no way out.
    pub internal: bool,
    pub(crate) subnet: Option<Subnet>,
    pub(crate) gateway: Option<Address>,
    /// Whether docker made it itself.
    pub(crate) predefined: bool,
}

/// The networks that every daemon has. Their ids are made of the names, so that no id is drawn for them.
pub(crate) fn predefined(created: Time) -> impl Iterator<Item = (Id, Network)> {
    let bridge = Subnet { base: [172, 17, 0, 0], prefix: 16 };
    [("bridge", "bridge", Some(bridge)), ("host", "host", None), ("none", "null", None)].into_iter().map(
        move |(name, driver, subnet)| {
            let network = Network {
                name: name.to_owned(),
                driver: driver.to_owned(),
                created,
                labels: Vec::new(),
                internal: false,
                gateway: subnet.map(|subnet| subnet.host(1)),
                subnet,
                predefined: true,
            };
            (derived(&["network", name]), network)
        },
    )
}

/// An id that follows from others.
pub(crate) fn derived(parts: &[&str]) -> Id {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    Id::from_bytes(*hasher.finish().as_bytes())
}
