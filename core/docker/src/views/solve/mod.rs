//! What the views of BuildKit's builds have in common: the vertices, the blocks of the plain view, the end of a build.

mod console;
mod ending;
mod graph;
pub(super) mod status;
mod transcript;

pub(super) use console::Console;
pub(crate) use ending::excerpt;
pub(super) use ending::{Tail, ending};
pub(super) use graph::{Graph, Outcome, Vertex};
pub(super) use transcript::Transcript;
