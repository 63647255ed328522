use digest::Id;
use serde::{Deserialize, Serialize};
use vfs::Time;

use crate::RestartPolicy;

/// What the daemon noted of something that happened: a line of `docker events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonEvent {
    /// When.
    pub at: Time,
    /// `container`, `image`, `volume`, `network`.
    pub kind: String,
    /// `create`, `start`, `die`, ...
    pub action: String,
    /// Whom it is about.
    pub id: String,
    /// What else is known, sorted by key.
    pub attributes: Vec<(String, String)>,
}

/// A process of a container, as `docker top` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopRow {
    /// Whose it is.
    pub user: String,
    /// Its number.
    pub pid: u32,
    /// Its parent's number.
    pub parent: u32,
    /// When it began.
    pub started: Time,
    /// Virtual time that it has worked, in nanoseconds.
    pub worked: u64,
    /// Whether it has a terminal.
    pub has_terminal: bool,
    /// Its name.
    pub name: String,
    /// Program and arguments.
    pub command: String,
}

/// A row of `docker stats`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatsRow {
    /// The container.
    pub id: Option<Id>,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Share of one processor over the last second, in hundredths of a percent.
    pub cpu: u64,
    /// Bytes in memory.
    pub memory: u64,
    /// Bytes that it may have.
    pub memory_limit: u64,
    /// Processes.
    pub processes: usize,
}

/// `POST /containers/NAME/update`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateRequest {
    /// `--restart`.
    pub restart: Option<RestartPolicy>,
    /// `--memory`.
    pub memory: Option<u64>,
    /// Fields of the API's `HostConfig` that are recorded.
    pub recorded: serde_json::Map<String, serde_json::Value>,
}

/// What a path of a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStat {
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Where it leads, if it is a symbolic link: an absolute path.
    pub target: Option<String>,
}
