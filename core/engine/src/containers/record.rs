use std::sync::LazyLock;

use api::{ContainerStatus, HostConfig, MountPoint, PortBinding, Stream};
use bstr::BString;
use digest::Digest;
use im::Vector;
use oci::ContainerConfig;
use vfs::{Time, Tree};

use super::{Health, Journal};
use crate::networks::Endpoint;
use crate::saved::Shelf;

/// A container as the daemon keeps it. Its processes, while it runs, are in [`crate::Runtime`].
#[derive(Clone, Debug)]
pub struct Container {
    /// Its name, without slash.
    pub name: String,
    /// When it was created.
    pub created: Time,
    /// The image it was made from; none for a build step on scratch.
    pub image: Option<Digest>,
    /// Chain id of the image's layers, which stay as long as the container does.
    pub chain: Option<Digest>,
    /// The effective configuration.
    pub config: ContainerConfig,
    /// The host's part.
    pub host: HostConfig,
    /// The first process's program.
    pub path: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Where it is in its life.
    pub status: ContainerStatus,
    /// Exit status, 0 before the first end.
    pub exit_code: i32,
    /// Why it did not start, in docker's words.
    pub error: String,
    /// When it was started last.
    pub started: Option<Time>,
    /// When it ended last.
    pub finished: Option<Time>,
    /// What it has mounted, by destination.
    pub mounts: Vec<MountPoint>,
    /// Its places on networks.
    pub endpoints: Vec<Endpoint>,
    /// Its published ports, while it runs.
    pub published: Vec<PortBinding>,
    /// How often its restart policy has started it again.
    pub restarts: u32,
    /// When that will happen next.
    pub restart_at: Option<Time>,
    /// Whether the user has stopped it, so that it stays stopped.
    pub stopped: bool,
    /// Whether it used up its `--memory`.
    pub oom_killed: bool,
    /// What its health check says.
    pub health: Option<Health>,
    /// Bytes of its own file changes, as they were when it was saved.
    pub(crate) size: u64,
    pub(crate) files: Shelf<Files>,
}

/// What a container holds on disk.
#[derive(Clone, Debug)]
pub struct Files {
    /// The image's tree with docker's own files (`/.dockerenv`, mount points) on it: what changes are counted from.
    pub base: Tree,
    /// Its file system now.
    pub tree: Tree,
    /// All that its processes wrote.
    pub log: Vector<LogEntry>,
    /// How its processes came to be where they are, while it runs.
    pub(crate) journal: Option<Journal>,
}

/// One write of a container's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Time,
    /// To which stream.
    pub stream: Stream,
    /// What.
    pub bytes: BString,
}

/// What a container has whose files were not read.
static UNREAD: LazyLock<Files> = LazyLock::new(|| {
    let empty = Tree::new(vfs::Metadata::new(0o755, Time::EPOCH));
    Files { base: empty.clone(), tree: empty, log: Vector::new(), journal: None }
});

impl Container {
    /// Its files. [`Engine::container`](crate::Engine) has read those of a saved state.
    pub fn files(&self) -> &Files {
        debug_assert!(self.files.get().is_some(), "looked up, and so read");
        self.files.get().unwrap_or(&UNREAD)
    }

    pub(crate) fn files_mut(&mut self) -> &mut Files {
        if self.files.get().is_none() {
            debug_assert!(false, "looked up, and so read");
            self.files = Shelf::new(UNREAD.clone());
        }
        match self.files.get_mut() {
            Some(files) => files,
            None => unreachable!("made just above"),
        }
    }

    /// Bytes of its own file changes.
    pub fn size(&self) -> u64 {
        self.files.get().map_or(self.size, |files| vfs::diff(&files.base, &files.tree).size())
    }

    /// Whether its first process runs.
    pub fn is_running(&self) -> bool {
        matches!(
            self.status,
            ContainerStatus::Running | ContainerStatus::Paused | ContainerStatus::Restarting
        )
    }

    /// Its first process has ended.
    pub(crate) fn end(&mut self, status: i32, now: Time) {
        if self.files.get().is_some_and(|files| files.journal.is_some()) {
            self.files_mut().journal = None;
        }
        self.status = ContainerStatus::Exited;
        self.exit_code = status;
        self.finished = Some(now);
        self.published.clear();
        for endpoint in &mut self.endpoints {
            endpoint.address = None;
        }
        if let Some(health) = &mut self.health {
            health.stop();
        }
    }

    /// The command as `docker ps` shows it: words with a blank in single quotes.
    pub fn command(&self) -> String {
        let quoted =
            self.args.iter().map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { arg.clone() });
        [self.path.clone()].into_iter().chain(quoted).collect::<Vec<_>>().join(" ")
    }
}
