//! The operations of BuildKit's graph, one file each.

pub(super) mod copy;
pub(super) mod exec;
pub(super) mod http;
pub(super) mod image;
pub(super) mod local;
pub(super) mod make;
pub(super) mod merge;
pub(super) mod mounts;

/// What a vertex does.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// The files of an image.
    Image(image::ImageOp),
    /// A file from elsewhere.
    Http(http::HttpOp),
    /// Files of the client.
    Local(local::LocalOp),
    /// RUN.
    Exec(Box<exec::ExecOp>),
    /// COPY and ADD.
    Copy(copy::CopyOp),
    /// WORKDIR and documents in the Dockerfile.
    Make(make::MakeOp),
    /// COPY --link: a layer put on a base as it is.
    Merge,
}

impl Op {
    /// What tells this operation from others, besides its inputs.
    pub(super) fn definition(&self) -> String {
        match self {
            Op::Image(image) => image.definition(),
            Op::Http(http) => format!("{http:?}"),
            Op::Local(local) => format!("local {}", local.name),
            Op::Exec(exec) => exec.definition(),
            Op::Copy(copy) => format!("{copy:?}"),
            Op::Make(make) => format!("{make:?}"),
            Op::Merge => "merge".to_owned(),
        }
    }
}
