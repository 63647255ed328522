//! What the views of BuildKit's builds have in common: the vertices, the blocks of the plain view, the end of a build.

mod ending;
mod graph;
mod transcript;

pub(super) use ending::ending;
pub(crate) use ending::excerpt;
pub(super) use graph::{Graph, Outcome, Vertex};
pub(super) use transcript::Transcript;
