//! The classic builder: instruction by instruction, each in a container of its own, each committed as an image.

mod args;
mod cache;
mod change;
mod copy;
mod driver;
mod entry;
pub(crate) mod ops;
pub(crate) mod reason;
mod settings;
mod stages;
mod steps;

pub(crate) use change::apply_change;
pub(crate) use copy::{Refusal, is_archive, unpack};
pub(crate) use settings::Settings;
