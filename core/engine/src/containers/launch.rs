use api::{ApiError, DockerVersion, ErrorKind, HostConfig, MountKind, Stream, Ulimit};
use bstr::{BString, ByteSlice};
use digest::Id;
use im::Vector;
use kernel::{
    Env, ExitStatus, Kernel, KernelConfig, LimitHit, Network, ProcessId, Resource, Rlimit, RunState,
    SandboxId, SandboxSpec, SpawnError, SpawnSpec, Stdin,
};
use oci::ContainerConfig;
use vfs::{Capabilities, Mode, Tree};

use super::accounts::{Account, account, join};
use super::own_files::mounts;
use super::record::LogEntry;
use super::{Command, Container, Journal, Reach, Start, Target, capabilities, init};
use crate::networks::Nic;
use crate::volumes::check_tmpfs;
use crate::{Engine, Runtime};

/// The processes of one container.
pub(crate) struct Launch {
    pub(crate) kernel: Kernel,
    pub(crate) sandbox: SandboxId,
    /// Those started from outside, the first one first.
    pub(crate) processes: Vec<ProcessId>,
    /// What is configured for all of them.
    pub(crate) config: ContainerConfig,
    pub(crate) host: HostConfig,
    pub(crate) journal: Journal,
    /// Outputs to come that are in the container's log already.
    pub(crate) known: usize,
    /// The process that checks its health, and what that has written.
    pub(crate) probe: Option<Target>,
    pub(crate) probed: Vec<u8>,
    /// The budget that ended it.
    pub(crate) hit: Option<LimitHit>,
    /// Where what is mounted, in the order of the container's mounts.
    pub(crate) targets: Vec<String>,
    /// What is mounted there, as the daemon knows it.
    pub(crate) mounted: Vec<Tree>,
}

/// Why a container's command did not run.
pub(crate) enum LaunchError {
    /// The daemon could not start it; in its words.
    Refused(ApiError),
    /// runc started and could not become the program: it wrote this to standard error and ended with 1.
    Failed(BString),
}

/// What runc says before every reason.
const RUNC: &str = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
                    container process: ";

/// The same in docker 29, for what the container itself finds out.
const RUNC_29: &str = "failed to create task for container: failed to create shim task: OCI runtime create failed: runc \
                       create failed: unable to start container process: error during container init: ";

/// The shares of the processor that Linux takes.
const LEAST_SHARES: i64 = 2;
const MOST_SHARES: i64 = 262_144;

/// The same for a further process.
const EXEC: &str = "OCI runtime exec failed: exec failed: unable to start container process: ";

impl Engine {
    /// Makes a container's processes, ready to run; those of a build reach their own machine alone.
    pub(crate) fn launch(
        &mut self,
        runtime: &Runtime,
        id: Id,
        for_build: bool,
    ) -> Result<Launch, LaunchError> {
        let seed = self.ids.number();
        self.attach(id).map_err(LaunchError::Refused)?;
        self.publish(id).map_err(LaunchError::Refused)?;
        self.check_devices(id).map_err(LaunchError::Refused)?;
        self.check_log_size(id).map_err(LaunchError::Refused)?;
        self.link(id).map_err(LaunchError::Refused)?;
        let shared = self.shares_with(id).map_err(LaunchError::Refused)?;
        let container = self.container(id).map_err(LaunchError::Refused)?;
        for mount in container.mounts.iter().filter(|mount| mount.kind == MountKind::Tmpfs) {
            check_tmpfs(&mount.mode).map_err(LaunchError::Refused)?;
        }
        let files = container.files();
        let (volumes, seen) =
            self.mount_trees(&container.mounts, self.clock).map_err(LaunchError::Refused)?;
        let network_of =
            shared.map_or(Ok(container), |id| self.container(id)).map_err(LaunchError::Refused)?;
        let nics = self.nics(network_of);
        let reach = match container.host.network.as_str() {
            "none" => Reach::Nothing,
            _ if for_build => Reach::Own,
            "host" => Reach::Host,
            _ if shared.is_some() => Reach::Host,
            _ => Reach::Networks,
        };
        let hosts = self.hosts(network_of, &nics);
        let (hostname, resolver) = match shared {
            Some(_) => (Some(network_of.config.hostname.clone()), Some(self.resolver(network_of))),
            None => (None, None),
        };
        let logged = files.log.len();
        let journal = Journal {
            start: Start { seed, clock: self.clock, reach, nics, hosts, hostname, resolver, logged },
            tree: files.tree.clone(),
            volumes,
            seen,
            until: (self.clock, 0),
            steps: Vector::new(),
        };
        self.boot(runtime, id, journal)
    }

