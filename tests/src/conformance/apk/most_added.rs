//! `data/dockerfile-usage`: the packages that real Dockerfiles add most, each with all that it needs.

use std::path::Path;

use catalog::Catalog;

use super::{
    expected::{Facts, Installation},
    machine::Machine,
};
use crate::conformance::SuiteReport;

/// So many packages are tried.
const COUNT: usize = 300;
const TABLE: &str = "../../data/dockerfile-usage/wild-apk-packages.tsv";

pub(super) fn v3_18(data: &Path) -> SuiteReport {
    run(data, "3.18")
}

pub(super) fn v3_20(data: &Path) -> SuiteReport {
    run(data, "3.20")
}

pub(super) fn v3_22(data: &Path) -> SuiteReport {
    run(data, "3.22")
}

/// Each that the release has is installed into a fresh root.
fn run(data: &Path, release: &str) -> SuiteReport {
    let mut report = SuiteReport::new(&format!("apk packages most added {release}"));
    if let Err(error) = compare(data, release, &mut report) {
        report.broken("facts", error);
    }
    report
}

fn compare(data: &Path, release: &str, report: &mut SuiteReport) -> Result<(), String> {
    let table = std::fs::read_to_string(data.join(TABLE)).map_err(|error| error.to_string())?;
    let added = table
        .lines()
        .filter_map(|line| line.strip_prefix("add\t"))
        .filter_map(|line| line.split('\t').next());
    let catalog = Catalog::new().map_err(|error| error.to_string())?;
    let base = Machine::new(&catalog, release, catalog.loader())?.text("/lib/apk/db/installed");
    let folder = data.join(format!("../../data/alpine/v{release}"));
    let facts = Facts::read(&folder, &base).ok_or("no index")?;
    for name in added.take(COUNT).filter(|name| facts.has(name)) {
        match install(&catalog, release, name) {
            Ok(actual) => report.check(name, &facts.add(name), &Some(actual)),
            Err(error) => report.broken(name, error),
        }
    }
    Ok(())
}

/// What `apk add` prints of the packages, and its last line.
fn install(catalog: &Catalog, release: &str, name: &str) -> Result<Installation, String> {
    let mut machine = Machine::new(catalog, release, catalog.loader())?;
    let (status, output) = machine.run(&format!("apk add --no-cache '{name}'"))?;
    if status != 0 {
        return Err(format!("status {status}: {output}"));
    }
    let steps = output.lines().filter_map(|line| line.split_once(" Installing "));
    Ok(Installation {
        packages: steps.map(|(_, package)| package.to_owned()).collect(),
        summary: output.lines().last().unwrap_or_default().to_owned(),
    })
}
