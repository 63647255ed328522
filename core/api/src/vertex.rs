use bstr::BString;
use digest::Digest;
use serde::{Deserialize, Serialize};
use vfs::Time;

use crate::{CacheProbe, FileChange, Finding, SourcePlace, Stream};

/// Something that happened to a vertex of BuildKit's graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VertexEvent {
    /// Digest of the vertex: the same operation on the same inputs has the same.
    pub vertex: Digest,
    /// What happened.
    #[serde(flatten)]
    pub kind: VertexEventKind,
}

/// The kinds of [`VertexEvent`]s.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum VertexEventKind {
    /// It begins.
    Started {
        /// What the user sees, e.g. `[2/3] RUN make`.
        name: String,
        /// The vertices it needs.
        inputs: Vec<Digest>,
    },
    /// A part of it goes on or is done.
    Status {
        /// Its text, e.g. `transferring context:`.
        id: String,
        /// Bytes so far; 0 where there are none to tell.
        current: u64,
        /// Bytes in all; 0 if unknown.
        total: u64,
        /// When the part began.
        started: Time,
        /// When it was done.
        completed: Option<Time>,
    },
    /// A process wrote.
    Log {
        /// To which stream.
        stream: Stream,
        /// The bytes as written.
        bytes: BString,
    },
    /// A build check has a finding.
    Warned(Finding),
    /// The cache was asked, and why it answered so; docker tells nothing of it.
    Probed {
        /// First line of the instruction in the Dockerfile.
        line: u32,
        /// Question and answer.
        probe: CacheProbe,
    },
    /// It left a layer; docker tells nothing of it.
    Layered {
        /// All changes, sorted by path.
        changes: Vec<FileChange>,
        /// Sum of the sizes of the files in it.
        size: u64,
        /// Bytes of lower layers that it hides.
        hidden: u64,
    },
    /// It is over.
    Completed {
        /// Its result was in the cache.
        cached: bool,
        /// Why it failed.
        error: Option<String>,
        /// It failed only because the build had failed.
        canceled: bool,
    },
}

/// How a BuildKit build failed, for the end of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolveFailure {
    /// The daemon's message.
    pub message: String,
    /// The lines of the Dockerfile that it is about.
    pub place: Option<SourcePlace>,
}
