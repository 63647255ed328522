use std::rc::Rc;
use std::sync::Arc;

use api::{
    ApiError, Backend, BindChange, BuildReply, BuildRequest, CacheRecord, ConnectRequest, ContainerInspect,
    ContainerSummary, CreateReply, CreateRequest, DaemonEvent, DockerVersion, ExecRequest, FileChange,
    HistoryRow, ImageInspect, ImageQuery, ImageRemoval, ImageSummary, ImportRequest, Io, LoadedImage,
    NetworkRequest, NetworkSummary, PathStat, PruneReport, Pruned, PullRequest, PushedTag, SolveReply,
    SolveRequest, StartReply, StatsRow, Stream, TopRow, UpdateRequest, VolumeRequest, VolumeSummary,
};
use catalog::{Catalog, Damaged};
use digest::{Digest, Id};
use engine::{Engine, LoadError, Parts, Runtime, Saved};
use oci::{BlobError, Blobs, Index};
use thiserror::Error;
use vfs::{Time, Tree};

use crate::hub::hub;
use crate::layout;

/// How a world begins.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which Docker it holds.
    pub version: DockerVersion,
    /// What its clock says.
    pub clock: Time,
    /// Where its ids come from.
    pub seed: u64,
}

impl Default for Options {
    /// Docker 20.10.24 on the first day of October 2024, three weeks after Alpine 3.20.3.
    fn default() -> Self {
        Options { version: DockerVersion::V20_10, clock: Time::from_secs(1_727_776_800), seed: 0 }
    }
}

