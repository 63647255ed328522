use std::collections::BTreeMap;

use digest::Digest;
use vfs::{Time, Tree};

use crate::Ulimit;

/// A folder that the client offers to BuildKit, as far as `.dockerignore` lets it.
#[derive(Clone, Debug)]
pub struct LocalFolder {
    /// Its files; the root is the folder.
    pub tree: Tree,
    /// What tells this folder from others: its absolute path. Files sent before are not sent again.
    pub key: String,
}

/// Where a BuildKit build takes its main context from.
#[derive(Clone, Debug)]
pub enum SolveContext {
    /// A folder of the client's.
    Folder(LocalFolder),
    /// A tar archive from standard input, unpacked.
    Archive {
        /// What was in it.
        tree: Tree,
        /// Its size in bytes.
        bytes: u64,
    },
    /// None: the Dockerfile came from standard input.
    Nothing,
}

/// A further context, `--build-context NAME=VALUE`.
#[derive(Clone, Debug)]
pub enum NamedContext {
    /// A folder.
    Folder {
        /// Its files.
        folder: LocalFolder,
        /// Its `.dockerignore`, if it has one.
        ignore: Option<Vec<u8>>,
    },
    /// `docker-image://REFERENCE`
    Image(String),
    /// `target:NAME` and other addresses, as given.
    Other(String),
}

/// What is to be done with the result, `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// `image`, `local`, `tar`, `oci`, `docker`, `cacheonly` or another word.
    pub kind: String,
    /// The rest: `dest`, `name`, `compression`, `rewrite-timestamp` ...
    pub options: BTreeMap<String, String>,
}

/// A cache that was exported to a folder.
#[derive(Clone, Debug)]
pub struct CacheFolder {
    /// How it is called while it is read, e.g. `local:123`.
    pub shown: String,
    /// Its files.
    pub tree: Tree,
}

/// A cache that is to be exported to a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheExport {
    /// `mode=max`: the results of all steps, not only those that the final image has.
    pub all: bool,
    /// `gzip`, `zstd` or `uncompressed`.
    pub compression: String,
    /// The name of the cache in the folder.
    pub tag: String,
}

/// Whether the Dockerfile is built, or only looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SolveCall {
    /// A build.
    #[default]
    Build,
    /// `--check`: the build checks alone.
    Check,
    /// A word that is no call of the frontend.
    Unknown(String),
}

/// A build with BuildKit: everything that `docker buildx build` can ask.
#[derive(Clone, Debug)]
pub struct SolveRequest {
    /// The folder with the Dockerfile, holding that and the ignore file beside it alone.
    pub dockerfile_folder: Tree,
    /// The Dockerfile's name in it.
    pub dockerfile_name: String,
    /// What tells that folder from others: its absolute path.
    pub dockerfile_key: String,
    /// The main context.
    pub context: SolveContext,
    /// The patterns of files that the main context is without.
    pub ignore: Option<Vec<u8>>,
    /// A folder with `.dockerignore` of the main context alone, also where a file beside the Dockerfile takes its place.
    pub plain_ignore: Tree,
    /// `--build-context`, in the order of their names.
    pub named_contexts: BTreeMap<String, NamedContext>,
    /// What is built.
    pub call: SolveCall,
    /// `-t`, as given.
    pub tags: Vec<String>,
    /// `--build-arg`, in order, with values.
    pub build_args: Vec<(String, String)>,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--annotation`.
    pub annotations: Vec<(String, String)>,
    /// `--target`.
    pub target: Option<String>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--no-cache-filter`: names of stages.
    pub no_cache_filter: Vec<String>,
    /// `--pull`.
    pub pull: bool,
    /// `--network`.
    pub network: String,
    /// `--add-host`, `name:address` each.
    pub extra_hosts: Vec<String>,
    /// `--ulimit`s, by name.
    pub ulimits: Vec<Ulimit>,
    /// `--cache-from`, as given.
    pub cache_from: Vec<String>,
    /// `--cache-from type=local`: folders that the client has read.
    pub cache_folders: Vec<CacheFolder>,
    /// `--cache-to type=inline`.
    pub inline_cache: bool,
    /// `--cache-to type=local`: folders that the client will write.
    pub cache_exports: Vec<CacheExport>,
    /// `--platform`.
    pub platforms: Vec<String>,
    /// `--secret` by id, read by the client; a missing one is not in it.
    pub secrets: BTreeMap<String, Vec<u8>>,
    /// `--output`; empty for the image store.
    pub outputs: Vec<Output>,
    /// `--provenance` other than `false`.
    pub provenance: bool,
    /// `--metadata-file` was given: the provenance is wanted in the reply.
    pub wants_metadata: bool,
    /// `SOURCE_DATE_EPOCH`.
    pub source_date_epoch: Option<Time>,
}

impl SolveRequest {
    /// The context that takes an image's place, by the name as written or as it is normalised, with its own name.
    #[must_use]
    pub fn context_of(&self, image: &str) -> Option<(&str, &NamedContext)> {
        let plain = image.strip_suffix(":latest").unwrap_or(image);
        let short = plain.strip_prefix("docker.io/").unwrap_or(plain);
        let short = short.strip_prefix("library/").unwrap_or(short);
        let mut names = [image, plain, short].into_iter();
        let (name, context) =
            names.find_map(|name| self.named_contexts.get_key_value(&name.to_lowercase()))?;
        Some((name, context))
    }
}

/// A file or folder that a build hands back to the client.
#[derive(Clone, Debug)]
pub enum Exported {
    /// The files of the result.
    Files(Tree),
    /// One archive.
    Archive(Vec<u8>),
}

/// The result of a BuildKit build.
#[derive(Clone, Debug, Default)]
pub struct SolveReply {
    /// The image, if one was stored.
    pub image: Option<Digest>,
    /// Digest of the image's configuration.
    pub config: Option<Digest>,
    /// What `--output` asked for, in its order; none for outputs that stay with the daemon.
    pub exported: Vec<Option<Exported>>,
    /// The folders of `--cache-to type=local`, in its order.
    pub caches: Vec<Tree>,
    /// What `--metadata-file` holds: JSON values by key.
    pub metadata: BTreeMap<String, String>,
    /// What `--check` answers; its standard output is the view's.
    pub check: Option<CheckReport>,
}

/// The answer of `--check`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// The findings.
    pub warnings: Vec<Finding>,
    /// What stopped the checks.
    pub error: Option<Finding>,
}

/// A finding of the build checks, with its place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// Name of the rule; empty for an error.
    pub rule: String,
    /// What the rule is for.
    pub description: String,
    /// Where to read more; empty if nowhere.
    pub url: String,
    /// What was found.
    pub detail: String,
    /// The place.
    pub place: Option<SourcePlace>,
}

/// Lines of a Dockerfile that something is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourcePlace {
    /// The file's name.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// First line, from 1.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// What a record of the build cache is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheKind {
    /// A layer that a step made.
    Regular,
    /// Files that a client has sent.
    Local,
    /// A cache mount of RUN.
    Mount,
}

impl CacheKind {
    /// BuildKit's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Local => "source.local",
            Self::Mount => "exec.cachemount",
        }
    }
}

/// A record of the build cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheRecord {
    /// 25 letters and digits.
    pub id: String,
    /// What it is.
    pub kind: CacheKind,
    /// Bytes of its files.
    pub size: u64,
    /// Whether an image has it too: it takes no room of its own then.
    pub shared: bool,
    /// When it was made, or used last.
    pub created: Time,
}