    /// Keeps what links tell a container that starts.
    fn link(&mut self, id: Id) -> Result<(), ApiError> {
        let Some(container) = self.containers.get(&id) else { return Ok(()) };
        let env = self.link_environment(container)?;
        if let Some(container) = self.containers.get_mut(&id) {
            container.host.link_env = env;
        }
        Ok(())
    }

    /// Brings the processes of a running container back, from its journal; none when it has none, or they cannot be.
    pub(crate) fn revive(&self, runtime: &Runtime, id: Id) -> Option<Launch> {
        let files = self.container(id).ok()?.files();
        let journal = files.journal.clone()?;
        let known = files.log.len().saturating_sub(journal.start.logged);
        let mut launch = self.boot(runtime, id, journal).ok()?;
        launch.replay(known);
        Some(launch)
    }

    /// Makes the processes that a journal begins with.
    fn boot(&self, runtime: &Runtime, id: Id, journal: Journal) -> Result<Launch, LaunchError> {
        let container = self.container(id).map_err(LaunchError::Refused)?;
        let Start { seed, clock, reach, nics, .. } = &journal.start;
        let account = user(&journal.tree, &container.config.user, &container.host, container.host.privileged)
            .map_err(LaunchError::Refused)?;
        check_shares(&container.host)?;
        if container.args.iter().any(|word| word.contains('\0')) {
            return Err(LaunchError::Failed(format!("exec {}: invalid argument\n", container.path).into()));
        }
        let config = KernelConfig {
            clock: *clock,
            seed: *seed,
            limits: self.limits(runtime, container),
            loader: init::beside(runtime.loader.clone()),
        };
        let mut kernel = Kernel::new(config);
        let added = kernel.add_sandbox(SandboxSpec {
            root: journal.tree.clone(),
            hostname: journal.start.hostname.as_ref().unwrap_or(&container.config.hostname).as_str().into(),
            mounts: mounts(
                container,
                id,
                journal.start.resolver.clone().unwrap_or_else(|| self.resolver(container)),
                &journal,
            ),
            network: match reach {
                Reach::Nothing => Network::None,
                Reach::Own => Network::Loopback,
                Reach::Networks => Network::Bridged,
                Reach::Host => Network::Host,
            },
            interfaces: nics.iter().map(Nic::interface).collect(),
            read_only: container.host.read_only,
            no_new_privileges: capabilities::are_fixed(&container.host),
            pids: most_processes(&container.host),
            rlimits: container.host.ulimits.iter().filter_map(rlimit).collect(),
            init: kernel::Init::Spawned,
        });
        let sandbox = added.map_err(|errno| in_init(&format!("error mounting: {}", lower(errno))))?;
        let before: &[&str] = if container.host.init { &init::COMMAND } else { &[] };
        let words = [&container.path].into_iter().chain(&container.args).map(String::as_str);
        let spec = SpawnSpec {
            argv: before.iter().copied().chain(words).map(BString::from).collect(),
            env: environment(
                &container.config,
                (&container.host.link_env, &[]),
                container.config.tty,
                &account.home,
            ),
            cwd: if container.config.working_dir.is_empty() { "/" } else { &container.config.working_dir }
                .into(),
            cred: account.cred,
            umask: Mode::new(0o022),
            stdin: if container.config.open_stdin { Stdin::Attached } else { Stdin::Null },
            tty: container.config.tty,
        };
        match kernel.spawn(sandbox, spec) {
            Ok(process) => Ok(Launch {
                kernel,
                sandbox,
                processes: vec![process],
                config: container.config.clone(),
                host: container.host.clone(),
                known: 0,
                probe: None,
                probed: Vec::new(),
                hit: None,
                targets: container.mounts.iter().map(|mount| mount.destination.clone()).collect(),
                mounted: journal.volumes.clone(),
                journal,
            }),
            Err(error) => {
                Err(spawn_error(error, if self.version == DockerVersion::V29 { RUNC_29 } else { RUNC }))
            }
        }
    }

    /// The budgets of a container's processes.
    fn limits(&self, runtime: &Runtime, container: &Container) -> kernel::Limits {
        let mut limits = runtime.limits;
        if container.host.memory > 0 {
            limits.memory = limits.memory.min(container.host.memory);
        }
        limited(limits, &container.host.ulimits)
    }
}

impl Launch {
    /// What was written since the last time.
    pub(crate) fn take_output(&mut self) -> Vec<LogEntry> {
        self.take_outputs(0).0
    }

