use digest::{Digest, Id};
use vfs::{Time, Tree};

use crate::{
    ApiError, BindChange, BuildReply, BuildRequest, CacheRecord, ConnectRequest, ContainerInspect,
    ContainerSummary, CreateReply, CreateRequest, DaemonEvent, DockerVersion, ErrorKind, ExecRequest,
    FileChange, HistoryRow, ImageInspect, ImageQuery, ImageRemoval, ImageSummary, ImportRequest, Io,
    LoadedImage, NetworkRequest, NetworkSummary, PathStat, PruneReport, Pruned, PullRequest, PushedTag,
    SolveReply, SolveRequest, StartReply, StatsRow, Stream, TopRow, UpdateRequest, VolumeRequest,
    VolumeSummary,
};

/// A Docker daemon, simulated or real. Names and ids are passed as the user typed them; the daemon resolves them.
pub trait Backend {
    /// Which Docker this is.
    fn version(&self) -> DockerVersion;
    /// The daemon's clock.
    fn now(&self) -> Time;

    /// Builds an image; events go to `io` as they happen.
    fn build(&mut self, request: &BuildRequest, io: &mut dyn Io) -> Result<BuildReply, ApiError>;
    /// Builds with BuildKit; events go to `io` as they happen.
    ///
    /// # Errors
    /// By default the honest answer of a daemon that has no BuildKit.
    fn solve(&mut self, _request: &SolveRequest, _io: &mut dyn Io) -> Result<SolveReply, ApiError> {
        Err(ApiError::new(ErrorKind::NotSimulated, "this daemon has no BuildKit"))
    }
    /// Pulls an image.
    fn pull(&mut self, request: &PullRequest, io: &mut dyn Io) -> Result<Digest, ApiError>;
    /// Makes an image of a root file system.
    fn import(&mut self, request: &ImportRequest) -> Result<Digest, ApiError>;
    /// An archive of images, in docker's format.
    fn save_images(&self, names: &[String]) -> Result<Vec<u8>, ApiError>;
    /// Takes the images of an archive.
    fn load_images(&mut self, archive: &[u8]) -> Result<Vec<LoadedImage>, ApiError>;
    /// Images, newest first.
    fn images(&self, query: &ImageQuery) -> Result<Vec<ImageSummary>, ApiError>;
    /// One image.
    fn inspect_image(&self, name: &str) -> Result<ImageInspect, ApiError>;
    /// The rows of an image's history, newest first.
    fn history(&self, name: &str) -> Result<Vec<HistoryRow>, ApiError>;
    /// Gives an image a further name.
    fn tag(&mut self, source: &str, target: &str) -> Result<(), ApiError>;
    /// Removes a name, and the image when it was the last one.
    fn remove_image(&mut self, name: &str, force: bool, prune: bool) -> Result<Vec<ImageRemoval>, ApiError>;
    /// Removes dangling images, or with `all` every unused one.
    fn prune_images(
        &mut self,
        all: bool,
        keep: &dyn Fn(&ImageSummary) -> bool,
    ) -> Result<PruneReport, ApiError>;

    /// Creates a container.
    fn create(&mut self, request: &CreateRequest) -> Result<CreateReply, ApiError>;
    /// Starts a container; with `attach`, streams until it ends or the caller detaches.
    fn start(&mut self, name: &str, attach: bool, io: &mut dyn Io) -> Result<StartReply, ApiError>;
    /// Containers, newest first; running ones only unless `all`.
    fn containers(&self, all: bool) -> Result<Vec<ContainerSummary>, ApiError>;
    /// One container.
    fn inspect_container(&self, name: &str) -> Result<ContainerInspect, ApiError>;
    /// Removes a container.
    fn remove_container(&mut self, name: &str, force: bool, volumes: bool) -> Result<(), ApiError>;
    /// Stops a container: its stop signal, and SIGKILL after `grace_seconds` on the virtual clock.
    fn stop(&mut self, name: &str, grace_seconds: Option<i64>) -> Result<(), ApiError>;
    /// Sends a signal to a container's first process.
    fn kill(&mut self, name: &str, signal: &str) -> Result<(), ApiError>;
    /// Runs a further process in a container; streams until it ends, or leaves it running.
    fn exec(&mut self, request: &ExecRequest, io: &mut dyn Io) -> Result<StartReply, ApiError>;
    /// Gives a container another name.
    fn rename(&mut self, name: &str, new: &str) -> Result<(), ApiError>;
    /// Waits until a container has ended; its exit status.
    fn wait(&mut self, name: &str) -> Result<i32, ApiError>;
    /// Stops the clock of a container's processes, or lets it go on.
    fn set_paused(&mut self, name: &str, paused: bool) -> Result<(), ApiError>;
    /// What a container has written so far.
    fn logs(&self, name: &str, io: &mut dyn Io) -> Result<(), ApiError>;
    /// Changes of a container's files against its image.
    fn changes(&self, name: &str) -> Result<Vec<FileChange>, ApiError>;
    /// A container's whole file system.
    fn export(&self, name: &str) -> Result<Tree, ApiError>;
    /// Makes an image of a container.
    fn commit(
        &mut self,
        container: &str,
        reference: Option<&str>,
        author: &str,
        message: &str,
        changes: &[String],
    ) -> Result<Digest, ApiError>;

