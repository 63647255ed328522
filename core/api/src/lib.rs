//! What a Docker daemon can be asked: requests, replies, events and the [`Backend`] trait.
//!
//! The docker command line sees only this crate, so the same commands and views drive the simulator and a real
//! daemon, in a terminal and in a browser. Nothing here computes; every type is plain data.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod backend;
mod build;
mod container;
mod error;
mod event;
mod image;
mod io;
mod network;
mod push;
mod solve;
mod system;
mod version;
mod vertex;
mod volume;

pub use backend::Backend;
pub use build::{BuildContext, BuildReply, BuildRequest, DockerfileSource};
pub use container::{
    ContainerInspect, ContainerStatus, ContainerSummary, CreateReply, CreateRequest, ExecRequest, HostConfig,
    PortBinding, ProbeView, RestartPolicy, StartReply, Ulimit,
};
pub use error::{ApiError, ErrorKind};
pub use event::{CacheProbe, CacheVerdict, Event, EventKind, FileChange, FileChangeKind, KeyPart, PullEvent};
pub use image::{
    HistoryRow, ImageInspect, ImageQuery, ImageRemoval, ImageSummary, ImportRequest, LoadedImage,
    PruneReport, PullRequest,
};
pub use io::{Input, Io, Stream, Unwatched};
pub use network::{ConnectRequest, EndpointView, NetworkRequest, NetworkSummary};
pub use push::{PushedLayer, PushedTag};
pub use solve::{
    CacheExport, CacheFolder, CacheKind, CacheRecord, CheckReport, Exported, Finding, LocalFolder,
    NamedContext, Output, SolveCall, SolveContext, SolveReply, SolveRequest, SourcePlace,
};
pub use system::{DaemonEvent, PathStat, StatsRow, TopRow, UpdateRequest};
pub use version::DockerVersion;
pub use vertex::{SolveFailure, VertexEvent, VertexEventKind};
pub use volume::{BindChange, MountKind, MountPoint, MountRequest, Pruned, VolumeRequest, VolumeSummary};