    /// The same, and apart from it what another of the processes wrote.
    pub(crate) fn take_outputs(&mut self, target: Target) -> (Vec<LogEntry>, Vec<LogEntry>) {
        let entry = |output: kernel::Output| LogEntry {
            at: output.at,
            stream: match output.stream {
                kernel::Stream::Stdout => Stream::Stdout,
                kernel::Stream::Stderr => Stream::Stderr,
            },
            bytes: output.bytes,
        };
        let first = self.processes.first().copied();
        let wanted = self.processes.get(target).copied().filter(|_| target > 0);
        let (outputs, others): (Vec<_>, Vec<_>) =
            self.kernel.take_output().into_iter().partition(|output| Some(output.pid) == first);
        let known = self.known.min(outputs.len());
        self.known -= known;
        let probe = self.probe.and_then(|target| self.processes.get(target)).copied();
        let mut shown = Vec::new();
        for output in others {
            if Some(output.pid) == probe {
                self.probed.extend_from_slice(&output.bytes);
            }
            if Some(output.pid) == wanted {
                shown.push(entry(output));
            }
        }
        (outputs.into_iter().skip(known).map(entry).collect(), shown)
    }

    /// Runs until the first process has ended.
    pub(crate) fn run_to_end(&mut self) -> RunState {
        match self.processes.first() {
            Some(process) => self.kernel.run_until_exit(*process),
            None => RunState::Deadlock,
        }
    }

    /// The first process's status as docker reports it, once it has ended.
    pub(crate) fn exit_code(&self) -> Option<i32> {
        self.exit_code_of(0)
    }

    /// That of any of the processes.
    pub(crate) fn exit_code_of(&self, target: Target) -> Option<i32> {
        let process = self.processes.get(target).copied()?;
        self.kernel.exit_status(process).map(ExitStatus::code).map(i32::from)
    }

    /// Those of the given processes that have not ended.
    pub(crate) fn unfinished(&self, targets: &[Option<Target>]) -> Vec<ProcessId> {
        let all = targets.iter().flatten().filter(|target| self.exit_code_of(**target).is_none());
        all.filter_map(|target| self.processes.get(*target)).copied().collect()
    }

    /// Starts a further process.
    pub(crate) fn add(&mut self, command: &Command) -> Result<Target, ApiError> {
        let tree = self.kernel.tree(self.sandbox).unwrap_or_else(|| self.journal.tree.clone());
        let user = if command.user.is_empty() { &self.config.user } else { &command.user };
        let account = self::user(&tree, user, &self.host, command.privileged || self.host.privileged)?;
        let dirs = [&command.working_dir, &self.config.working_dir];
        let spec = SpawnSpec {
            argv: command.words.iter().map(|word| BString::from(word.as_str())).collect(),
            env: environment(&self.config, (&self.host.link_env, &command.env), command.tty, &account.home),
            cwd: dirs.into_iter().find(|dir| !dir.is_empty()).map_or("/", String::as_str).into(),
            cred: account.cred,
            umask: Mode::new(0o022),
            stdin: if command.stdin { Stdin::Attached } else { Stdin::Null },
            tty: command.tty,
        };
        match self.kernel.spawn(self.sandbox, spec) {
            Ok(process) => {
                self.processes.push(process);
                Ok(self.processes.len() - 1)
            }
            Err(error) => Err(match spawn_error(error, EXEC) {
                LaunchError::Refused(error) => error,
                LaunchError::Failed(bytes) => ApiError::new(ErrorKind::Server, bytes.to_string()),
            }),
        }
    }
}

/// `--pids-limit`, if it limits anything.
fn most_processes(host: &HostConfig) -> Option<u32> {
    host.pids_limit.and_then(|most| u32::try_from(most).ok()).filter(|most| *most > 0)
}

/// The budgets, with those that `--ulimit` sets.
pub(crate) fn limited(mut limits: kernel::Limits, ulimits: &[Ulimit]) -> kernel::Limits {
    for ulimit in ulimits.iter().filter(|ulimit| ulimit.name == "nofile") {
        limits.files = u32::try_from(ulimit.soft).unwrap_or(limits.files);
    }
    limits
}

/// A limit as the kernel has it; that of descriptors is one of its budgets too.
pub(crate) fn rlimit(ulimit: &Ulimit) -> Option<(Resource, Rlimit)> {
    const KNOWN: [(&str, Resource); 15] = [
        ("core", Resource::Core),
        ("cpu", Resource::Cpu),
        ("data", Resource::Data),
        ("fsize", Resource::FileSize),
        ("locks", Resource::FileLocks),
        ("memlock", Resource::Locked),
        ("msgqueue", Resource::Queues),
        ("nice", Resource::Nice),
        ("nofile", Resource::Files),
        ("nproc", Resource::Processes),
        ("rss", Resource::Resident),
        ("rtprio", Resource::RealTime),
        ("rttime", Resource::RealTimeUs),
        ("sigpending", Resource::Pending),
        ("stack", Resource::Stack),
    ];
    let value = |number: i64| u64::try_from(number).unwrap_or(Rlimit::UNLIMITED);
    let (_, resource) = KNOWN.iter().find(|(name, _)| *name == ulimit.name)?;
    Some((*resource, Rlimit { soft: value(ulimit.soft), hard: value(ulimit.hard) }))
}

