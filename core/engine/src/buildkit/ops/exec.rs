use api::{Stream, Ulimit};
use bstr::{BString, ByteSlice};
use kernel::{Env, Kernel, KernelConfig, MountSpec, Network, RunState, SandboxSpec, SpawnError, SpawnSpec};
use vfs::{Metadata, Node, Time, Tree};

use super::mounts::{ExecMount, MountKind};
use crate::containers::{DEADLOCK, account, limited, rlimit};

/// The name of the machine, unless another one is asked for.
pub(in crate::buildkit) const SANDBOX: &str = "buildkitsandbox";

/// RUN: a process on a base.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct ExecOp {
    /// Whether the first input is the base; else the base is empty.
    pub(in crate::buildkit) has_base: bool,
    /// Program and arguments.
    pub(in crate::buildkit) argv: Vec<String>,
    /// Its variables, in order.
    pub(in crate::buildkit) env: Vec<(String, String)>,
    /// Proxy variables, which are no part of the cache key.
    pub(in crate::buildkit) proxies: Vec<(String, String)>,
    /// Working directory; empty for the root.
    pub(in crate::buildkit) cwd: String,
    /// USER.
    pub(in crate::buildkit) user: String,
    /// `--mount`s and documents, in order.
    pub(in crate::buildkit) mounts: Vec<ExecMount>,
    /// Whether there is no network.
    pub(in crate::buildkit) no_network: bool,
    /// `--add-host`.
    pub(in crate::buildkit) extra_hosts: Vec<String>,
    /// `--ulimit`s.
    pub(in crate::buildkit) ulimits: Vec<Ulimit>,
    /// The name of the machine.
    pub(in crate::buildkit) hostname: String,
    /// Whether the words of 20.10 are spoken.
    pub(in crate::buildkit) old: bool,
}

/// What a process needs besides its files.
pub(in crate::buildkit) struct Surroundings<'a> {
    pub(in crate::buildkit) loader: std::rc::Rc<dyn kernel::Loader>,
    pub(in crate::buildkit) limits: kernel::Limits,
    pub(in crate::buildkit) seed: u64,
    pub(in crate::buildkit) start: Time,
    /// The mounted trees, beside the operation's mounts; none for a secret that is left out.
    pub(in crate::buildkit) mounted: Vec<Option<Tree>>,
    /// Variables that hold secrets.
    pub(in crate::buildkit) secret_env: &'a [(String, Vec<u8>)],
}

/// What became of a process.
pub(in crate::buildkit) struct Executed {
    /// Its output: time, stream, bytes.
    pub(in crate::buildkit) log: Vec<(Time, Stream, BString)>,
    /// When it ended.
    pub(in crate::buildkit) end: Time,
    /// The files it began with, mount points among them.
    pub(in crate::buildkit) before: Tree,
    /// The files it left.
    pub(in crate::buildkit) after: Tree,
    /// What is in the mounts now, beside the operation's mounts.
    pub(in crate::buildkit) mounted: Vec<Option<Tree>>,
    /// Why it failed: `exit code: 3`, or another sentence.
    pub(in crate::buildkit) failure: Option<String>,
}

/// The simulation ended; in its words.
pub(in crate::buildkit) struct Beyond(pub(in crate::buildkit) String);

impl ExecOp {
    pub(super) fn definition(&self) -> String {
        let mounts: Vec<String> = self.mounts.iter().map(ExecMount::definition).collect();
        let mut limits = String::new();
        for Ulimit { name, soft, hard } in &self.ulimits {
            limits += &format!(" {name} {soft} {hard}");
        }
        format!(
            "exec {} {:?} {:?} {:?} {:?} {mounts:?} {} {:?} {}{limits}",
            self.has_base,
            self.argv,
            self.env,
            self.cwd,
            self.user,
            self.no_network,
            self.extra_hosts,
            self.hostname
        )
    }

