//! `real-index/3.20.json`: apk on the indexes of Alpine 3.20.

use std::path::Path;

use catalog::Catalog;
use serde_json::Value;

use super::{machine::Machine, transcripts::without_times};
use crate::conformance::{SuiteReport, items, strings, table};

/// Each command in a fresh root.
pub(super) fn v3_20(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("apk on the index of 3.20");
    let catalog = match Catalog::new() {
        Ok(catalog) => catalog,
        Err(error) => {
            report.broken("catalog", error);
            return report;
        }
    };
    for case in items(&table(data, "real-index/3.20.json")["results"]) {
        let command = case["cmd"].as_str().unwrap_or_default();
        match play(&catalog, command) {
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

fn play(catalog: &Catalog, command: &str) -> Result<Answer, String> {
    let mut machine = Machine::new(catalog, catalog.loader())?;
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