/// The account of a process of a container, with the groups that are added and the capabilities that are left.
fn user(tree: &Tree, name: &str, host: &HostConfig, privileged: bool) -> Result<Account, ApiError> {
    let refused = |message: String| ApiError::new(ErrorKind::Server, message);
    let mut account = account(tree, name).map_err(refused)?;
    if !host.group_add.is_empty() {
        join(&mut account, tree, &host.group_add).map_err(refused)?;
    }
    account.cred.capabilities = match privileged {
        true => Capabilities::ALL,
        false => capabilities::of(host)?,
    };
    Ok(account)
}

/// runc reads the shares back, and sees what Linux made of them.
fn check_shares(host: &HostConfig) -> Result<(), LaunchError> {
    let bound = match host.recorded.get("CpuShares").and_then(serde_json::Value::as_i64) {
        Some(shares) if shares > MOST_SHARES => format!("the maximum allowed cpu-shares is {MOST_SHARES}"),
        Some(shares) if shares != 0 && shares < LEAST_SHARES => {
            format!("the minimum allowed cpu-shares is {LEAST_SHARES}")
        }
        _ => return Ok(()),
    };
    Err(in_init(&format!("error setting cgroup config for procHooks process: {bound}")))
}

/// What runc could not do inside the container.
fn in_init(reason: &str) -> LaunchError {
    let message = format!("{RUNC}error during container init: {reason}: unknown");
    LaunchError::Refused(ApiError::new(ErrorKind::Server, message))
}

/// An error of the system as Go prints it.
fn lower(errno: vfs::Errno) -> String {
    errno.to_string().to_lowercase()
}

fn spawn_error(error: SpawnError, prefix: &str) -> LaunchError {
    let quoted = |path: &BString| dockerfile::go_quote(&path.to_str_lossy());
    let refused = |reason: String| {
        let status = match &error {
            SpawnError::NotExecutable { .. } => 126,
            _ => 127,
        };
        let error = ApiError::new(ErrorKind::Server, format!("{prefix}{reason}: unknown"));
        LaunchError::Refused(error.with_exit_code(status))
    };
    match &error {
        SpawnError::NotInPath { name } => {
            refused(format!("exec: {}: executable file not found in $PATH", quoted(name)))
        }
        SpawnError::NotFound { path, errno } => {
            refused(format!("exec: {}: stat {path}: {}", quoted(path), lower(*errno)))
        }
        SpawnError::NotExecutable { path } => refused(format!("exec: {}: permission denied", quoted(path))),
        SpawnError::BadFormat { path } => {
            LaunchError::Failed(format!("exec {path}: exec format error\n").into())
        }
        SpawnError::BadInterpreter { path, errno, .. } => {
            LaunchError::Failed(format!("exec {path}: {}\n", lower(*errno)).into())
        }
        SpawnError::WorkingDirectory { path, errno } => {
            refused(format!("chdir to cwd ({}) set in config.json failed: {}", quoted(path), lower(*errno)))
        }
        SpawnError::NotSimulated { .. } | SpawnError::SandboxEnded | SpawnError::NoCommand => {
            LaunchError::Refused(ApiError::new(ErrorKind::NotSimulated, error.to_string()))
        }
    }
}

/// The status of a container whose program could not be become: runc 1.1's, and that of 1.5 beside docker 29.
pub(crate) fn failed_status(version: DockerVersion) -> i32 {
    match version {
        DockerVersion::V20_10 => 1,
        DockerVersion::V29 => 255,
    }
}

/// The variables of the first process in docker's order: `PATH`, `HOSTNAME`, `TERM` with a terminal, the container's
/// own, and `HOME`.
/// The environment of a process: docker's own, that of links, the container's, and what the process gets beside it.
fn environment(
    config: &ContainerConfig,
    (links, more): (&[String], &[String]),
    tty: bool,
    home: &BString,
) -> Env {
    let mut env = Env::new();
    env.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    env.set("HOSTNAME", &config.hostname);
    if tty {
        env.set("TERM", "xterm");
    }
    for entry in links.iter().chain(&config.env).chain(more) {
        match entry.split_once('=') {
            Some((name, value)) => env.set(name, value),
            None => drop(env.remove(entry)),
        }
    }
    if env.get("HOME").is_none_or(|home| home.is_empty()) {
        env.set("HOME", home);
    }
    env
}
