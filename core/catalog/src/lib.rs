//! The simulated hub and Alpine mirror: facts, loaders and the behaviours of packaged programs.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod base;
mod behaviours;
mod catalog;
mod contents;
mod details;
mod extras;
mod graph;
mod known;
mod loader;
mod mirror;
mod names;
mod notes;
mod pack;
mod packages;
mod parts;
mod recipes;
mod release;
mod script_text;

pub use self::{
    catalog::{AlpineImage, Catalog, ImportError},
    pack::Damaged,
    parts::Parts,
    recipes::{RECIPES, Recipe},
};
