//! Recorded docker sessions (`conformance/docker`).

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
};

use similar::TextDiff;

use super::SuiteReport;
use crate::differential::{Case, Outcome, Replay, install, normalize, normalize_transcript, write_rootfs};

/// Recorded sessions of one kind.
struct Recording {
    /// The file, without its ending.
    name: &'static str,
    /// Variables under which they ran.
    environment: &'static [(&'static str, &'static str)],
    /// Takes out what differs from run to run.
    normalize: fn(&str) -> String,
}

/// The classic builder of docker 20.10.24.
pub fn classic_20_10(data: &Path) -> SuiteReport {
    let environment = &[("DOCKER_BUILDKIT", "0")];
    replay_all(data, &Recording { name: "classic-20.10", environment, normalize })
}

/// The classic builder of the docker of August 2026.
pub fn classic_29(data: &Path) -> SuiteReport {
    let environment = &[("GLASSHULL_DOCKER_VERSION", "29"), ("DOCKER_BUILDKIT", "0")];
    replay_all(data, &Recording { name: "classic-29", environment, normalize })
}

/// BuildKit of docker 20.10.24.
pub fn buildkit_20_10(data: &Path) -> SuiteReport {
    let environment = &[("DOCKER_BUILDKIT", "1")];
    replay_all(data, &Recording { name: "buildkit-20.10", environment, normalize: normalize_transcript })
}

/// BuildKit of the docker of August 2026.
pub fn buildkit_modern(data: &Path) -> SuiteReport {
    let environment = &[("GLASSHULL_DOCKER_VERSION", "29"), ("BUILDKIT_PROGRESS", "plain")];
    replay_all(data, &Recording { name: "buildkit-modern", environment, normalize: normalize_transcript })
}

/// Sessions that run at once.
pub(super) const WORKERS: usize = 2;

fn replay_all(data: &Path, recording: &Recording) -> SuiteReport {
    let mut report = SuiteReport::new(&format!("docker {}", recording.name));
    let cases = data.join(format!("{}.jsonl", recording.name));
    let rootfs = data.join("base-rootfs.tsv");
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => {
            report.broken("setup", error);
            return report;
        }
    };
    let (replay, cases) = match prepare(scratch.path(), &rootfs, recording.environment)
        .and_then(|replay| Ok((replay, Case::read_all(&cases)?)))
    {
        Ok(ready) => ready,
        Err(error) => {
            report.broken("setup", error);
            return report;
        }
    };
    let chosen = chosen();
    let cases =
        cases.iter().filter(|case| chosen.as_ref().is_none_or(|names| names.contains(case.text("name"))));
    let next = Mutex::new(cases.enumerate());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((number, case)) = next.lock().ok().and_then(|mut cases| cases.next()) else {
                        return;
                    };
                    let difference = compare(case, &replay, recording.normalize);
                    if let Ok(mut results) = results.lock() {
                        results.push((number, case.text("name").to_owned(), difference));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort();
    for (_, case, difference) in results {
        match difference {
            None => report.passed += 1,
            Some(difference) => report.failed.push((case, difference)),
        }
    }
    report
}

/// The cases that `GLASSHULL_CASES` names, between blanks; none for all.
pub(super) fn chosen() -> Option<BTreeSet<String>> {
    let names = std::env::var("GLASSHULL_CASES").ok().filter(|names| !names.trim().is_empty())?;
    Some(names.split_whitespace().map(str::to_owned).collect())
}

/// A `docker` that is our program, and a state with the images `alpine` and `busybox` of the recording.
fn prepare(
    scratch: &Path,
    rootfs: &Path,
    environment: &'static [(&'static str, &'static str)],
) -> std::io::Result<Replay> {
    let replay = prepare_wrapper(scratch, environment)?;
    let docker = replay.bin.join("docker");
    let archive = scratch.join("rootfs.tar");
    write_rootfs(rootfs, &archive)?;
    for image in ["alpine", "busybox"] {
        let status = Command::new(&docker)
            .args(["import", "-c", "CMD [\"/bin/sh\"]"])
            .args(["-c", "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
            .args([archive.as_os_str(), image.as_ref()])
            .envs(environment.iter().copied())
            .env("GLASSHULL_HOME", &replay.home)
            .status()?;
        if !status.success() {
            return Err(std::io::Error::other(format!("docker import {image}: {status}")));
        }
    }
    Ok(replay)
}

/// A `docker` that is our program, and an empty state.
pub(super) fn prepare_wrapper(
    scratch: &Path,
    environment: &'static [(&'static str, &'static str)],
) -> std::io::Result<Replay> {
    let replay = Replay { bin: scratch.join("bin"), home: scratch.join("home"), environment };
    fs::create_dir_all(&replay.bin)?;
    fs::create_dir_all(&replay.home)?;
    install(&program(), &replay.bin)?;
    Ok(replay)
}

/// The program under test: `GLASSHULL_BIN`, or the release build.
fn program() -> PathBuf {
    let built =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(|root| root.join("target/release/glasshull"));
    std::env::var_os("GLASSHULL_BIN").map(PathBuf::from).or(built).unwrap_or_default()
}

fn compare(case: &Case, replay: &Replay, normalize: fn(&str) -> String) -> Option<String> {
    let actual = match case.replay(replay) {
        Ok(outcome) => outcome,
        Err(error) => return Some(format!("cannot be replayed: {error}")),
    };
    let shown = |outcome: &Outcome| {
        let (stdout, stderr) = (normalize(&outcome.stdout), normalize(&outcome.stderr));
        format!("{stdout}\n-- stderr --\n{stderr}\n-- exit {} --\n", outcome.exit)
    };
    let (recorded, actual) = (shown(&case.recorded()), shown(&actual));
    if recorded == actual {
        return None;
    }
    Some(
        TextDiff::from_lines(&recorded, &actual)
            .unified_diff()
            .context_radius(2)
            .header("docker", "glasshull")
            .to_string(),
    )
}
