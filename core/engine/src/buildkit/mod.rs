//! BuildKit: a Dockerfile as a graph of operations, carried out in parallel on the virtual clock, each result kept by
//! what it was made of.

mod cache;
mod checks;
mod entry;
mod exec;
mod explain;
mod export;
mod files;
mod front;
mod frontend;
mod graph;
mod layer;
mod ops;
mod record;
mod resolve;
mod schedule;
mod solve;
mod transfer;
mod usage;
mod vertices;

pub(crate) use cache::BuildCache;

/// Where programs are looked for when nothing else is said.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
