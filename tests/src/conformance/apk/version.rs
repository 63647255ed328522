//! `version/version-*.data`: how versions compare, and since 3.0 which are well formed.

use std::cmp::Ordering;
use std::path::Path;

use apk::{Engine, Operator};

use crate::conformance::SuiteReport;

pub(super) fn v2_14(data: &Path) -> SuiteReport {
    run(data, "apk versions", "2.14.9", Engine::V2_14_9)
}

pub(super) fn v3_0(data: &Path) -> SuiteReport {
    run(data, "apk versions 3.0.6", "3.0.6", Engine::V3_0_6)
}

/// Lines of the form `A op B`, `VERSION` for well formed ones, `!VERSION` for others.
fn run(data: &Path, title: &str, table: &str, engine: Engine) -> SuiteReport {
    let mut report = SuiteReport::new(title);
    let path = data.join(format!("version/version-{table}.data"));
    for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
        let line = line.split('#').next().unwrap_or_default();
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [version] => {
                let (wanted, version) = match version.strip_prefix('!') {
                    Some(version) => (false, version),
                    None => (true, version),
                };
                report.check(line, &wanted, &engine.is_version(version));
            }
            [a, word, b] => report.check(line, &true, &holds(engine, a, word, b)),
            _ => {}
        }
    }
    report
}

fn holds(engine: Engine, a: &str, word: &str, b: &str) -> bool {
    let (wanted, word) = match word.strip_prefix('!') {
        Some(word) => (false, word),
        None => (true, word),
    };
    let exact = |order: Ordering| engine.compare_versions(a, b) == order;
    let holds = match word {
        "<" => exact(Ordering::Less),
        "=" => exact(Ordering::Equal),
        ">" => exact(Ordering::Greater),
        word => Operator::parse(word).accepts(engine, a, b),
    };
    holds == wanted
}
