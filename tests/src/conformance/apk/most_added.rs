//! `data/dockerfile-usage`: the packages that real Dockerfiles add most, each with all that it needs.

use std::path::Path;

use catalog::Catalog;

use super::machine::Machine;
use crate::conformance::SuiteReport;

/// So many packages are tried.
const COUNT: usize = 300;
const TABLE: &str = "../../data/dockerfile-usage/wild-apk-packages.tsv";

/// Each that the release has is installed into a fresh root.
pub(super) fn v3_20(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("apk packages most added");
    let table = std::fs::read_to_string(data.join(TABLE)).unwrap_or_default();
    let added = table
        .lines()
        .filter_map(|line| line.strip_prefix("add\t"))
        .filter_map(|line| line.split('\t').next());
    let (catalog, root) = match Catalog::new() {
        Ok(catalog) => (catalog, "3.20"),
        Err(error) => {
            report.broken("catalog", error);
            return report;
        }
    };
    let url = |section| format!("https://dl-cdn.alpinelinux.org/alpine/v{root}/{section}");
    let repositories: Vec<_> = ["main", "community"]
        .iter()
        .filter_map(|name| catalog.mirror().open(&url(name), "x86_64").ok())
        .collect();
    let is_there = |name: &&str| repositories.iter().any(|repository| !repository.providers(name).is_empty());
    for name in added.take(COUNT).filter(is_there) {
        match install(&catalog, root, name) {
            Ok(answer) => report.check(name, &(0, true), &answer),
            Err(error) => report.broken(name, error),
        }
    }
    report
}

/// The status of `apk add`, and whether the last line says that all is well.
fn install(catalog: &Catalog, release: &str, name: &str) -> Result<(u8, bool), String> {
    let mut machine = Machine::new(catalog, release, catalog.loader())?;
    let (status, output) = machine.run(&format!("apk add --no-cache '{name}'"))?;
    Ok((status, output.lines().last().is_some_and(|line| line.starts_with("OK: "))))
}
