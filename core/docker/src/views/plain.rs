use api::{DockerVersion, Event, EventKind};

use super::View;
use super::solve::{Graph, Tail, Transcript, ending};
use super::steps::Steps;

/// Letters of a vertex's name that are shown where names are cut.
const NAME_LIMIT: usize = 72;

/// BuildKit's plain progress: a numbered block for each vertex. The steps of the classic builder, which have no
/// vertices, are told in the same layout.
pub(super) struct Plain {
    version: DockerVersion,
    steps: Steps,
    graph: Graph,
    truncates: bool,
}

impl Plain {
    /// The words of the given Docker.
    pub(super) fn new(version: DockerVersion) -> Self {
        Plain { version, steps: Steps::default(), graph: Graph::default(), truncates: false }
    }
}

impl View for Plain {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        match &event.kind {
            EventKind::Vertex(vertex) => self.graph.change(event.at, vertex),
            EventKind::SolveFailed(failure) => self.graph.failure = Some(failure.clone()),
            _ => return self.steps.event(event),
        }
        Vec::new()
    }

    fn truncate(&mut self) {
        self.truncates = true;
    }

    fn remark(&mut self, line: &str) {
        self.graph.remarks.push(line.to_owned());
    }

    fn finish(&mut self) -> Vec<u8> {
        if self.graph.is_empty() {
            return self.steps.finish();
        }
        if self.truncates {
            self.graph.truncate_names(NAME_LIMIT);
        }
        let mut bytes = Transcript::new(self.version).print(&self.graph);
        bytes.extend(ending(&self.graph, Tail::of_plain(self.version)));
        bytes
    }
}
