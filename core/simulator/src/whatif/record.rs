//! A build as rows: the fold of its events that the comparison needs.

use std::time::Duration;

use api::{CacheVerdict, Event, EventKind, VertexEventKind};
use digest::Digest;
use engine::Engine;
use serde::Serialize;
use vfs::Time;

/// The name of the result: the builders do not agree on an event that tells it.
pub(super) const TAG: &str = "glasshull-whatif:latest";

/// How the cache answered for a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The result was there.
    Cached,
    /// The step was done; why, where the cache was asked.
    #[default]
    Ran,
    /// The cache was asked in vain.
    Missed {
        /// The first thing that differed.
        reason: String,
    },
}

/// A step of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The instruction, without its number.
    pub text: String,
    /// Whether it was cached.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Virtual time that it took.
    pub took: Duration,
    /// Bytes of the files in the layers that it added, cached or not; none where BuildKit keeps no image of a step.
    pub size: Option<u64>,
}

/// A build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Built {
    /// Its steps, in the order in which they began.
    pub steps: Vec<Step>,
    /// Virtual time from the first event to the last.
    pub took: Duration,
    /// The result.
    pub image: Option<Digest>,
    /// Bytes of the files in all its layers.
    pub size: u64,
    /// What docker said when it failed.
    pub failure: Option<String>,
}

/// Folds the events that the engine noted after the first `seen`.
pub(super) fn fold(engine: &Engine, seen: usize, failure: Option<String>) -> Built {
    let mut fold = Fold { engine, open: Vec::new(), layers: 0, built: Built { failure, ..Built::default() } };
    let events: Vec<&Event> = engine.events().skip(seen).collect();
    for event in &events {
        fold.take(event);
    }
    let mut built = fold.built;
    built.image = engine.find_image(TAG).ok().filter(|_| built.failure.is_none());
    if let (Some(first), Some(last)) = (events.first(), events.last()) {
        built.took = last.at.since(first.at);
    }
    built.size = built.image.map_or(0, |image| layers(engine, &image).iter().sum());
    built
}

/// The sizes of an image's layers, the lowest first.
fn layers(engine: &Engine, image: &Digest) -> Vec<u64> {
    let chains = engine.image(image).map(|image| image.config.rootfs.chain_ids()).unwrap_or_default();
    chains.iter().map(|chain| engine.layer(chain).map_or(0, |layer| layer.size)).collect()
}

struct Fold<'a> {
    engine: &'a Engine,
    /// Steps that have begun: whose they are, their place among the steps, and when.
    open: Vec<(Option<Digest>, usize, Time)>,
    /// How many layers the image of the stage has so far.
    layers: usize,
    built: Built,
}

impl Fold<'_> {
    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StepStarted { text, .. } => self.begin(None, text.clone(), event.at),
            EventKind::CacheProbed(probe) => {
                if let Some(step) = self.built.steps.last_mut() {
                    step.verdict = match &probe.verdict {
                        CacheVerdict::Hit { .. } => Verdict::Cached,
                        CacheVerdict::Miss { reason } => Verdict::Missed { reason: reason.clone() },
                        CacheVerdict::Unused { .. } => Verdict::Ran,
                    };
                }
            }
            EventKind::BaseLookedUp { found: Some(_), .. } => {
                if let Some(step) = self.built.steps.last_mut() {
                    step.verdict = Verdict::Cached;
                }
                self.layers = 0;
            }
            EventKind::BaseLookedUp { found: None, .. } => self.layers = 0,
            EventKind::StepFinished { image, .. } => {
                let index = self.end(None, event.at);
                if let (Some(index), Some(image)) = (index, image) {
                    let sizes = layers(self.engine, image);
                    self.built.steps[index].size = Some(sizes.iter().skip(self.layers).sum());
                    self.layers = sizes.len();
                }
            }
            EventKind::Vertex(vertex) => match &vertex.kind {
                VertexEventKind::Started { name, .. } => {
                    if let Some(text) = instruction(name) {
                        self.begin(Some(vertex.vertex), text.to_owned(), event.at);
                    }
                }
                VertexEventKind::Probed { probe, .. } => {
                    let open = self.open.iter().rfind(|(whose, ..)| *whose == Some(vertex.vertex));
                    if let (Some((_, index, _)), CacheVerdict::Miss { reason }) = (open, &probe.verdict) {
                        self.built.steps[*index].verdict = Verdict::Missed { reason: reason.clone() };
                    }
                }
                VertexEventKind::Completed { cached, .. } => {
                    if let Some(index) = self.end(Some(vertex.vertex), event.at) {
                        let step = &mut self.built.steps[index];
                        // BuildKit does not call a base cached that is there already; here it always is, since the
                        // project was built before.
                        if *cached || step.text.starts_with("FROM ") {
                            step.verdict = Verdict::Cached;
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn begin(&mut self, vertex: Option<Digest>, text: String, at: Time) {
        self.open.push((vertex, self.built.steps.len(), at));
        self.built.steps.push(Step { text, verdict: Verdict::Ran, took: Duration::ZERO, size: None });
    }

    fn end(&mut self, vertex: Option<Digest>, at: Time) -> Option<usize> {
        let place = self.open.iter().rposition(|(whose, ..)| *whose == vertex)?;
        let (_, index, began) = self.open.remove(place);
        self.built.steps[index].took = at.since(began);
        Some(index)
    }
}

/// Whether the events after the first `seen` are BuildKit's.
pub(super) fn is_buildkit(engine: &Engine, seen: usize) -> bool {
    engine.events().skip(seen).any(|event| matches!(event.kind, EventKind::Vertex(_)))
}

/// The instruction in the name of a vertex (`[build 2/3] RUN make`); none for BuildKit's own work.
pub(super) fn instruction(name: &str) -> Option<&str> {
    let (head, text) = name.strip_prefix('[')?.split_once("] ")?;
    head.contains('/').then_some(text)
}
