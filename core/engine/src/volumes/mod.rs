//! Volumes, and folders of the host: file systems that containers share and that outlive them.

mod binds;
mod spec;
mod store;
mod sync;

use digest::Digest;
use vfs::{Time, Tree};

use crate::saved::Shelf;

pub(crate) use spec::{MountSource, Wanted, check_tmpfs, volumes_from, wanted};

/// A volume as the daemon keeps it.
#[derive(Clone, Debug)]
pub struct Volume {
    /// When it was made.
    pub created: Time,
    /// Its labels, sorted.
    pub labels: Vec<(String, String)>,
    /// Whether it was made for one container, without a name.
    pub anonymous: bool,
    pub(crate) files: Shelf<Shared>,
}

/// A folder or file of the client's host that containers have mounted.
#[derive(Clone, Debug)]
pub(crate) struct Bind {
    pub(crate) files: Shelf<Shared>,
    /// As the client gave it last, or was told last.
    pub(crate) known: Option<Tree>,
}

/// Files that several containers may have mounted.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    /// What is there.
    pub(crate) tree: Tree,
    /// Counts changes, so that whoever has it mounted sees that another has changed it.
    pub(crate) version: u64,
}

impl Shared {
    pub(crate) fn new(tree: Tree) -> Shelf<Shared> {
        Shelf::new(Shared { tree, version: 0 })
    }
}

impl crate::Engine {
    /// Shared files, from their part if need be.
    pub(crate) fn read_shared(&self, part: Option<Digest>) -> Result<Shared, api::ApiError> {
        let (tree, version) = self.layers.read(part)?;
        Ok(Shared { tree, version })
    }
}
