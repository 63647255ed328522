use std::rc::Rc;

use bstr::BString;
use thiserror::Error;
use vfs::{Cred, Errno, Mode, Time, Tree};

use crate::{Env, Interface, Limits, Loader, Pid, Resource, Rlimit};

/// What a kernel is made of.
pub struct KernelConfig {
    /// Where the virtual clock starts.
    pub clock: Time,
    /// Seed of the random numbers that programs get.
    pub seed: u64,
    /// Budgets of each sandbox.
    pub limits: Limits,
    /// Where programs come from.
    pub loader: Rc<dyn Loader>,
}

/// Which network a sandbox sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// No interface but loopback (`--network none`).
    None,
    /// Loopback alone is simulated; what lies beyond is unreachable.
    #[default]
    Loopback,
    /// Other machines are asked for: the kernel tells by [`crate::Kernel::take_traffic`].
    Bridged,
    /// The same, also for ports of this machine that nobody here listens on: those of others who share its network.
    Host,
}

/// A file system mounted over the root tree.
#[derive(Clone, Debug)]
pub struct MountSpec {
    /// Absolute path of the mount point; made when it is missing, as runc does.
    pub target: BString,
    /// What is there at first. Read it back with [`crate::Kernel::mount_tree`].
    pub tree: Tree,
    /// The target of an earlier mount whose files this one shows too, instead of `tree`.
    pub shows: Option<BString>,
    /// Writes fail with `EROFS`.
    pub read_only: bool,
    /// As `/proc/mounts` shows it (`tmpfs`, `ext4` for binds and volumes ...).
    pub fs_type: BString,
    /// Device or source as `/proc/mounts` shows it.
    pub source: BString,
}

/// Who process 1 of a sandbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Init {
    /// The first process that is spawned, as in a container: signals that it does not handle pass it by, and with it
    /// the sandbox ends.
    #[default]
    Spawned,
    /// One that is not simulated and reaps orphans, as for a program on a whole machine: those that are spawned are
    /// processes like others.
    Elsewhere,
}

impl Init {
    /// The parent of what is spawned, and of orphans where nobody else is process 1.
    pub(crate) fn parent(self) -> Pid {
        match self {
            Init::Spawned => Pid(0),
            Init::Elsewhere => Pid(1),
        }
    }
}

/// A container to be: its own process numbers, mounts, host name and network.
#[derive(Clone, Debug)]
pub struct SandboxSpec {
    /// The root file system. `/dev`, `/proc` and `/sys` are mounted over it.
    pub root: Tree,
    /// The host name.
    pub hostname: BString,
    /// Further mounts, in order.
    pub mounts: Vec<MountSpec>,
    /// The network.
    pub network: Network,
    /// Its interfaces besides loopback.
    pub interfaces: Vec<Interface>,
    /// Whether the root is mounted read-only (`--read-only`).
    pub read_only: bool,
    /// Whether set-user-id and set-group-id bits count for nothing (`--security-opt no-new-privileges`).
    pub no_new_privileges: bool,
    /// How many processes there may be before a fork fails (`--pids-limit`).
    pub pids: Option<u32>,
    /// Limits that its processes begin with in the place of docker's usual ones (`--ulimit`).
    pub rlimits: Vec<(Resource, Rlimit)>,
    /// Who process 1 is.
    pub init: Init,
}

impl SandboxSpec {
    /// A sandbox on `root` with docker's usual surroundings and no further mounts.
    pub fn new(root: Tree) -> Self {
        SandboxSpec {
            root,
            hostname: BString::from("localhost"),
            mounts: Vec::new(),
            network: Network::default(),
            interfaces: Vec::new(),
            read_only: false,
            no_new_privileges: false,
            pids: None,
            rlimits: Vec::new(),
            init: Init::default(),
        }
    }
}

/// Standard input of an initial process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdin {
    /// `/dev/null`.
    #[default]
    Null,
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// A pipe (or terminal) fed by [`crate::Kernel::feed`].
    Attached,
    /// A terminal fed by it, even where output is none (as of `command | less`).
    Keyboard,
}

/// An initial process of a sandbox: the container's command, or one of `docker exec`.
#[derive(Clone, Debug)]
pub struct SpawnSpec {
    /// Program and arguments. A program without `/` is looked up in the `PATH` of `env`.
    pub argv: Vec<BString>,
    /// Environment.
    pub env: Env,
    /// Absolute working directory; must exist.
    pub cwd: BString,
    /// User and groups.
    pub cred: Cred,
    /// File creation mask.
    pub umask: Mode,
    /// Standard input.
    pub stdin: Stdin,
    /// Descriptors 0 to 2 are one terminal.
    pub tty: bool,
}

impl SpawnSpec {
    /// `argv` as root in `/`, with an empty environment, umask 022, and nothing on standard input.
    pub fn new<S: AsRef<[u8]>>(argv: impl IntoIterator<Item = S>) -> Self {
        SpawnSpec {
            argv: argv.into_iter().map(|word| BString::from(word.as_ref())).collect(),
            env: Env::new(),
            cwd: BString::from("/"),
            cred: Cred::ROOT,
            umask: Mode::new(0o022),
            stdin: Stdin::Null,
            tty: false,
        }
    }
}

/// Why an initial process did not start. Docker's own wording is the caller's affair.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpawnError {
    /// The sandbox's budget was used up before, or it has ended.
    #[error("the sandbox has ended")]
    SandboxEnded,
    /// `argv` is empty.
    #[error("no command")]
    NoCommand,
    /// The working directory cannot be entered.
    #[error("chdir to {path}: {errno}")]
    WorkingDirectory {
        /// The directory.
        path: BString,
        /// Why.
        errno: Errno,
    },
    /// A bare name that no directory of `PATH` holds.
    #[error("{name}: executable file not found in $PATH")]
    NotInPath {
        /// The name.
        name: BString,
    },
    /// A path that does not lead to a file.
    #[error("{path}: {errno}")]
    NotFound {
        /// The path.
        path: BString,
        /// `ENOENT`, `ENOTDIR`, `ELOOP` ...
        errno: Errno,
    },
    /// A file without execute permission, or a directory.
    #[error("{path}: permission denied")]
    NotExecutable {
        /// The path.
        path: BString,
    },
    /// Neither `#!` nor a program.
    #[error("{path}: exec format error")]
    BadFormat {
        /// The path.
        path: BString,
    },
    /// A script whose interpreter is missing (`ENOENT`) or bad.
    #[error("{path}: interpreter {interpreter}: {errno}")]
    BadInterpreter {
        /// The script.
        path: BString,
        /// What its first line names.
        interpreter: BString,
        /// Why.
        errno: Errno,
    },
    /// A real program that has no simulation.
    #[error("{path}: this program is not simulated")]
    NotSimulated {
        /// The executable.
        path: BString,
    },
}
