//! The immutable file system: trees, inodes, metadata, mounts, path walks, change sets and tar archives.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
