use digest::Id;
use vfs::Time;

/// `POST /networks/create`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkRequest {
    /// Its name.
    pub name: String,
    /// `--driver`; empty for `bridge`.
    pub driver: String,
    /// `--subnet`; empty for the next free one.
    pub subnet: String,
    /// `--gateway`; empty for the subnet's first address.
    pub gateway: String,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--internal`.
    pub internal: bool,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkSummary {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Time,
    /// `bridge`, `host` or `null`.
    pub driver: String,
    /// Whether it has no way out.
    pub internal: bool,
    /// Its labels, sorted.
    pub labels: Vec<(String, String)>,
    /// `172.18.0.0/16`; empty where there are no addresses.
    pub subnet: String,
    /// The bridge's own address; empty likewise.
    pub gateway: String,
    /// Whether docker has made it itself.
    pub predefined: bool,
    /// The running containers on it, by id.
    pub endpoints: Vec<EndpointView>,
}

/// A container's place on a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointView {
    /// The network's name.
    pub network: String,
    /// Its id; none when it is gone.
    pub network_id: Option<Id>,
    /// The container, and its name.
    pub container: Option<Id>,
    /// The container's name.
    pub container_name: String,
    /// The endpoint's own id, while the container runs.
    pub id: Option<Id>,
    /// Other names that it is found by.
    pub aliases: Vec<String>,
    /// The address asked for.
    pub requested: String,
    /// Its address, while the container runs.
    pub address: String,
    /// How many bits of it name the network.
    pub prefix: u8,
    /// The network's gateway.
    pub gateway: String,
    /// Its hardware address.
    pub mac: String,
}

/// `POST /networks/NAME/connect`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectRequest {
    /// The network as typed.
    pub network: String,
    /// The container as typed.
    pub container: String,
    /// `--alias`.
    pub aliases: Vec<String>,
    /// `--ip`; empty for the next free one.
    pub ip: String,
}
