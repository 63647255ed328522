//! A build explained as data: what each step's cache key is made of, why it was or was not cached, what it changed, and
//! what the next edit of each line or file would cost.

use std::collections::BTreeMap;

use api::{CacheProbe, CacheVerdict, Event, EventKind, FileChange, KeyPart, VertexEventKind};
use dockerfile::Dockerfile;
use serde::Serialize;

use super::next::{self, NextEdit};
use super::{Question, WhatIfError, build, edited};
use crate::Simulator;
use crate::whatif::record::{instruction, is_buildkit};

/// A build and what the next one depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The steps that asked the cache, in the order in which they did.
    pub steps: Vec<ExplainedStep>,
    /// Every line and file whose edit makes a difference, or makes none; files of one effect together.
    pub next_edits: Vec<NextEdit>,
}

/// A step of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedStep {
    /// First line of the instruction; 0 where no line is to be told (a trigger of the base).
    pub line: usize,
    /// The instruction.
    pub text: String,
    /// What the cache key is made of.
    pub key: Vec<KeyPart>,
    /// The cache's answer, with the first thing that differed.
    #[serde(flatten)]
    pub verdict: CacheVerdict,
    /// What it changed in the file system; empty where it was cached.
    pub changes: Vec<FileChange>,
    /// Bytes that it added.
    pub added: u64,
    /// Bytes of lower layers that are hidden now.
    pub hidden: u64,
}

/// Builds the project in a branch of `world`, which stays as it is, and explains the build.
///
/// # Errors
/// See [`WhatIfError`]; the change and the edits of the question do not count.
pub fn explain(world: &Simulator, question: &Question<'_>) -> Result<Explanation, WhatIfError> {
    let mut world = world.branch();
    let seen = world.engine().events().count();
    let built = build(&mut world, question, question.project);
    if let Some(failure) = built.failure {
        return Err(WhatIfError::Broken(failure));
    }
    let file = parsed(question)?;
    let steps = fold(world.engine().events().skip(seen));
    let builder =
        if is_buildkit(world.engine(), seen) { next::Builder::BuildKit } else { next::Builder::Classic };
    let mut next_edits = next::of_lines(&file, builder, &steps);
    for files in groups(question, &steps) {
        let representative = files.first().cloned().into_iter().collect::<Vec<_>>();
        let is_used = steps.iter().any(|step| representative.iter().any(|file| uses(step, file)));
        let mut invalidates = Vec::new();
        if is_used {
            let mut trial = world.branch();
            let seen = trial.engine().events().count();
            build(&mut trial, question, &edited(question.project, &representative)?);
            let again = fold(trial.engine().events().skip(seen));
            let missed = again.iter().filter(|step| !matches!(step.verdict, CacheVerdict::Hit { .. }));
            invalidates = missed.map(|step| step.line).collect();
            invalidates.sort_unstable();
            invalidates.dedup();
        }
        let text = String::new();
        next_edits.push(NextEdit { line: None, text, files, invalidates, may_invalidate: Vec::new() });
    }
    Ok(Explanation { steps, next_edits })
}

fn parsed(question: &Question<'_>) -> Result<Dockerfile, WhatIfError> {
    let path = format!("/{}", question.dockerfile.trim_start_matches("./"));
    let bytes = question.project.read_file(&path);
    let bytes = bytes.map_err(|errno| WhatIfError::Edit { path: question.dockerfile.to_owned(), errno })?;
    Dockerfile::parse(&bytes, dockerfile::Vintage::Current)
        .map_err(|error| WhatIfError::Change(super::ChangeError::Syntax(error)))
}

fn uses(step: &ExplainedStep, file: &str) -> bool {
    step.key.iter().any(|part| part.name.strip_prefix("file:") == Some(file))
}

/// The files of the project, those together that the same steps copy.
fn groups(question: &Question<'_>, steps: &[ExplainedStep]) -> Vec<Vec<String>> {
    let mut users: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for visit in question.project.walk().skip(1).filter(|visit| !visit.inode.is_dir()) {
        users.insert(visit.path.to_string().trim_start_matches('/').to_owned(), Vec::new());
    }
    for (number, step) in steps.iter().enumerate() {
        for part in &step.key {
            let file = part.name.strip_prefix("file:").and_then(|file| users.get_mut(file));
            file.into_iter().for_each(|users| users.push(number));
        }
    }
    let mut groups: BTreeMap<Vec<usize>, Vec<String>> = BTreeMap::new();
    users.into_iter().for_each(|(file, users)| groups.entry(users).or_default().push(file));
    groups.into_values().collect()
}

/// The steps that asked the cache.
fn fold<'e>(events: impl Iterator<Item = &'e Event>) -> Vec<ExplainedStep> {
    let mut steps: Vec<ExplainedStep> = Vec::new();
    let (mut line, mut text) = (0, String::new());
    let mut names = BTreeMap::new();
    for event in events {
        match &event.kind {
            EventKind::StepStarted { line: first, text: shown, .. } => {
                line = *first as usize;
                text.clone_from(shown);
            }
            EventKind::CacheProbed(probe) => steps.push(step(line, text.clone(), probe)),
            EventKind::ChangesSnapshotted { changes } => {
                steps.last_mut().into_iter().for_each(|step| step.changes.clone_from(changes));
            }
            EventKind::LayerMade { size, hidden, .. } => {
                steps.last_mut().into_iter().for_each(|step| (step.added, step.hidden) = (*size, *hidden));
            }
            EventKind::Vertex(vertex) => match &vertex.kind {
                VertexEventKind::Started { name, .. } => {
                    names.insert(vertex.vertex, (instruction(name).unwrap_or(name).to_owned(), None));
                }
                VertexEventKind::Probed { line, probe } => {
                    let Some((name, at)) = names.get_mut(&vertex.vertex) else { continue };
                    *at = Some(steps.len());
                    steps.push(step(*line as usize, name.clone(), probe));
                }
                VertexEventKind::Layered { changes, size, hidden } => {
                    let at = names.get(&vertex.vertex).and_then(|(_, at)| *at);
                    if let Some(step) = at.and_then(|at| steps.get_mut(at)) {
                        (step.added, step.hidden) = (*size, *hidden);
                        step.changes.clone_from(changes);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    steps
}

fn step(line: usize, text: String, probe: &CacheProbe) -> ExplainedStep {
    let (key, verdict) = (probe.key.clone(), probe.verdict.clone());
    ExplainedStep { line, text, key, verdict, changes: Vec::new(), added: 0, hidden: 0 }
}
