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
mod solve;
mod version;
mod vertex;

pub use backend::Backend;
pub use build::{BuildContext, BuildReply, BuildRequest, DockerfileSource};
pub use container::{
    ContainerInspect, ContainerStatus, ContainerSummary, CreateReply, CreateRequest, ExecRequest, HostConfig,
    StartReply,
};
pub use error::{ApiError, ErrorKind};
pub use event::{CacheProbe, CacheVerdict, Event, EventKind, FileChange, FileChangeKind, KeyPart, PullEvent};
pub use image::{
    HistoryRow, ImageInspect, ImageQuery, ImageRemoval, ImageSummary, ImportRequest, LoadedImage,
    PruneReport, PullRequest,
};
pub use io::{Input, Io, Stream};
pub use solve::{
    CheckReport, Exported, Finding, LocalFolder, NamedContext, Output, SolveCall, SolveContext, SolveReply,
    SolveRequest, SourcePlace,
};
pub use version::DockerVersion;
pub use vertex::{SolveFailure, VertexEvent, VertexEventKind};
