//! A project against the checks of a lesson.

use serde::{Deserialize, Serialize};
use simulator::Options;
use thiserror::Error;
use vfs::Tree;

use crate::expr::{Evidence, Expr};
use crate::format::{Cache, CheckEntry, Lesson, hints};
use crate::prose::as_shown;
use crate::{Bench, LessonFolder, Ran, Scene};

/// Steps of work of one container or line of a submission: an endless loop ends in a quarter of a second.
const FUEL: u64 = 3_000_000;
/// Bytes by which one container or line of a submission may grow its files.
const MEMORY: u64 = 128 << 20;
/// Bytes of one file of a submission's containers.
const FILE: u64 = 64 << 20;
/// Bytes of output of one container or line of a submission.
const OUTPUT: u64 = 1 << 20;
/// Processes of one container or line of a submission.
const PROCESSES: u32 = 128;

/// The budgets of a submission.
pub fn grading_limits() -> kernel::Limits {
    kernel::Limits {
        fuel: FUEL,
        memory: MEMORY,
        file_size: FILE,
        output: OUTPUT,
        processes: PROCESSES,
        ..kernel::Limits::default()
    }
}

/// Why a lesson cannot be run at all: a damaged program, or a start that fails.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BenchError(pub String);

/// How a submission did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The lesson's id.
    pub lesson: String,
    /// Points reached.
    pub points: u32,
    /// Points that can be reached.
    pub possible: u32,
    /// What failed on the way to the state, if something did.
    pub build_error: Option<String>,
    /// The budget that ended it, if one did.
    pub limit: Option<String>,
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

impl Grade {
    /// Whether every check passes.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.evidence.passed)
    }

    /// A grade without points, for what could not even be looked at.
    pub fn refused(lesson: &Lesson, limit: &str) -> Grade {
        let evidence = |entry: &CheckEntry| Evidence {
            passed: false,
            expected: entry.check.to_string(),
            found: limit.to_owned(),
            from: "the submission".to_owned(),
        };
        let mut grade = Grade::of(lesson, lesson.checks().map(evidence).collect());
        grade.limit = Some(limit.to_owned());
        grade
    }

    fn of(lesson: &Lesson, evidence: Vec<Evidence>) -> Grade {
        let result = |(entry, evidence): (&CheckEntry, Evidence)| CheckResult {
            id: entry.id.clone(),
            message: entry.message.clone(),
            hint: entry.hint.clone(),
            points: entry.points,
            evidence,
        };
        let checks: Vec<CheckResult> = lesson.checks().zip(evidence).map(result).collect();
        let points = checks.iter().filter(|check| check.evidence.passed).map(|check| check.points).sum();
        let possible = lesson.points();
        Grade { lesson: lesson.id.clone(), points, possible, build_error: None, limit: None, checks }
    }
}

/// Evaluates a lesson's checks in a state that is there already.
pub fn judge(lesson: &Lesson, scene: &Scene<'_>) -> Grade {
    let evidence = |entry: &CheckEntry| match Expr::parse_predicate(&entry.check.text) {
        Ok(expr) => expr.judge(scene),
        // A lesson was read with its expressions, so that this is not met.
        Err(error) => Evidence {
            passed: false,
            expected: entry.check.to_string(),
            found: error.to_string(),
            from: "lesson.yaml".to_owned(),
        },
    };
    Grade::of(lesson, lesson.checks().map(evidence).collect())
}

/// The lines that bring a machine with the files of the start to where a lesson begins.
pub fn setup(lesson: &Lesson) -> Vec<String> {
    let pulls = lesson.start.images.iter().map(|image| format!("docker pull -q {image}"));
    let warm = lesson.grade.run.iter().filter(|_| lesson.start.cache == Cache::Warm).cloned();
    pulls.chain(lesson.start.history.iter().cloned()).chain(warm).collect()
}

/// The machine on which a lesson begins. It can be forked for each submission.
///
/// # Errors
/// The embedded facts are damaged, or a command of the start fails.
pub fn start(folder: &LessonFolder) -> Result<Bench, BenchError> {
    let lesson = &folder.lesson;
    let options = Options { version: lesson.engine.docker, ..Options::default() };
    let mut bench = Bench::new(options, kernel::Limits::default())?;
    bench.set_project(&folder.start())?;
    for line in setup(lesson) {
        let ran = bench.run(&line)?;
        if ran.exit != 0 {
            let output = ran.output.trim_end();
            return Err(BenchError(format!("the start of the lesson fails: {line}\n{output}")));
        }
    }
    Ok(bench)
}

/// Runs a lesson's commands on a project folder and evaluates the checks on what comes of it. A build that fails is a
/// grade too. `begin` is the lesson's [`start`].
///
/// # Errors
/// The machine cannot be made.
pub fn grade(lesson: &Lesson, begin: &Bench, project: &Tree) -> Result<Grade, BenchError> {
    let (mut grade, ran) = attempt(lesson, begin, project, |scene| judge(lesson, scene))?;
    grade.build_error = ran.iter().find(|ran| ran.exit != 0).map(failure);
    grade.limit = ran.iter().find_map(limit);
    Ok(grade)
}

/// The levels of help for a project folder: those of the first hint that applies to what comes of it.
///
/// # Errors
/// The machine cannot be made.
pub fn help(lesson: &Lesson, begin: &Bench, project: &Tree) -> Result<Vec<String>, BenchError> {
    attempt(lesson, begin, project, |scene| hints(lesson, scene)).map(|(levels, _)| levels)
}

/// Runs a lesson's commands on a project folder, and gives the state after them to be looked at.
fn attempt<T>(
    lesson: &Lesson,
    begin: &Bench,
    project: &Tree,
    look: impl FnOnce(&Scene<'_>) -> T,
) -> Result<(T, Vec<Ran>), BenchError> {
    let limits = grading_limits();
    let mut bench = begin.fork()?;
    bench.set_limits(limits);
    bench.set_project(project)?;
    let mut ran = Vec::new();
    for line in &lesson.grade.run {
        ran.push(bench.run(line)?);
        if ran.last().is_some_and(|ran| ran.exit != 0) {
            break;
        }
    }
    let after = bench.project();
    let simulator = bench.simulator();
    let scene = Scene::new(&simulator, after, &lesson.grade.image, &lesson.grade.run);
    Ok((look(&scene.after(&ran).within(limits)), ran))
}

/// The last line that a failed command wrote.
fn failure(ran: &Ran) -> String {
    let output = as_shown(&ran.output);
    let last = output.lines().rfind(|line| !line.trim().is_empty());
    last.map_or_else(|| format!("{} ended with {}", ran.line, ran.exit), str::to_owned)
}

/// The budget that ended a line, or a container of it: one of the kernel's, or of the shell's own, which says `(limit N)`.
fn limit(ran: &Ran) -> Option<String> {
    const MARK: &str = "the simulation's ";
    let named = |line: &str| {
        if ran.exit != 0 && line.contains(" (limit ") && line.ends_with(')') {
            return Some(line.to_owned());
        }
        let rest = &line[line.find(MARK)?..];
        (rest.contains("budget of") || rest.contains("limit of")).then(|| rest.to_owned())
    };
    ran.limit.clone().or_else(|| as_shown(&ran.output).lines().find_map(named))
}
