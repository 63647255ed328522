use std::time::Duration;

use api::{Finding, Stream, VertexEvent, VertexEventKind};
use bstr::BString;
use digest::Digest;
use vfs::Time;

/// What happens in a build, at its virtual time. Vertices that run side by side are carried out one after the other, so
/// the record is put in order of time before it is told.
#[derive(Debug, Default)]
pub(super) struct Record {
    events: Vec<(Time, VertexEvent)>,
}

/// How a vertex ended.
pub(super) enum End {
    /// It was carried out.
    Done,
    /// It was in the cache.
    Cached,
    /// It failed.
    Failed(String),
    /// Another one had failed.
    Canceled,
}

impl Record {
    /// Notes a change of a vertex.
    pub(super) fn push(&mut self, at: Time, vertex: Digest, kind: VertexEventKind) {
        self.events.push((at, VertexEvent { vertex, kind }));
    }

    /// A vertex begins.
    pub(super) fn started(&mut self, at: Time, vertex: Digest, name: &str, inputs: &[Digest]) {
        let kind = VertexEventKind::Started { name: name.to_owned(), inputs: inputs.to_vec() };
        self.push(at, vertex, kind);
    }

    /// A part of a vertex is done after `took`.
    pub(super) fn status(
        &mut self,
        at: Time,
        vertex: Digest,
        id: &str,
        bytes: (u64, u64),
        took: Duration,
    ) -> Time {
        let (current, total) = bytes;
        let status = |completed: Option<Time>| VertexEventKind::Status {
            id: id.to_owned(),
            current: if completed.is_none() { 0 } else { current },
            total,
            started: at,
            completed,
        };
        self.push(at, vertex, status(None));
        self.push(at + took, vertex, status(Some(at + took)));
        at + took
    }

    /// A part that was asked for and that the client never answered: its vertex failed without a word.
    pub(super) fn unanswered(&mut self, at: Time, vertex: Digest, id: &str) {
        let id = id.to_owned();
        self.push(
            at,
            vertex,
            VertexEventKind::Status { id, current: 0, total: 0, started: at, completed: None },
        );
        self.completed(at, vertex, End::Failed(String::new()));
    }

    /// A process wrote.
    pub(super) fn log(&mut self, at: Time, vertex: Digest, stream: Stream, bytes: BString) {
        self.push(at, vertex, VertexEventKind::Log { stream, bytes });
    }

    /// A build check found something.
    pub(super) fn warned(&mut self, at: Time, vertex: Digest, finding: Finding) {
        self.push(at, vertex, VertexEventKind::Warned(finding));
    }

    /// A vertex is over.
    pub(super) fn completed(&mut self, at: Time, vertex: Digest, end: End) {
        let (cached, error, canceled) = match end {
            End::Done => (false, None, false),
            End::Cached => (true, None, false),
            End::Failed(error) => (false, Some(error), false),
            End::Canceled => (false, None, true),
        };
        self.push(at, vertex, VertexEventKind::Completed { cached, error, canceled });
    }

    /// A vertex that was done turns out to have been in the cache.
    pub(super) fn mark_cached(&mut self, vertex: Digest) {
        for (_, event) in self.events.iter_mut().filter(|(_, event)| event.vertex == vertex) {
            if let VertexEventKind::Completed { cached, .. } = &mut event.kind {
                *cached = true;
            }
        }
    }

    /// Whether a vertex is over.
    pub(super) fn is_completed(&self, vertex: Digest) -> bool {
        let over = |kind: &VertexEventKind| matches!(kind, VertexEventKind::Completed { .. });
        self.events.iter().any(|(_, event)| event.vertex == vertex && over(&event.kind))
    }

    /// Vertices with `text` in their names that were done at `at` are canceled then.
    pub(super) fn cancel(&mut self, at: Time, text: &str) {
        let is_meant = |event: &VertexEvent| matches!(&event.kind, VertexEventKind::Started { name, .. } if name.contains(text));
        let meant: Vec<Digest> =
            self.events.iter().filter(|(_, event)| is_meant(event)).map(|(_, event)| event.vertex).collect();
        for (when, event) in &mut self.events {
            if let VertexEventKind::Completed { error: None, canceled, .. } = &mut event.kind
                && *when >= at
                && meant.contains(&event.vertex)
            {
                *canceled = true;
            }
        }
    }

    /// How many events there are.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Forgets all events but the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.events.truncate(len);
    }

    /// Forgets what came after `until`, and what began just then.
    pub(super) fn cut(&mut self, until: Time) {
        let begun = |kind: &VertexEventKind| matches!(kind, VertexEventKind::Started { .. });
        let late: Vec<Digest> = self
            .events
            .iter()
            .filter(|(at, event)| *at >= until && begun(&event.kind))
            .map(|(_, event)| event.vertex)
            .collect();
        let failed =
            |event: &VertexEvent| matches!(event.kind, VertexEventKind::Completed { error: Some(_), .. });
        let broken: Vec<Digest> = self
            .events
            .iter()
            .filter(|(at, event)| *at == until && failed(event))
            .map(|(_, event)| event.vertex)
            .collect();
        self.events.retain(|(at, event)| {
            *at <= until && (!late.contains(&event.vertex) || broken.contains(&event.vertex))
        });
    }

    /// The events so far in order of time.
    pub(super) fn take(&mut self) -> Vec<(Time, VertexEvent)> {
        let mut events = std::mem::take(&mut self.events);
        events.sort_by_key(|(at, _)| *at);
        events
    }
}
