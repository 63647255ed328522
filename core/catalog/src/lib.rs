//! The simulated hub and Alpine mirror: facts, loaders and the behaviours of packaged programs.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod base;
mod behaviours;
mod catalog;
mod contents;
mod extras;
mod loader;
mod mirror;
mod notes;
mod pack;
mod packages;
mod release;
mod script_text;

pub use self::{
    catalog::{AlpineImage, Catalog, ImportError},
    pack::Damaged,
};
