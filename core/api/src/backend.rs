use digest::Digest;
use vfs::{Time, Tree};

use crate::{
    ApiError, BuildReply, BuildRequest, ContainerInspect, ContainerSummary, CreateReply, CreateRequest,
    DockerVersion, ErrorKind, ExecRequest, FileChange, HistoryRow, ImageInspect, ImageQuery, ImageRemoval,
    ImageSummary, ImportRequest, Io, LoadedImage, PruneReport, PullRequest, SolveReply, SolveRequest,
    StartReply,
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
    fn prune_images(&mut self, all: bool) -> Result<PruneReport, ApiError>;

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
    fn stop(&mut self, name: &str, grace_seconds: u32) -> Result<(), ApiError>;
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
}
