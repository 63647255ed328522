//! `real-index/*.json`: apk on the indexes of Alpine's releases.

use std::path::Path;

use catalog::Catalog;
use serde_json::Value;

use super::{machine::Machine, transcripts::without_times};
use crate::conformance::{SuiteReport, items, strings, table};

pub(super) fn v3_20(data: &Path) -> SuiteReport {
    run(data, "3.20")
}

pub(super) fn v3_22(data: &Path) -> SuiteReport {
    run(data, "3.22")
}

/// Each command in a fresh root.
fn run(data: &Path, release: &str) -> SuiteReport {
    let mut report = SuiteReport::new(&format!("apk on the index of {release}"));
    let catalog = match Catalog::new() {
        Ok(catalog) => catalog,
        Err(error) => {
            report.broken("catalog", error);
            return report;
        }
    };
    for case in items(&table(data, &format!("real-index/{release}.json"))["results"]) {
        let command = case["cmd"].as_str().unwrap_or_default();
        match play(&catalog, release, command) {
            Ok(actual) => report.check(command, &recorded(case), &actual),
            Err(error) => report.broken(command, error),
        }
    }
    report
}

/// Status, output, world, installed packages.
type Answer = (u64, Vec<String>, Vec<String>, Vec<String>);

fn recorded(case: &Value) -> Answer {
    let output = case["output"].as_str().unwrap_or_default();
    (
        case["exit"].as_u64().unwrap_or(999),
        lines(output),
        strings(&case["world"]),
        strings(&case["installed"]),
    )
}

fn play(catalog: &Catalog, release: &str, command: &str) -> Result<Answer, String> {
    let mut machine = Machine::new(catalog, release, catalog.loader())?;
    let (status, output) = machine.run(command)?;
    let world = machine.text("/etc/apk/world").lines().map(str::to_owned).collect();
    Ok((status.into(), lines(&output), world, machine.installed()))
}

/// The recorded packages were stand-ins: their scripts print nothing, descriptions and download
/// sizes are not the real ones, and most triggers could not fire.
fn lines(output: &str) -> Vec<String> {
    let comparable = |line: &&str| {
        let other_trigger = line.ends_with(".trigger") && !line.contains(" busybox-");
        !other_trigger && !line.starts_with("glasshull: the message of")
    };
    without_times(output).lines().filter(comparable).map(str::to_owned).collect()
}
