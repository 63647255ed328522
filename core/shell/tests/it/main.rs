//! The shell on the simulated kernel.
#![allow(clippy::unwrap_used, reason = "a broken harness fails its tests")]

mod fixtures;
mod hostile;
mod probes;
mod prompt;
mod runaway;
mod toys;
mod world;
