use digest::{Digest, Id};
use oci::ContainerConfig;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vfs::Time;

use crate::{EndpointView, MountPoint, MountRequest};

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
    /// `--platform`; empty for the daemon's own.
    pub platform: String,
}

/// The part of a container that belongs to the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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
    /// `--mount`.
    pub mounts: Vec<MountRequest>,
    /// `--volumes-from`, as given.
    pub volumes_from: Vec<String>,
    /// `-p`, taken apart by the client.
    pub ports: Vec<PortBinding>,
    /// `-P`.
    pub publish_all: bool,
    /// `--network-alias`.
    pub aliases: Vec<String>,
    /// `--ip`; empty for the next free one.
    pub ip: String,
    /// `--dns`.
    pub dns: Vec<String>,
    /// `--restart`.
    pub restart: RestartPolicy,
    /// `--memory` in bytes; 0 for no limit but the simulation's own.
    pub memory: u64,
    /// `--init`.
    pub init: bool,
    /// `--ulimit`.
    pub ulimits: Vec<Ulimit>,
    /// `--privileged`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
    /// `--cap-add`, as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cap_add: Vec<String>,
    /// `--cap-drop`, as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cap_drop: Vec<String>,
    /// `--security-opt`, as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_opt: Vec<String>,
    /// `--group-add`, as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_add: Vec<String>,
    /// `--dns-search`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns_search: Vec<String>,
    /// `--dns-option`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns_options: Vec<String>,
    /// `--link`: `NAME:ALIAS`; the daemon keeps ids on the default network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Variables that the daemon made of the links when the container started last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link_env: Vec<String>,
    /// `--pids-limit`; no limit unless above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids_limit: Option<i64>,
    /// What is recorded and changes nothing that a simulated program could see: fields of the API's `HostConfig` by
    /// their names there.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub recorded: Map<String, Value>,
}

/// A published port: one row of `-p`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PortBinding {
    /// The container's side: `80/tcp`.
    pub container: String,
    /// The host's address; empty for all.
    pub host_ip: String,
    /// The host's port; none for the next free one.
    pub host_port: Option<u16>,
}

/// When a container that has ended starts again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartPolicy {
    /// `no` (or empty), `always`, `unless-stopped`, `on-failure`.
    pub name: String,
    /// How often, for `on-failure`; 0 for ever.
    pub maximum: u32,
}

/// A resource limit of a container's processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ulimit {
    /// `nofile`, ...
    pub name: String,
    /// Soft limit; -1 for none.
    pub soft: i64,
    /// Hard limit; -1 for none.
    pub hard: i64,
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
    /// `--privileged`.
    pub privileged: bool,
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
    /// Its first process ended, and it will be started again.
    Restarting,
    /// Its first process ended.
    Exited,
}

/// A row of `docker ps`.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Published ports, while it runs, and exposed ones without a port on the host.
    pub ports: Vec<PortBinding>,
    /// Its places on networks.
    pub endpoints: Vec<EndpointView>,
    /// `starting`, `healthy`, `unhealthy`; empty without a health check.
    pub health: String,
    /// Bytes of its own file changes.
    pub size: u64,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// What it has mounted, by destination.
    pub mounts: Vec<MountPoint>,
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
    /// How often its restart policy has started it again.
    pub restarts: u32,
    /// Why it did not start.
    pub error: String,
    /// Whether it used up its memory.
    pub oom_killed: bool,
    /// The last health checks, oldest first.
    pub probes: Vec<ProbeView>,
    /// How many checks have failed in a row.
    pub failing_streak: u32,
}

/// One health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeView {
    /// When it began.
    pub start: Time,
    /// When it ended.
    pub end: Time,
    /// Its exit status; -1 when it took too long.
    pub exit_code: i32,
    /// What it wrote.
    pub output: String,
}
