//! Toy programs on the simulated kernel, with what they must do on a real one.
#![allow(clippy::unwrap_used, reason = "a toy program that fails fails its test")]

mod clock;
mod files;
mod jobs;
mod limits;
mod linux;
mod pipes;
mod programs;
mod resources;
mod signals;
mod system;
mod terminal;
mod world;
