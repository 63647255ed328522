//! The root file system of the base image.

use apk::ScriptKind;
use vfs::{Content, Metadata, Mode, Node, ProgramNote, Synthetic, Time, Tree};

use crate::pack::{Damaged, Pack, Reader, Table};

/// A path of the base image.
pub(crate) struct BasePath {
    pub(crate) path: Vec<u8>,
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) size: u64,
    pub(crate) mtime: i64,
    pub(crate) target: Vec<u8>,
}

/// The base image's paths, and the files whose bytes are known.
pub(crate) struct Base {
    tree: Table,
    files: Table,
}
