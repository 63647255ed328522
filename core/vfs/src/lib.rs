//! The immutable file system: trees, inodes, metadata, mounts, path walks, change sets and tar archives.
//!
//! A [`Tree`] is a value: cloning it is free, and editing a clone leaves the original as it was. The change set between
//! two trees is found by what they do not share, so it costs what the edits cost.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

pub mod archive;
mod change;
mod content;
mod errno;
mod metadata;
mod mounts;
mod node;
mod time;
mod tree;
mod walk;

pub use change::{Change, ChangeKind, ChangeSet, Difference, diff};
pub use content::{Chunks, Content, MAX_FILE_SIZE, ProgramNote, Synthetic};
pub use errno::Errno;
pub use metadata::{Metadata, Mode, Xattrs};
pub use mounts::{
    Access, Capabilities, Capability, Cred, MountEntry, MountId, MountOptions, Mounts, Place, Walk,
};
pub use node::{Device, Directory, Entries, FileType, Ino, Inode, Name, Node, Stat};
pub use time::{Time, Utc};
pub use tree::{Follow, Tree, TreeWalk, Visit};
pub use walk::Resolved;