/// Why a world cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The embedded facts are damaged.
    #[error(transparent)]
    Facts(#[from] Damaged),
    /// The saved state is.
    #[error(transparent)]
    State(#[from] LoadError),
}

/// One simulated Docker world.
pub struct Simulator {
    engine: Engine,
    runtime: Runtime,
}

impl Simulator {
    /// A new world with an empty image store.
    ///
    /// # Errors
    /// The embedded facts are damaged.
    pub fn new(options: Options) -> Result<Self, Damaged> {
        Ok(Simulator::of(options, &Rc::new(Catalog::new()?)))
    }

    /// A new world on a catalogue, some of whose files may be brought later.
    pub fn of(options: Options, catalog: &Rc<Catalog>) -> Self {
        let registry = Rc::new(hub(catalog));
        let runtime = Runtime::new(catalog.loader(), registry, kernel::Limits::default());
        Simulator { engine: Engine::new(options.version, options.clock, options.seed), runtime }
    }

    /// The same world once more, to try something in: what happens in one is not seen in the other. Processes of
    /// running containers are brought back from their journals when they are needed.
    #[must_use]
    pub fn fork(&self) -> Self {
        let Runtime { loader, registry, limits, .. } = &self.runtime;
        Simulator {
            engine: self.engine.clone(),
            runtime: Runtime::new(Rc::clone(loader), Rc::clone(registry), *limits),
        }
    }

    /// Gives each container these budgets from here on.
    pub fn set_limits(&mut self, limits: kernel::Limits) {
        self.runtime.limits = limits;
    }

    /// The programs of the catalogue.
    pub fn loader(&self) -> Rc<dyn kernel::Loader> {
        Rc::clone(&self.runtime.loader)
    }

    /// The world that [`Simulator::save`] wrote. What its containers were doing is over.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn load(document: &[u8], parts: Arc<dyn Parts>) -> Result<Self, OpenError> {
        Ok(Simulator::load_on(document, parts, &Rc::new(Catalog::new()?))?)
    }

    /// [`Simulator::load`] on a catalogue.
    ///
    /// # Errors
    /// The state's.
    pub fn load_on(document: &[u8], parts: Arc<dyn Parts>, catalog: &Rc<Catalog>) -> Result<Self, LoadError> {
        let mut simulator = Simulator::of(Options::default(), catalog);
        simulator.engine = Engine::load(document, parts)?;
        Ok(simulator)
    }

    /// Lets the world come to a time, if it is not there yet.
    pub fn reach(&mut self, time: Time) {
        self.engine.run_up_to(&mut self.runtime, time);
    }

    /// A world of its own that begins as this one is; what its containers are doing goes on here alone.
    pub fn branch(&self) -> Simulator {
        Simulator { engine: self.engine.clone(), runtime: self.runtime.fresh() }
    }

    /// The world as bytes: a document, and the parts that were not saved before.
    ///
    /// # Errors
    /// One sentence: something that an earlier state holds and that cannot be read.
    pub fn save(&self) -> Result<Saved, String> {
        self.engine.save()
    }

    /// The image store as an OCI image layout: stores its blobs and gives its index.
    ///
    /// # Errors
    /// The store's; a layer of a saved state that cannot be read.
    pub fn export(&self, blobs: &mut dyn Blobs) -> Result<Index, BlobError> {
        layout::export(&self.engine, blobs)
    }

    /// One image of the store as such a layout.
    ///
    /// # Errors
    /// There is no such image; those of [`Simulator::export`].
    pub fn export_image(&self, name: &str, blobs: &mut dyn Blobs) -> Result<Index, BlobError> {
        layout::export_image(&self.engine, name, blobs)
    }

    /// Keeps images by a graph driver, as an upgraded Docker 29 does.
    pub fn use_graph_driver(&mut self) {
        self.engine.use_graph_driver();
    }

    /// Makes it another Docker from here on; what is in its store stays.
    pub fn set_version(&mut self, version: DockerVersion) {
        self.engine.set_version(version);
    }

    /// Takes what processes of the client's host want of the daemon's networks, and gives what has come for them.
    pub fn exchange(&mut self, at: Time, traffic: Vec<engine::HostTraffic>) -> Vec<(Time, engine::WireStep)> {
        self.engine.from_host(&mut self.runtime, at, traffic);
        self.engine.to_host(&mut self.runtime, at)
    }

    /// The processes of the client's host are gone.
    pub fn host_gone(&mut self) {
        self.engine.host_gone(&mut self.runtime);
    }

    /// The daemon's state.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Backend for Simulator {
    fn version(&self) -> DockerVersion {
        self.engine.version()
    }

    fn now(&self) -> Time {
        self.engine.now()
    }

    fn build(&mut self, request: &BuildRequest, io: &mut dyn Io) -> Result<BuildReply, ApiError> {
        self.engine.build(&mut self.runtime, request, io)
    }

    fn solve(&mut self, request: &SolveRequest, io: &mut dyn Io) -> Result<SolveReply, ApiError> {
        self.engine.solve(&mut self.runtime, request, io)
    }

    fn pull(&mut self, request: &PullRequest, io: &mut dyn Io) -> Result<Digest, ApiError> {
        self.engine.pull(&self.runtime, request, io)
    }

    fn import(&mut self, request: &ImportRequest) -> Result<Digest, ApiError> {
        self.engine.import(request)
    }

    fn save_images(&self, names: &[String]) -> Result<Vec<u8>, ApiError> {
        self.engine.save_images(names)
    }

    fn load_images(&mut self, archive: &[u8]) -> Result<Vec<LoadedImage>, ApiError> {
        self.engine.load_images(archive)
    }

    fn images(&self, query: &ImageQuery) -> Result<Vec<ImageSummary>, ApiError> {
        self.engine.list_images(query)
    }

    fn inspect_image(&self, name: &str) -> Result<ImageInspect, ApiError> {
        self.engine.inspect_image(name)
    }

    fn history(&self, name: &str) -> Result<Vec<HistoryRow>, ApiError> {
        self.engine.history(name)
    }

    fn tag(&mut self, source: &str, target: &str) -> Result<(), ApiError> {
        self.engine.tag(source, target)
    }

    fn remove_image(&mut self, name: &str, force: bool, prune: bool) -> Result<Vec<ImageRemoval>, ApiError> {
        self.engine.remove_image(name, force, prune)
    }

    fn prune_images(
        &mut self,
        all: bool,
        keep: &dyn Fn(&ImageSummary) -> bool,
    ) -> Result<PruneReport, ApiError> {
        self.engine.prune_images(all, keep)
    }

    fn create(&mut self, request: &CreateRequest) -> Result<CreateReply, ApiError> {
        self.engine.create(request)
    }

    fn start(&mut self, name: &str, attach: bool, io: &mut dyn Io) -> Result<StartReply, ApiError> {
        self.engine.start(&mut self.runtime, name, attach, io)
    }

    fn containers(&self, all: bool) -> Result<Vec<ContainerSummary>, ApiError> {
        self.engine.list_containers(all)
    }

    fn inspect_container(&self, name: &str) -> Result<ContainerInspect, ApiError> {
        self.engine.inspect_container(name)
    }

    fn remove_container(&mut self, name: &str, force: bool, volumes: bool) -> Result<(), ApiError> {
        self.engine.remove_container(&mut self.runtime, name, force, volumes)
    }

    fn stop(&mut self, name: &str, grace_seconds: Option<i64>) -> Result<(), ApiError> {
        self.engine.stop(&mut self.runtime, name, grace_seconds)
    }

    fn kill(&mut self, name: &str, signal: &str) -> Result<(), ApiError> {
        self.engine.kill(&mut self.runtime, name, signal)
    }

    fn exec(&mut self, request: &ExecRequest, io: &mut dyn Io) -> Result<StartReply, ApiError> {
        self.engine.exec(&mut self.runtime, request, io)
    }

    fn rename(&mut self, name: &str, new: &str) -> Result<(), ApiError> {
        self.engine.rename(name, new)
    }

    fn pass(&mut self, time: std::time::Duration) -> Result<(), ApiError> {
        self.engine.advance(time);
        self.engine.catch_up(&mut self.runtime);
        Ok(())
    }

    fn wait(&mut self, name: &str) -> Result<i32, ApiError> {
        self.engine.wait(&mut self.runtime, name)
    }

    fn set_paused(&mut self, name: &str, paused: bool) -> Result<(), ApiError> {
        self.engine.set_paused(&mut self.runtime, name, paused)
    }

    fn logs(&self, name: &str, io: &mut dyn Io) -> Result<(), ApiError> {
        self.engine.logs(name, io)
    }

    fn changes(&self, name: &str) -> Result<Vec<FileChange>, ApiError> {
        self.engine.changes(name)
    }

    fn export(&self, name: &str) -> Result<Tree, ApiError> {
        self.engine.export(name)
    }

    fn commit(
        &mut self,
        container: &str,
        reference: Option<&str>,
        author: &str,
        message: &str,
        changes: &[String],
    ) -> Result<Digest, ApiError> {
        self.engine.commit(&mut self.runtime, container, reference, author, message, changes)
    }

    fn create_volume(&mut self, request: &VolumeRequest) -> Result<String, ApiError> {
        self.engine.create_volume(request)
    }

    fn volumes(&self) -> Result<Vec<VolumeSummary>, ApiError> {
        self.engine.list_volumes()
    }

    fn remove_volume(&mut self, name: &str, force: bool) -> Result<(), ApiError> {
        self.engine.remove_volume(name, force)
    }

    fn prune_volumes(&mut self, keep: &dyn Fn(&VolumeSummary) -> bool) -> Result<Pruned, ApiError> {
        self.engine.prune_volumes(keep)
    }

    fn stat_path(&self, container: &str, path: &str) -> Result<PathStat, ApiError> {
        self.engine.stat_path(container, path)
    }

    fn copy_from(&mut self, container: &str, path: &str) -> Result<Tree, ApiError> {
        self.engine.copy_from(&mut self.runtime, container, path)
    }

    fn copy_to(&mut self, container: &str, directory: &str, tree: &Tree) -> Result<(), ApiError> {
        self.engine.copy_to(&mut self.runtime, container, directory, tree)
    }

    fn top(&mut self, container: &str) -> Result<Vec<TopRow>, ApiError> {
        self.engine.top(&mut self.runtime, container)
    }

    fn stats(&mut self, names: &[String], all: bool) -> Result<Vec<StatsRow>, ApiError> {
        self.engine.stats(&mut self.runtime, names, all)
    }

    fn update(&mut self, name: &str, request: &UpdateRequest) -> Result<(), ApiError> {
        self.engine.update(name, request)
    }

    fn prune_containers(&mut self, keep: &dyn Fn(&ContainerSummary) -> bool) -> Result<Pruned, ApiError> {
        self.engine.prune_containers(&mut self.runtime, keep)
    }

    fn daemon_events(&self) -> Vec<DaemonEvent> {
        self.engine.happenings()
    }

    fn log_entries(&self, name: &str) -> Result<Vec<(Time, Stream, Vec<u8>)>, ApiError> {
        self.engine.log_entries(name)
    }

    fn layers_size(&self) -> Result<u64, ApiError> {
        Ok(self.engine.layers_size())
    }

    fn image_sizes(&self) -> Result<Vec<(Digest, u64, u64)>, ApiError> {
        Ok(self.engine.image_sizes())
    }

    fn build_cache(&self) -> Result<Vec<CacheRecord>, ApiError> {
        self.engine.build_cache_records()
    }

    fn prune_build_cache(&mut self, ids: &[String]) -> Result<Vec<String>, ApiError> {
        self.engine.prune_build_cache(ids)
    }

    fn push(&mut self, name: &str, all_tags: bool) -> Result<Vec<PushedTag>, ApiError> {
        self.engine.push(name, all_tags)
    }

    fn manifest(&self, name: &str) -> Result<String, ApiError> {
        self.engine.manifest(&self.runtime, name)
    }

    fn login(&mut self, server: &str, user: &str) -> Result<(), ApiError> {
        self.engine.login(server, user)
    }

    fn logout(&mut self, server: &str) -> String {
        self.engine.logout(server)
    }

    fn create_network(&mut self, request: &NetworkRequest) -> Result<Id, ApiError> {
        self.engine.create_network(request)
    }

    fn networks(&self) -> Result<Vec<NetworkSummary>, ApiError> {
        Ok(self.engine.list_networks())
    }

    fn remove_network(&mut self, name: &str) -> Result<(), ApiError> {
        self.engine.remove_network(name)
    }

    fn prune_networks(&mut self, keep: &dyn Fn(&NetworkSummary) -> bool) -> Result<Vec<String>, ApiError> {
        Ok(self.engine.prune_networks(keep))
    }

    fn connect_network(&mut self, request: &ConnectRequest) -> Result<(), ApiError> {
        self.engine.connect_network(&mut self.runtime, request)
    }

    fn disconnect_network(&mut self, network: &str, container: &str) -> Result<(), ApiError> {
        self.engine.disconnect_network(&mut self.runtime, network, container)
    }

    fn bound(&self) -> Vec<String> {
        self.engine.bound()
    }

    fn set_bind(&mut self, source: &str, tree: Tree) {
        self.engine.set_bind(source, tree);
    }

    fn take_bind_changes(&mut self) -> Vec<BindChange> {
        self.engine.take_bind_changes()
    }
}
