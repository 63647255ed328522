use std::time::Duration;

use api::{ApiError, DaemonEvent, DockerVersion, Event, EventKind, Io, KeyPart};
use digest::{Digest, Id};
use im::{OrdMap, Vector};
use vfs::{ChangeSet, Time, Tree};

use crate::buildkit::BuildCache;
use crate::containers::Container;
use crate::ids::Ids;
use crate::images::{Image, References};
use crate::layers::{Layer, Layers};
use crate::networks::{self, Link, Network};
use crate::remote::Remotes;
use crate::volumes::{Bind, Volume};

/// The daemon's state as a value: images, names, layers, containers, clock and the source of ids.
///
/// Cloning is cheap and shares everything; a call on a clone leaves the original as it was. Processes of running
/// containers are not in it: they live in [`crate::Runtime`].
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) version: DockerVersion,
    pub(crate) clock: Time,
    pub(crate) ids: Ids,
    pub(crate) layers: Layers,
    pub(crate) images: OrdMap<Digest, Image>,
    pub(crate) references: References,
    pub(crate) containers: OrdMap<Id, Container>,
    pub(crate) volumes: OrdMap<String, Volume>,
    pub(crate) networks: OrdMap<Id, Network>,
    /// Connections between containers.
    pub(crate) links: Vector<Link>,
    /// Folders of the client's host that containers have mounted, by path.
    pub(crate) binds: OrdMap<String, Bind>,
    /// Cache keys of images that builds made here, to explain misses.
    pub(crate) facts: OrdMap<Digest, Vec<KeyPart>>,
    /// Whether Docker 29 keeps images by a graph driver, as upgraded installations do.
    pub(crate) graph_driver: bool,
    /// What BuildKit keeps.
    pub(crate) build_cache: BuildCache,
    pub(crate) log: Vector<Event>,
    /// What was pushed, and who is logged in.
    pub(crate) remotes: Remotes,
    /// What `docker events` tells.
    pub(crate) happenings: Vector<DaemonEvent>,
}

impl Engine {
    /// A daemon that has no images yet, with its clock at `clock`. The same `seed` gives the same ids.
    pub fn new(version: DockerVersion, clock: Time, seed: u64) -> Self {
        Engine {
            version,
            clock,
            ids: Ids::new(seed),
            layers: Layers::default(),
            images: OrdMap::new(),
            references: References::default(),
            containers: OrdMap::new(),
            volumes: OrdMap::new(),
            networks: networks::predefined(clock).collect(),
            links: Vector::new(),
            binds: OrdMap::new(),
            facts: OrdMap::new(),
            graph_driver: false,
            build_cache: BuildCache::default(),
            log: Vector::new(),
            remotes: Remotes::default(),
            happenings: Vector::new(),
        }
    }

    /// Which Docker this is.
    pub fn version(&self) -> DockerVersion {
        self.version
    }

    /// Makes it another Docker from here on.
    pub fn set_version(&mut self, version: DockerVersion) {
        self.version = version;
    }

    /// Keeps images by a graph driver, as an upgraded Docker 29 does, instead of by containerd.
    pub fn use_graph_driver(&mut self) {
        self.graph_driver = true;
    }

    /// The daemon's clock.
    pub fn now(&self) -> Time {
        self.clock
    }

    /// Lets virtual time pass.
    pub fn advance(&mut self, by: Duration) {
        self.clock = self.clock + by;
    }

    /// Everything that happened in builds and pulls, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.log.iter()
    }

    /// The layers of the store, by chain id.
    pub fn layers(&self) -> impl Iterator<Item = (&Digest, &Layer)> {
        self.layers.iter()
    }

    /// A layer by its chain id.
    pub fn layer(&self, chain: &Digest) -> Option<&Layer> {
        self.layers.get(chain)
    }

    /// What a layer changes of the layers below it.
    ///
    /// # Errors
    /// There is none with this chain id, or that of a saved state cannot be read.
    pub fn layer_changes(&self, chain: &Digest) -> Result<&ChangeSet, ApiError> {
        self.layers.changes(chain)
    }

    /// The names of images, sorted.
    pub fn references(&self) -> impl Iterator<Item = (oci::Reference, Digest)> {
        self.references.iter()
    }

    /// Notes an event and tells the caller.
    pub(crate) fn emit(&mut self, io: &mut dyn Io, kind: EventKind) {
        let event = Event { at: self.clock, kind };
        io.event(&event);
        self.log.push_back(event);
    }

    /// The file system of a chain of layers; that of no layers is one empty directory.
    ///
    /// # Errors
    /// A layer of a saved state cannot be read.
    pub(crate) fn tree_of(&self, chain: Option<Digest>) -> Result<Tree, ApiError> {
        self.layers.tree(chain, self.clock)
    }
}
