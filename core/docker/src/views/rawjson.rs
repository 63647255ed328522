use api::{Event, EventKind};

use super::View;
use super::solve::{Graph, excerpt, status};

/// Each event as a line of JSON. Of the classic builder it is the record from which every other view can be made again; of
/// BuildKit its own record of a solve.
#[derive(Default)]
pub(super) struct Rawjson {
    graph: Graph,
}

impl View for Rawjson {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        match &event.kind {
            EventKind::Vertex(vertex) => {
                self.graph.change(event.at, vertex);
                return status::line(&self.graph, event.at, vertex);
            }
            EventKind::SolveFailed(failure) => {
                self.graph.failure = Some(failure.clone());
                return Vec::new();
            }
            _ => {}
        }
        let mut line = serde_json::to_vec(event).unwrap_or_default();
        debug_assert!(!line.is_empty(), "events are plain data and always serialize");
        line.push(b'\n');
        line
    }

    fn finish(&mut self) -> Vec<u8> {
        // Neither the vertices that failed nor the warnings are told a second time.
        let place = self.graph.failure.as_ref().and_then(|failure| failure.place.as_ref());
        place.map(excerpt).unwrap_or_default().into_bytes()
    }
}
