use digest::Digest;
use oci::ImageConfig;
use serde::{Deserialize, Serialize};
use vfs::{Content, Time, Tree};

/// Which images to list.
#[derive(Clone, Debug, Default)]
pub struct ImageQuery {
    /// `--all`: intermediate images too.
    pub all: bool,
    /// The positional reference pattern of `docker images`.
    pub reference: Option<String>,
    /// `--filter`, `key=value` each, checked by the daemon.
    pub filters: Vec<(String, String)>,
}

/// A row of `docker images` before it is split by tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSummary {
    /// Image id.
    pub id: Digest,
    /// Parent image in the local store.
    pub parent: Option<Digest>,
    /// Familiar `name:tag`s.
    pub repo_tags: Vec<String>,
    /// Familiar `name@digest`s.
    pub repo_digests: Vec<String>,
    /// When it was made.
    pub created: Time,
    /// Sum of its layers' sizes.
    pub size: u64,
    /// Containers that use it.
    pub containers: u64,
    /// Its labels.
    pub labels: Vec<(String, String)>,
}

/// What `docker image inspect` shows.
#[derive(Clone, Debug)]
pub struct ImageInspect {
    /// Image id.
    pub id: Digest,
    /// Familiar `name:tag`s.
    pub repo_tags: Vec<String>,
    /// Familiar `name@digest`s.
    pub repo_digests: Vec<String>,
    /// Parent image in the local store.
    pub parent: Option<Digest>,
    /// The whole configuration.
    pub config: ImageConfig,
    /// Sum of its layers' sizes.
    pub size: u64,
    /// When it was tagged last.
    pub last_tagged: Option<Time>,
    /// Chain id of the topmost layer; `GraphDriver` paths derive from it.
    pub top_layer: Option<Digest>,
}

/// A row of `docker history`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// The image that ends with this row, if the local store knows it.
    pub id: Option<Digest>,
    /// When it was made.
    pub created: Time,
    /// The command that made it.
    pub created_by: String,
    /// Bytes its layer adds.
    pub size: u64,
    /// The commit message.
    pub comment: String,
    /// Tags of that image.
    pub tags: Vec<String>,
}

/// One line of `docker rmi`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageRemoval {
    /// `Untagged: NAME`
    Untagged(String),
    /// `Deleted: ID`
    Deleted(Digest),
}

/// What a prune removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PruneReport {
    /// In the order of removal.
    pub removed: Vec<ImageRemoval>,
    /// Bytes that came free.
    pub reclaimed: u64,
}

/// `docker pull`.
#[derive(Clone, Debug, Default)]
pub struct PullRequest {
    /// The reference as typed.
    pub reference: String,
    /// `--platform`.
    pub platform: Option<String>,
    /// `--all-tags`.
    pub all_tags: bool,
}

/// An image that `docker load` took from an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedImage {
    /// Its id.
    pub id: Digest,
    /// The names that it got, each with the image that had it before.
    pub tags: Vec<(String, Option<Digest>)>,
}

/// `docker import`.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The root file system that the tar holds.
    pub rootfs: Tree,
    /// The plain tar itself, which becomes the layer; none where there is only a tree.
    pub tar: Option<Content>,
    /// The name to give, normalised by the daemon; none leaves it dangling.
    pub reference: Option<String>,
    /// `--message`.
    pub message: String,
    /// `--change`, Dockerfile instructions.
    pub changes: Vec<String>,
    /// `--platform`.
    pub platform: Option<String>,
    /// Where the tar came from: `-` or a file name.
    pub source: String,
}