    /// The sentence for a failed process.
    pub(in crate::buildkit) fn failure_text(&self, reason: &str) -> String {
        let words = self.argv.join(" ");
        match self.old {
            true => format!("executor failed running [{words}]: {reason}"),
            false => {
                format!("process {} did not complete successfully: {reason}", dockerfile::go_quote(&words))
            }
        }
    }

    /// Runs the process to its end.
    pub(in crate::buildkit) fn run(&self, base: &Tree, with: Surroundings<'_>) -> Result<Executed, Beyond> {
        let mut kernel = Kernel::new(KernelConfig {
            clock: with.start,
            seed: with.seed,
            limits: limited(with.limits, &self.ulimits),
            loader: with.loader.clone(),
        });
        let nothing_ran = |failure: String, log| Executed {
            log,
            end: with.start,
            before: base.clone(),
            after: base.clone(),
            mounted: with.mounted.clone(),
            failure: Some(failure),
        };
        let account = match account(base, &self.user) {
            Ok(mut account) => {
                // BuildKit of 20.10 does not list the primary group, nor does today's for the default user.
                if self.old || self.user.is_empty() {
                    let gid = account.cred.gid;
                    account.cred.groups.retain(|group| *group != gid);
                }
                account
            }
            Err(reason) => return Ok(nothing_ran(reason, Vec::new())),
        };
        let sandbox = kernel
            .add_sandbox(SandboxSpec {
                root: base.clone(),
                hostname: self.hostname.as_str().into(),
                mounts: self.mount_specs(&with),
                network: if self.no_network { Network::None } else { Network::Loopback },
                interfaces: Vec::new(),
                read_only: false,
                no_new_privileges: false,
                pids: None,
                rlimits: self.ulimits.iter().filter_map(rlimit).collect(),
                init: kernel::Init::Spawned,
            })
            .map_err(|errno| Beyond(format!("the mounts of this RUN cannot be made: {errno}")))?;
        let before = kernel.tree(sandbox).unwrap_or_else(|| base.clone());
        let spec = SpawnSpec {
            argv: self.argv.iter().map(|word| BString::from(word.as_str())).collect(),
            env: self.environment(&account.home, with.secret_env),
            cwd: if self.cwd.is_empty() { "/".into() } else { self.cwd.as_str().into() },
            cred: account.cred,
            ..SpawnSpec::new([""; 0])
        };
        if self.argv.iter().any(|word| word.contains('\0')) {
            let line = BString::from(format!("exec {}: invalid argument\n", self.argv[0]));
            return Ok(nothing_ran("exit code: 1".into(), vec![(with.start, Stream::Stderr, line)]));
        }
        let process = match kernel.spawn(sandbox, spec) {
            Ok(process) => process,
            Err(error) => {
                let (line, code) = self.not_spawned(error)?;
                let log = vec![(with.start, Stream::Stderr, line)];
                return Ok(nothing_ran(format!("exit code: {code}"), log));
            }
        };
        let state = kernel.run_until_exit(process);
        let stream = |stream| match stream {
            kernel::Stream::Stdout => Stream::Stdout,
            kernel::Stream::Stderr => Stream::Stderr,
        };
        let log =
            kernel.take_output().into_iter().map(|out| (out.at, stream(out.stream), out.bytes)).collect();
        let failure = match (state, kernel.exit_status(process)) {
            (RunState::LimitHit(hit), _) => return Err(Beyond(hit.to_string())),
            (_, None) => return Err(Beyond(DEADLOCK.to_owned())),
            (_, Some(status)) if status.code() == 0 => None,
            (_, Some(status)) => Some(format!("exit code: {}", status.code())),
        };
        let tree_at = |mount: &ExecMount| kernel.mount_tree(sandbox, &mount.target);
        let mounted =
            self.mounts.iter().zip(&with.mounted).map(|(mount, was)| was.as_ref().and(tree_at(mount)));
        let mounted = mounted.collect();
        let after = kernel.tree(sandbox).unwrap_or_else(|| base.clone());
        Ok(Executed { log, end: kernel.now(), before, after, mounted, failure })
    }