    /// Makes a volume; one that exists stays as it is. Its name.
    fn create_volume(&mut self, _request: &VolumeRequest) -> Result<String, ApiError> {
        not_asked()
    }
    /// All volumes, by name.
    fn volumes(&self) -> Result<Vec<VolumeSummary>, ApiError> {
        not_asked()
    }
    /// Removes a volume; with `force`, one that is missing is no error.
    fn remove_volume(&mut self, _name: &str, _force: bool) -> Result<(), ApiError> {
        not_asked()
    }
    /// Removes volumes that no container has mounted and that `keep` does not want.
    fn prune_volumes(&mut self, _keep: &dyn Fn(&VolumeSummary) -> bool) -> Result<Pruned, ApiError> {
        not_asked()
    }

    /// What a path of a container is; a symbolic link is itself.
    fn stat_path(&self, _container: &str, _path: &str) -> Result<PathStat, ApiError> {
        not_asked()
    }
    /// What is at a path of a container: a tree whose root is it, or holds it alone under its name where it is no
    /// directory.
    fn copy_from(&mut self, _container: &str, _path: &str) -> Result<Tree, ApiError> {
        not_asked()
    }
    /// Puts what a tree holds into a directory of a container.
    fn copy_to(&mut self, _container: &str, _directory: &str, _tree: &Tree) -> Result<(), ApiError> {
        not_asked()
    }
    /// The processes of a container.
    fn top(&mut self, _container: &str) -> Result<Vec<TopRow>, ApiError> {
        not_asked()
    }
    /// What containers use: those named, or all that run.
    fn stats(&mut self, _names: &[String], _all: bool) -> Result<Vec<StatsRow>, ApiError> {
        not_asked()
    }
    /// Changes what can be changed of a container.
    fn update(&mut self, _name: &str, _request: &UpdateRequest) -> Result<(), ApiError> {
        not_asked()
    }
    /// Removes containers that do not run and that `keep` does not want.
    fn prune_containers(&mut self, _keep: &dyn Fn(&ContainerSummary) -> bool) -> Result<Pruned, ApiError> {
        not_asked()
    }
    /// Lets time pass for all containers.
    fn pass(&mut self, _time: std::time::Duration) -> Result<(), ApiError> {
        not_asked()
    }
    /// What has happened, oldest first.
    fn daemon_events(&self) -> Vec<DaemonEvent> {
        Vec::new()
    }
    /// What a container has written so far, with the time of each write.
    fn log_entries(&self, _name: &str) -> Result<Vec<(Time, Stream, Vec<u8>)>, ApiError> {
        not_asked()
    }
    /// Bytes of all layers of images.
    fn layers_size(&self) -> Result<u64, ApiError> {
        not_asked()
    }
    /// Bytes that the layers of images share: unique and shared size of each image, by id.
    fn image_sizes(&self) -> Result<Vec<(Digest, u64, u64)>, ApiError> {
        not_asked()
    }

    /// What BuildKit's cache holds.
    fn build_cache(&self) -> Result<Vec<CacheRecord>, ApiError> {
        not_asked()
    }
    /// Removes records of BuildKit's cache by their ids, but for what others stand on; the ids of those gone.
    fn prune_build_cache(&mut self, _ids: &[String]) -> Result<Vec<String>, ApiError> {
        not_asked()
    }

    /// Pushes one tag of an image, or all of a repository.
    fn push(&mut self, _name: &str, _all_tags: bool) -> Result<Vec<PushedTag>, ApiError> {
        not_asked()
    }
    /// The manifest that a registry has for a name, as JSON.
    fn manifest(&self, _name: &str) -> Result<String, ApiError> {
        not_asked()
    }
    /// Logs in at a registry.
    fn login(&mut self, _server: &str, _user: &str) -> Result<(), ApiError> {
        not_asked()
    }
    /// Logs out; the registry as docker names it.
    fn logout(&mut self, server: &str) -> String {
        server.to_owned()
    }

    /// Makes a network; its id.
    fn create_network(&mut self, _request: &NetworkRequest) -> Result<Id, ApiError> {
        not_asked()
    }
    /// All networks, by name.
    fn networks(&self) -> Result<Vec<NetworkSummary>, ApiError> {
        not_asked()
    }
    /// Removes a network.
    fn remove_network(&mut self, _name: &str) -> Result<(), ApiError> {
        not_asked()
    }
    /// Removes networks that no container is on and that `keep` does not want; their names.
    fn prune_networks(&mut self, _keep: &dyn Fn(&NetworkSummary) -> bool) -> Result<Vec<String>, ApiError> {
        not_asked()
    }
    /// Puts a container on a network.
    fn connect_network(&mut self, _request: &ConnectRequest) -> Result<(), ApiError> {
        not_asked()
    }
    /// Takes a container off a network.
    fn disconnect_network(&mut self, _network: &str, _container: &str) -> Result<(), ApiError> {
        not_asked()
    }

    /// The host's folders that running containers have mounted.
    fn bound(&self) -> Vec<String> {
        Vec::new()
    }
    /// What a folder or file of the client's host holds: bind mounts see it from here on.
    fn set_bind(&mut self, _source: &str, _tree: Tree) {}
    /// What containers did to bind mounts since the last time.
    fn take_bind_changes(&mut self) -> Vec<BindChange> {
        Vec::new()
    }
}

/// What a backend says that is not asked for this: by default the honest answer of one that only builds.
fn not_asked<T>() -> Result<T, ApiError> {
    Err(ApiError::new(ErrorKind::NotSimulated, "this daemon is asked for builds and images alone"))
}
