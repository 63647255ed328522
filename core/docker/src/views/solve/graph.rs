use std::collections::BTreeMap;

use api::{Finding, SolveFailure, VertexEvent, VertexEventKind};
use digest::Digest;
use vfs::Time;

/// The vertices of a build, with all that happened to them.
#[derive(Debug, Default)]
pub(in crate::views) struct Graph {
    /// By digest.
    vertices: BTreeMap<Digest, Vertex>,
    /// In the order of their beginning.
    order: Vec<Digest>,
    /// Findings of the build checks.
    pub(in crate::views) warnings: Vec<Finding>,
    /// Sentences of the client's own.
    pub(in crate::views) remarks: Vec<String>,
    /// How the build failed.
    pub(in crate::views) failure: Option<SolveFailure>,
}

/// One vertex.
#[derive(Clone, Debug)]
pub(in crate::views) struct Vertex {
    pub(in crate::views) digest: Digest,
    pub(in crate::views) name: String,
    pub(in crate::views) inputs: Vec<Digest>,
    pub(in crate::views) started: Time,
    /// Statuses, writes and warnings in the order of time.
    pub(in crate::views) changes: Vec<(Time, VertexEventKind)>,
    pub(in crate::views) completed: Option<Time>,
    pub(in crate::views) outcome: Outcome,
}

/// How a vertex ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::views) enum Outcome {
    /// Not yet.
    Running,
    Done,
    Cached,
    Failed(String),
    Canceled,
}

impl Graph {
    /// Whether nothing has happened.
    pub(in crate::views) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// One of them.
    pub(in crate::views) fn vertex(&self, digest: Digest) -> Option<&Vertex> {
        self.vertices.get(&digest)
    }

    /// Takes in what happened to a vertex.
    pub(in crate::views) fn change(&mut self, at: Time, event: &VertexEvent) {
        if let VertexEventKind::Started { name, inputs } = &event.kind {
            let vertex = Vertex {
                digest: event.vertex,
                name: name.clone(),
                inputs: inputs.clone(),
                started: at,
                changes: Vec::new(),
                completed: None,
                outcome: Outcome::Running,
            };
            if self.vertices.insert(event.vertex, vertex).is_none() {
                self.order.push(event.vertex);
            }
            return;
        }
        let Some(vertex) = self.vertices.get_mut(&event.vertex) else { return };
        match &event.kind {
            VertexEventKind::Completed { cached, error, canceled } => {
                vertex.completed = Some(at);
                vertex.outcome = match (error, cached, canceled) {
                    (Some(error), _, _) => Outcome::Failed(error.clone()),
                    (None, true, _) => Outcome::Cached,
                    (None, _, true) => Outcome::Canceled,
                    (None, false, false) => Outcome::Done,
                };
            }
            VertexEventKind::Probed { .. } | VertexEventKind::Layered { .. } => {}
            other => {
                if let VertexEventKind::Warned(finding) = other {
                    self.warnings.push(finding.clone());
                }
                vertex.changes.push((at, other.clone()));
            }
        }
    }

    /// Cuts names that are longer than `limit`.
    pub(in crate::views) fn truncate_names(&mut self, limit: usize) {
        for vertex in self.vertices.values_mut() {
            if vertex.name.chars().count() > limit {
                vertex.name = vertex.name.chars().take(limit).collect::<String>() + "...";
            }
        }
    }

    /// The vertices in the order of their beginning.
    pub(in crate::views) fn vertices(&self) -> impl Iterator<Item = &Vertex> {
        self.order.iter().filter_map(|digest| self.vertices.get(digest))
    }
}
