//! A container with busybox in it, and a toy shell to write the cases in.

pub(crate) mod shell;
pub(crate) mod world;
