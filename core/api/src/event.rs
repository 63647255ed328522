use bstr::BString;
use digest::{Digest, Id};
use serde::{Deserialize, Serialize};
use vfs::Time;

use crate::{SolveFailure, Stream, VertexEvent};

/// Something that happened, at a virtual time. Every view (classic, plain, explain, the lab) folds these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The virtual time at which it happened.
    pub at: Time,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The kinds of events. The classic builder's order within a step is: `StepStarted`, [`PullEvent`]s, `CacheProbed`,
/// `ContainerCreated`, `Output`, `ContainerExited`, `ChangesSnapshotted`, `LayerMade`, `ContainerRemoved`,
/// `ImageCommitted`, `StepFinished`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum EventKind {
    /// The client has sent the build context.
    ContextSent {
        /// Size of the tar stream on the wire.
        bytes: u64,
        /// Number of files, directories and links in it.
        entries: u64,
    },
    /// A complaint of the Dockerfile parser that does not stop the build (the classic builder prints it red, first).
    ParserWarned {
        /// The whole text, with its line ends.
        text: String,
    },
    /// A step of the Dockerfile begins.
    StepStarted {
        /// 1-based.
        step: u32,
        /// How many steps the build has.
        total: u32,
        /// The instruction as written, continuation lines joined.
        text: String,
        /// 1-based first line in the Dockerfile.
        line: u32,
        /// Index of the stage that the step belongs to; none before the first `FROM`.
        stage: Option<u32>,
    },
    /// `FROM` an image with `ONBUILD` triggers: they run now.
    TriggersStarted {
        /// How many.
        count: u32,
    },
    /// The image was looked for in the local store.
    BaseLookedUp {
        /// The reference as docker normalises it, or `scratch`.
        reference: String,
        /// The image found; none when it has to be pulled.
        found: Option<Digest>,
    },
    /// A pull goes on.
    Pull(PullEvent),
    /// The cache was asked for a step.
    CacheProbed(CacheProbe),
    /// A container was created.
    ContainerCreated {
        /// Its id.
        id: Id,
        /// The image it was created from; none for `scratch`.
        image: Option<Digest>,
        /// Its command, `#(nop)` ones included.
        command: Vec<String>,
        /// False where only the configuration changes and nothing is executed.
        executes: bool,
    },
    /// A process wrote output, one event per write.
    Output {
        /// To which stream.
        stream: Stream,
        /// The bytes as written.
        bytes: BString,
    },
    /// The container's first process ended.
    ContainerExited {
        /// The container.
        id: Id,
        /// Its status as docker reports it (128 + signal for a killed one).
        status: i32,
    },
    /// The container's file system was compared with its parent's.
    ChangesSnapshotted {
        /// All changes, sorted by path.
        changes: Vec<FileChange>,
    },
    /// The changes were stored as a layer.
    LayerMade {
        /// SHA-256 of the layer's tar.
        diff_id: Digest,
        /// Sum of the sizes of the files in it.
        size: u64,
        /// Bytes of lower layers that it hides (files deleted or replaced).
        hidden: u64,
    },
    /// A container was removed.
    ContainerRemoved {
        /// Which.
        id: Id,
    },
    /// An image was committed.
    ImageCommitted {
        /// Its id.
        id: Digest,
        /// The image it was made on; none on `scratch`.
        parent: Option<Digest>,
        /// Whether it has no layer of its own.
        empty_layer: bool,
    },
    /// A remark of the builder within a step, without its line end (`Note: overriding previous HEALTHCHECK: ...`).
    Noted {
        /// The text.
        text: String,
    },
    /// A step (or trigger) ended well.
    StepFinished {
        /// The image after the step; none for a global `ARG` and `FROM scratch`.
        image: Option<Digest>,
        /// Whether the id is to be shown after the step (a global `ARG` and all triggers but the last show none).
        shown: bool,
    },
    /// Build arguments were given that no `ARG` declares.
    BuildArgsUnconsumed {
        /// Their names, sorted.
        names: Vec<String>,
    },
    /// The build succeeded.
    Built {
        /// The last image.
        id: Digest,
    },
    /// The result got a name.
    Tagged {
        /// As docker shows it: familiar, with tag.
        reference: String,
    },
    /// A vertex of BuildKit's graph changed.
    Vertex(VertexEvent),
    /// A BuildKit build failed.
    SolveFailed(SolveFailure),
    /// The build failed.
    Failed {
        /// The daemon's message.
        message: String,
        /// The exit status of the failed command, if that is what failed.
        code: Option<i32>,
    },
}

/// The stages of a pull.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pull", rename_all = "kebab-case")]
pub enum PullEvent {
    /// `TAG: Pulling from REPOSITORY`.
    Started {
        /// Tag or digest asked for.
        tag: String,
        /// Repository path without the hub's domain, e.g. `library/alpine`.
        repository: String,
    },
    /// A layer has the given status now (`Pulling fs layer`, `Already exists`, `Download complete`, ...).
    Layer {
        /// Digest of the blob.
        digest: Digest,
        /// Docker's word for what happens to it.
        status: String,
    },
    /// Bytes of a layer arrived; views for terminals draw a bar.
    LayerProgress {
        /// Digest of the blob.
        digest: Digest,
        /// `Downloading` or `Extracting`.
        status: String,
        /// Bytes so far.
        current: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The image is there.
    Finished {
        /// Digest of the manifest.
        digest: Digest,
        /// `Downloaded newer image for alpine:latest` or `Image is up to date for alpine:latest`.
        status: String,
    },
}

/// One question to the build cache, with its answer and the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheProbe {
    /// What the key was made of, in a fixed order.
    pub key: Vec<KeyPart>,
    /// The answer.
    pub verdict: CacheVerdict,
}

/// A named part of a cache key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPart {
    /// `parent`, `instruction`, `env`, `file:app/main.py`, ...
    pub name: String,
    /// Its value, for people.
    pub value: String,
}

/// Whether a step was found in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum CacheVerdict {
    /// An image with the same parent and configuration exists; for BuildKit, a result of equal files.
    Hit {
        /// That image; for BuildKit, the topmost layer of the result.
        image: Digest,
    },
    /// None does.
    Miss {
        /// One sentence: the first thing that differed from the nearest candidate, naming the file, argument or text.
        reason: String,
    },
    /// The cache was not asked.
    Unused {
        /// Why: `--no-cache`, an earlier step missed, ...
        reason: String,
    },
}

/// A change of one path between two file systems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Absolute path.
    pub path: BString,
    /// What happened to it.
    pub kind: FileChangeKind,
    /// Bytes of the file now (0 for directories and deletions).
    pub size: u64,
}

/// How a path changed; the letters of `docker diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileChangeKind {
    /// `A`
    Added,
    /// `C`
    Changed,
    /// `D`
    Deleted,
}
