use api::{
    ApiError, Backend, BuildContext, BuildRequest, CreateRequest, Event, HostConfig, Input, Io, Stream,
};
use oci::ContainerConfig;
use serde::{Deserialize, Serialize};
use vfs::Tree;

use crate::{
    CheckEntry, Lesson,
    check::{Evidence, State},
};

/// The name that a graded image gets.
const TAG: &str = "glasshull-check:latest";

/// How a submission did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The lesson's id.
    pub lesson: String,
    /// Points reached.
    pub points: u32,
    /// Points that can be reached.
    pub possible: u32,
    /// Why the build failed, if it did; then no check passes.
    pub build_error: Option<String>,
    /// The checks in the lesson's order.
    pub checks: Vec<CheckResult>,
}

/// How one check went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's id.
    pub id: String,
    /// What holds when it passes.
    pub message: String,
    /// Help for who does not pass.
    pub hint: String,
    /// What it is worth.
    pub points: u32,
    /// The verdict with its ground.
    pub evidence: Evidence,
}

/// Builds the Dockerfile of a project folder and evaluates a lesson's checks on the result. A build that fails is a
/// grade too.
pub fn grade(lesson: &Lesson, project: &Tree, backend: &mut dyn Backend) -> Grade {
    let built = build(project, backend).and_then(|()| look(lesson, backend));
    let (checks, build_error) = match built {
        Ok(checks) => (checks, None),
        Err(error) => (all_failed(lesson, &error), Some(error.message)),
    };
    let points = checks.iter().filter(|check| check.evidence.passed).map(|check| check.points).sum();
    let possible = lesson.checks.iter().map(|entry| entry.points).sum();
    Grade { lesson: lesson.id.clone(), points, possible, build_error, checks }
}

fn build(project: &Tree, backend: &mut dyn Backend) -> Result<(), ApiError> {
    let request = BuildRequest {
        tags: vec![TAG.to_owned()],
        force_remove: true,
        ..BuildRequest::new(BuildContext { tree: project.clone(), wire_bytes: 0, entries: 0 })
    };
    backend.build(&request, &mut Silent).map(|_| ())
}

fn look(lesson: &Lesson, backend: &mut dyn Backend) -> Result<Vec<CheckResult>, ApiError> {
    let image = backend.inspect_image(TAG)?;
    let request = CreateRequest {
        name: None,
        image: TAG.to_owned(),
        config: ContainerConfig::default(),
        host: HostConfig::default(),
    };
    let container = backend.create(&request)?.id.to_string();
    let tree = backend.export(&container);
    backend.remove_container(&container, true, true)?;
    let tree = tree?;
    let own_layers = backend.history(TAG)?.iter().filter(|row| row.id.is_some() && row.size > 0).count();
    let state = State { tree: &tree, config: &image.config, own_layers };
    Ok(results(lesson, |entry| entry.check.evaluate(&state)))
}

fn all_failed(lesson: &Lesson, error: &ApiError) -> Vec<CheckResult> {
    let found = format!("the build failed: {}", error.message);
    results(lesson, |_| Evidence { passed: false, expected: "an image".to_owned(), found: found.clone() })
}

fn results(lesson: &Lesson, evidence: impl Fn(&CheckEntry) -> Evidence) -> Vec<CheckResult> {
    let result = |entry: &CheckEntry| CheckResult {
        id: entry.id.clone(),
        message: entry.message.clone(),
        hint: entry.hint.clone(),
        points: entry.points,
        evidence: evidence(entry),
    };
    lesson.checks.iter().map(result).collect()
}

/// Nobody watches a graded build, and nothing comes in.
struct Silent;

impl Io for Silent {
    fn event(&mut self, _event: &Event) {}

    fn write(&mut self, _stream: Stream, _bytes: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}
