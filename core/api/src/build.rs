use digest::Digest;
use vfs::Tree;

use crate::HostConfig;

/// Where the text of the Dockerfile comes from.
#[derive(Clone, Debug)]
pub enum DockerfileSource {
    /// A path inside the context; the daemon reads it there.
    InContext(String),
    /// Text that the client sent beside the context (`-f -`, or a file outside it).
    Sent {
        /// The name that `-f` gave, for messages.
        name: String,
        /// The bytes.
        text: Vec<u8>,
    },
}

/// The files that a build can copy from, as the client sent them (after `.dockerignore`).
#[derive(Clone, Debug)]
pub struct BuildContext {
    /// The tree; its root is the context folder.
    pub tree: Tree,
    /// Size of the stream in which it came.
    pub wire_bytes: u64,
    /// Number of entries in that stream.
    pub entries: u64,
}

/// `POST /build`: everything that `docker build` can ask of the classic builder.
#[derive(Clone, Debug)]
pub struct BuildRequest {
    /// The build context.
    pub context: BuildContext,
    /// The Dockerfile.
    pub dockerfile: DockerfileSource,
    /// `-t`, normalised references in the order given, duplicates included.
    pub tags: Vec<String>,
    /// `--build-arg`: a value of none means that the client's environment had no such variable.
    pub build_args: Vec<(String, Option<String>)>,
    /// `--label`, in order.
    pub labels: Vec<(String, String)>,
    /// `--target`.
    pub target: Option<String>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--pull`.
    pub pull: bool,
    /// `--rm` (default true): remove the containers of steps that succeeded.
    pub remove: bool,
    /// `--force-rm`: remove them after failures too.
    pub force_remove: bool,
    /// `--network` of `RUN`: `default`, `none`, `host` or a network's name.
    pub network: String,
    /// `--add-host`, `name:address` each.
    pub extra_hosts: Vec<String>,
    /// `--cache-from`.
    pub cache_from: Vec<String>,
    /// `--squash`.
    pub squash: bool,
    /// `--platform`, as given.
    pub platform: Option<String>,
    /// `--memory`, `--ulimit`, `--cpu-shares`, `--security-opt` ...: of these the fields of the containers' host configuration.
    pub resources: HostConfig,
}

impl BuildRequest {
    /// What `docker build` asks for without flags: the context's own Dockerfile, no name.
    pub fn new(context: BuildContext) -> Self {
        BuildRequest {
            context,
            dockerfile: DockerfileSource::InContext("Dockerfile".to_owned()),
            tags: Vec::new(),
            build_args: Vec::new(),
            labels: Vec::new(),
            target: None,
            no_cache: false,
            pull: false,
            remove: true,
            force_remove: false,
            network: "default".to_owned(),
            extra_hosts: Vec::new(),
            cache_from: Vec::new(),
            squash: false,
            platform: None,
            resources: HostConfig::default(),
        }
    }
}

/// The result of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildReply {
    /// The image built.
    pub image: Digest,
}
