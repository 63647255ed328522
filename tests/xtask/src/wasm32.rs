//! The core's tests on 32 bits, and the record of what happens in its fixtures beside the native one.

use std::process::Command;

use crate::shell::root;

/// The browser has no files and no harness for tests; this target is the same processor with both.
const TARGET: &str = "wasm32-wasip1";
/// The crates whose tests run there.
const CRATES: [&str; 9] =
    ["pattern", "vfs", "dockerfile", "kernel", "oci", "applets", "apk", "shell", "engine"];
/// The tests that write a record: a line `events: FIXTURE: SHA-256` for every run.
const RECORDING: [&str; 4] = ["it", "fixtures", "builds", "solves"];
const MARK: &str = "events: ";

/// What a run of tests said.
struct Said {
    passed: u64,
    events: Vec<String>,
}

/// `cargo xtask wasm32`.
pub(crate) fn run() -> Result<(), String> {
    let packages = CRATES.iter().flat_map(|name| ["-p", name]);
    let mut there = tests();
    there.args(["--target", TARGET, "--lib", "--tests"]).args(packages);
    there.envs([("CARGO_PROFILE_DEV_DEBUG", "false"), ("CARGO_PROFILE_DEV_OPT_LEVEL", "1")]);
    let there = said(there).map_err(|error| format!("{error} (rustup target add {TARGET}; Node)"))?;
    let mut here = tests();
    here.arg("--workspace").args(RECORDING.iter().flat_map(|name| ["--test", name]));
    let here = said(here)?;
    if let Some((ours, theirs)) = here.events.iter().zip(&there.events).find(|(ours, theirs)| ours != theirs)
    {
        return Err(format!("natively {ours}, on wasm32 {theirs}"));
    }
    let (count, others) = (here.events.len(), there.events.len());
    if count != others || count == 0 {
        return Err(format!("{count} runs left a record natively, {others} on wasm32"));
    }
    println!(
        "wasm32: {} tests of {} crates pass; what happened in {count} runs of fixtures equals the native record",
        there.passed,
        CRATES.len()
    );
    Ok(())
}

fn tests() -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut tests = Command::new(cargo);
    tests.args(["test", "-q", "--no-fail-fast"]).current_dir(root());
    tests
}

/// Runs tests and reads what they say; records in alphabetical order.
fn said(mut tests: Command) -> Result<Said, String> {
    tests.env("GLASSHULL_EVENTS", "1").args(["--", "--nocapture", "--test-threads=1"]);
    let output = tests.output().map_err(|error| format!("cargo: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    }
    let record = |line: &str| line.find(MARK).map(|at| line[at..].to_owned());
    let mut events: Vec<String> = text.lines().filter_map(record).collect();
    events.sort();
    let passed = text.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    let passed = passed.filter_map(|rest| rest.split(' ').next()?.parse::<u64>().ok()).sum();
    Ok(Said { passed, events })
}