    /// `PATH` first, then the state's variables, proxies in both letter cases, secrets, and `HOME`.
    fn environment(&self, home: &BString, secrets: &[(String, Vec<u8>)]) -> Env {
        let mut env = Env::new();
        env.set("PATH", crate::buildkit::DEFAULT_PATH);
        if self.hostname != SANDBOX {
            env.set("HOSTNAME", &self.hostname);
        }
        for (name, value) in &self.env {
            env.set(name, value);
        }
        for (name, value) in &self.proxies {
            env.set(name.to_uppercase(), value);
            env.set(name.to_lowercase(), value);
        }
        for (name, value) in secrets {
            env.set(name, value);
        }
        if env.get("HOME").is_none() {
            env.set("HOME", home);
        }
        env
    }

    fn mount_specs(&self, with: &Surroundings<'_>) -> Vec<MountSpec> {
        let mut hosts =
            format!("127.0.0.1\tlocalhost {}\n::1\tlocalhost ip6-localhost ip6-loopback\n", self.hostname);
        for extra in &self.extra_hosts {
            if let Some((name, address)) = extra.split_once([':', '=']) {
                hosts.push_str(&format!("{address}\t{name}\n"));
            }
        }
        let files = [("/etc/hosts", hosts), ("/etc/resolv.conf", "nameserver 8.8.8.8\n".to_owned())];
        let file = |(target, text): (&str, String)| MountSpec {
            shows: None,
            target: target.into(),
            tree: Tree::with_root(Node::File(text.into()), Metadata::new(0o644, with.start)),
            read_only: true,
            fs_type: "ext4".into(),
            source: "/dev/vda1".into(),
        };
        let own = self.mounts.iter().zip(&with.mounted).filter_map(|(mount, tree)| {
            Some(MountSpec {
                shows: None,
                target: mount.target.as_str().into(),
                tree: tree.clone()?,
                read_only: mount.read_only,
                fs_type: if matches!(mount.kind, MountKind::Tmpfs) { "tmpfs" } else { "ext4" }.into(),
                source: if matches!(mount.kind, MountKind::Tmpfs) { "tmpfs" } else { "/dev/vda1" }.into(),
            })
        });
        files.into_iter().map(file).chain(own).collect()
    }

    /// What runc writes when the program cannot be started, and its exit code.
    fn not_spawned(&self, error: SpawnError) -> Result<(BString, u8), Beyond> {
        let quoted = |path: &BString| dockerfile::go_quote(&path.to_str_lossy());
        let lower = |errno: vfs::Errno| errno.to_string().to_lowercase();
        let head = match self.old {
            true => "runc run failed: unable to start container process: ",
            false => "runc run failed: unable to start container process: error during container init: ",
        };
        let format_code = if self.old { 1 } else { 255 };
        let (line, code) = match &error {
            SpawnError::NotInPath { name } => {
                (format!("{head}exec: {}: executable file not found in $PATH", quoted(name)), 1)
            }
            SpawnError::NotFound { path, errno } => {
                (format!("{head}exec: {}: stat {path}: {}", quoted(path), lower(*errno)), 1)
            }
            SpawnError::NotExecutable { path } => {
                (format!("{head}exec: {}: permission denied", quoted(path)), 1)
            }
            SpawnError::BadFormat { path } => (format!("exec {path}: exec format error"), format_code),
            SpawnError::BadInterpreter { path, errno, .. } => {
                (format!("exec {path}: {}", lower(*errno)), format_code)
            }
            SpawnError::WorkingDirectory { path, errno } => {
                let reason =
                    format!("chdir to cwd ({}) set in config.json failed: {}", quoted(path), lower(*errno));
                (format!("{head}{reason}"), 1)
            }
            SpawnError::NotSimulated { .. } | SpawnError::SandboxEnded | SpawnError::NoCommand => {
                return Err(Beyond(error.to_string()));
            }
        };
        Ok((BString::from(line + "\n"), code))
    }
}
