use serde::{Deserialize, Serialize};
use vfs::{Time, Tree};

/// What is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountKind {
    /// A volume.
    #[default]
    Volume,
    /// A folder or file of the host.
    Bind,
    /// An empty file system in memory.
    Tmpfs,
}

impl MountKind {
    /// Docker's word for it.
    pub fn name(self) -> &'static str {
        match self {
            MountKind::Volume => "volume",
            MountKind::Bind => "bind",
            MountKind::Tmpfs => "tmpfs",
        }
    }
}

/// `--mount`, taken apart by the client; the daemon checks what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountRequest {
    /// `type`, as given.
    pub kind: String,
    /// `source`.
    pub source: String,
    /// `target`.
    pub target: String,
    /// `readonly`.
    pub read_only: bool,
    /// `volume-nocopy`.
    pub no_copy: bool,
    /// Options of a tmpfs, as mount(8) takes them.
    pub options: String,
}

/// What a container has mounted: one entry of `.Mounts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountPoint {
    /// What it is.
    pub kind: MountKind,
    /// The volume's name; empty for others.
    pub name: String,
    /// The folder on the host; empty for a tmpfs.
    pub source: String,
    /// Absolute path in the container.
    pub destination: String,
    /// Whether writes fail.
    pub read_only: bool,
    /// The mode as given with `-v`, and for a tmpfs its mount options.
    pub mode: String,
    /// Whether the volume was made for this container, without a name.
    pub anonymous: bool,
}

/// `POST /volumes/create`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VolumeRequest {
    /// The name; an id is drawn without one.
    pub name: Option<String>,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--driver`; empty for `local`.
    pub driver: String,
}

/// A volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeSummary {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Time,
    /// Its labels, sorted.
    pub labels: Vec<(String, String)>,
    /// Where it lies on the daemon's host.
    pub mountpoint: String,
    /// How many containers have it mounted.
    pub links: usize,
    /// Bytes in it.
    pub size: u64,
}

/// What a prune of volumes, containers or networks did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Names or ids of what is gone.
    pub removed: Vec<String>,
    /// Bytes set free.
    pub reclaimed: u64,
}

/// A folder of the host that containers write to: what the daemon was given, and what it is now.
#[derive(Clone, Debug)]
pub struct BindChange {
    /// Absolute path on the host.
    pub source: String,
    /// As the client gave it.
    pub before: Tree,
    /// As the containers left it.
    pub after: Tree,
}
