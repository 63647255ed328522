use digest::{Digest, Id};
use oci::ContainerConfig;
use serde::{Deserialize, Serialize};
use vfs::Time;

/// `POST /containers/create`.
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// `--name`.
    pub name: Option<String>,
    /// The image as typed.
    pub image: String,
    /// What the command line set; the image's configuration fills the rest.
    pub config: ContainerConfig,
    /// How the host runs it.
    pub host: HostConfig,
}

/// The part of a container that belongs to the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostConfig {
    /// `--rm`.
    pub auto_remove: bool,
    /// `--network`; empty for the default.
    pub network: String,
    /// `--add-host`.
    pub extra_hosts: Vec<String>,
    /// `--read-only`.
    pub read_only: bool,
    /// `-v`, as given.
    pub binds: Vec<String>,
    /// `--tmpfs`, as given.
    pub tmpfs: Vec<String>,
    /// `-p`, as given.
    pub ports: Vec<String>,
}

/// The answer to a create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateReply {
    /// The new container.
    pub id: Id,
    /// The daemon's warnings.
    pub warnings: Vec<String>,
}

/// `POST /containers/NAME/exec`, and its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecRequest {
    /// The container as typed.
    pub container: String,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Variables beside the container's.
    pub env: Vec<String>,
    /// Who runs it; empty for the container's user.
    pub user: String,
    /// Where; empty for the container's working directory.
    pub working_dir: String,
    /// Whether it gets standard input.
    pub stdin: bool,
    /// Whether it gets a terminal.
    pub tty: bool,
    /// Whether nobody follows it.
    pub detach: bool,
}

/// How an attached start ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartReply {
    /// Exit status of the first process; none when the caller detached.
    pub status: Option<i32>,
}

/// Where a container is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContainerStatus {
    /// Made, never started.
    Created,
    /// Its first process runs.
    Running,
    /// Stopped for a while.
    Paused,
    /// Its first process ended.
    Exited,
}

/// A row of `docker ps`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerSummary {
    /// Its id.
    pub id: Id,
    /// Its names, without slash.
    pub names: Vec<String>,
    /// The image as it was named at creation, or an id where the name has moved on.
    pub image: String,
    /// The image itself.
    pub image_id: Digest,
    /// The command as shown, not quoted or cut.
    pub command: String,
    /// When it was created.
    pub created: Time,
    /// Its state.
    pub status: ContainerStatus,
    /// Exit status of an exited one.
    pub exit_code: i32,
    /// When it started last.
    pub started: Option<Time>,
    /// When it ended last.
    pub finished: Option<Time>,
    /// Shown in PORTS.
    pub ports: String,
    /// Bytes of its own file changes.
    pub size: u64,
    /// Its labels.
    pub labels: Vec<(String, String)>,
}

/// What `docker container inspect` shows.
#[derive(Clone, Debug)]
pub struct ContainerInspect {
    /// The row of `ps`.
    pub summary: ContainerSummary,
    /// The effective configuration.
    pub config: ContainerConfig,
    /// The host's part.
    pub host: HostConfig,
    /// First process: path and arguments.
    pub path: String,
    /// Arguments after the path.
    pub args: Vec<String>,
}
