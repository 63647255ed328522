use dockerfile::instruction::Sharing;

/// Something that is mounted while a process runs.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct ExecMount {
    /// Absolute mount point.
    pub(in crate::buildkit) target: String,
    /// Whether it can only be read.
    pub(in crate::buildkit) read_only: bool,
    /// What it is.
    pub(in crate::buildkit) kind: MountKind,
}

/// What is mounted.
#[derive(Clone, Debug)]
pub(in crate::buildkit) enum MountKind {
    /// Files of an input; what is written there is lost.
    Bind {
        /// Which input; none is an empty directory.
        input: Option<usize>,
        /// The path in it.
        source: String,
    },
    /// A folder that stays from build to build.
    Cache(CacheMount),
    /// A folder in memory.
    Tmpfs,
    /// A secret as a file.
    Secret {
        /// Its id.
        id: String,
        /// Whether it has to be there.
        required: bool,
        /// Permission bits of the file.
        mode: u32,
        /// Its owner.
        uid: u32,
        /// Its group.
        gid: u32,
    },
    /// A secret as a variable.
    SecretEnv {
        /// Its id.
        id: String,
        /// Whether it has to be there.
        required: bool,
        /// The variable.
        name: String,
    },
}

/// What the id of a secret begins with that stands for a key of an SSH agent.
pub(in crate::buildkit) const SSH_KEY: &str = "ssh:";

/// `--mount=type=cache`.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct CacheMount {
    /// Its id.
    pub(in crate::buildkit) id: String,
    /// How builds share it.
    pub(in crate::buildkit) sharing: Sharing,
    /// The input that it begins with, if any.
    pub(in crate::buildkit) input: Option<usize>,
    /// The path in it.
    pub(in crate::buildkit) source: String,
    /// Permission bits of the folder.
    pub(in crate::buildkit) mode: u32,
    /// Its owner.
    pub(in crate::buildkit) uid: u32,
    /// Its group.
    pub(in crate::buildkit) gid: u32,
}

impl ExecMount {
    /// What of the mount is part of the cache key; never what is in a cache or a secret.
    pub(super) fn definition(&self) -> String {
        format!("{} {} {:?}", self.target, self.read_only, self.kind)
    }
}
