//! Fuzzers. One is differential: scripts and calls of applets from a generator of our own, run by a real busybox in a chroot and
//! by the simulation; what is printed, the status and the files left behind are compared.

pub mod apk;
mod applets;
pub mod bytes;
mod case;
mod checks;
mod excuse;
mod real;
mod script;
mod tree;
mod words;

use std::{path::Path, sync::Mutex, thread};

pub use case::{Case, generate};
pub use checks::{Read, checks};
pub use real::{Real, Source};

use crate::conformance::shell::without_help_prose;
use crate::machine::Machine;

/// The environment of both sides.
const ENVIRONMENT: &[(&str, &str)] =
    &[("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"), ("HOME", "/root"), ("LC_ALL", "C")];

/// Threads that compare.
const WORKERS: usize = 2;
/// How often the real side is asked again when it answers otherwise.
const AGAIN: usize = 4;

/// What a case came to on one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The exit status, or why there is none.
    pub status: String,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// One line for each file of the working directory.
    pub tree: String,
}

/// How a run went.
#[derive(Debug, Default)]
pub struct Report {
    /// Cases that were run on both sides.
    pub cases: usize,
    /// Those whose outcomes were equal.
    pub equal: usize,
    /// Those that differ for a known reason, with it.
    pub excused: Vec<(u64, &'static str)>,
    /// The others: the case's number and both outcomes as text.
    pub different: Vec<(u64, String)>,
}

impl Report {
    /// Equal cases in every hundred that have no excuse.
    pub fn share(&self) -> f64 {
        let counted = self.cases - self.excused.len();
        if counted == 0 { 100.0 } else { 100.0 * self.equal as f64 / counted as f64 }
    }
}

/// Whether the real side can be run: chroot is root's.
pub fn may_chroot() -> bool {
    let status = std::process::Command::new("chroot").args(["/", "true"]).status();
    status.is_ok_and(|status| status.success())
}

/// The script of one case.
///
/// # Errors
/// No busybox.
pub fn script(seed: u64, number: u64) -> Result<String, String> {
    let (machine, real) = (Machine::new()?, real::applets()?);
    Ok(generate(seed, number, &|name| machine.has_program(name) && real.contains(name)).script)
}

/// Runs the cases `numbers` of `seed`; `scratch` is where the real side gets its root.
///
/// # Errors
/// No busybox, or no right to use chroot.
pub fn run(
    seed: u64,
    numbers: std::ops::Range<u64>,
    source: &Source,
    scratch: &Path,
) -> Result<Report, String> {
    let next = Mutex::new(numbers);
    let report = Mutex::new(Report::default());
    let failure = Mutex::new(None);
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (next, report, failure) = (&next, &report, &failure);
            scope.spawn(move || {
                if let Err(error) = work(seed, next, report, source, &scratch.join(worker.to_string()))
                    && let Ok(mut failure) = failure.lock()
                {
                    *failure = Some(error);
                }
            });
        }
    });
    if let Some(error) = failure.into_inner().unwrap_or_default() {
        return Err(error);
    }
    let mut report = report.into_inner().map_err(|_| "a worker panicked".to_owned())?;
    report.different.sort();
    report.excused.sort();
    Ok(report)
}

fn work(
    seed: u64,
    next: &Mutex<std::ops::Range<u64>>,
    report: &Mutex<Report>,
    source: &Source,
    root: &Path,
) -> Result<(), String> {
    let machine = Machine::new()?;
    let real = Real::prepare(root, &machine, source)?;
    let has = |name: &str| machine.has_program(name) && real.has(name);
    loop {
        let Some(number) = next.lock().ok().and_then(|mut next| next.next()) else { return Ok(()) };
        let case = generate(seed, number, &has);
        let expected = real.run(&case)?;
        let actual = simulated(&machine, &case);
        let verdict = verdict(&case, &expected, &actual, &real)?;
        let Ok(mut report) = report.lock() else { return Ok(()) };
        report.cases += 1;
        match verdict {
            Verdict::Equal => report.equal += 1,
            Verdict::Excused(reason) => report.excused.push((number, reason)),
            Verdict::Different => report.different.push((number, shown(&case, &expected, &actual))),
        }
    }
}

enum Verdict {
    Equal,
    Excused(&'static str),
    Different,
}

/// What to say of two outcomes. A race can end in several ways: ours has to be one that the real side shows, too.
fn verdict(case: &Case, expected: &Outcome, actual: &Outcome, real: &Real) -> Result<Verdict, String> {
    let ours = settled(case, actual);
    if settled(case, expected) == ours {
        return Ok(Verdict::Equal);
    }
    if let Some(reason) = excuse::find(case, expected, actual) {
        return Ok(Verdict::Excused(reason));
    }
    for _ in 0..AGAIN {
        if settled(case, &real.run(case)?) == ours {
            return Ok(Verdict::Excused(excuse::RACE));
        }
    }
    Ok(Verdict::Different)
}

fn simulated(machine: &Machine, case: &Case) -> Outcome {
    match machine.run(&["/bin/sh", "-c", &case.script], ENVIRONMENT, b"") {
        Err(error) => Outcome { status: error, ..Outcome::default() },
        Ok(ran) => Outcome {
            status: ran.status.map_or_else(|limit| limit, |status| status.to_string()),
            stdout: plain(&ran.stdout),
            stderr: plain(&ran.stderr),
            tree: tree::of_machine(&ran.root),
        },
    }
}

/// An outcome without what is left to chance: the order of messages from the members of a pipeline.
fn settled(case: &Case, outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    if case.script.contains('|') || case.script.contains('&') {
        // Whether a member gets SIGPIPE is a race.
        let is_certain = |line: &&[u8]| !line.ends_with(b"terminated by signal 13\n");
        let lines = outcome.stderr.split_inclusive(|byte| *byte == b'\n').filter(is_certain);
        let mut lines: Vec<_> = lines.collect();
        lines.sort_unstable();
        // Traces are written in pieces, which mix.
        outcome.stderr = if case.script.contains("set -x") { Vec::new() } else { lines.concat() };
    }
    outcome
}

/// Output without what is ours to word: the banner and the prose of help texts.
fn plain(bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("BusyBox v") => without_help_prose(text).into_bytes(),
        _ => bytes.to_vec(),
    }
}

/// The script and what differs, as text.
fn shown(case: &Case, expected: &Outcome, actual: &Outcome) -> String {
    let mut text = format!("{}\n", case.script);
    let mut part = |name: &str, expected: &[u8], actual: &[u8]| {
        if expected != actual {
            let lossy = String::from_utf8_lossy;
            text += &format!("  real {name}: {:?}\n  ours {name}: {:?}\n", lossy(expected), lossy(actual));
        }
    };
    part("status", expected.status.as_bytes(), actual.status.as_bytes());
    part("stdout", &expected.stdout, &actual.stdout);
    part("stderr", &expected.stderr, &actual.stderr);
    part("tree", expected.tree.as_bytes(), actual.tree.as_bytes());
    text
}
