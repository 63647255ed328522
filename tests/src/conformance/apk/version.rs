//! `version/version-2.14.9.data`: how versions compare.

use std::cmp::Ordering;
use std::path::Path;

use apk::version::compare;

use crate::conformance::SuiteReport;

/// Lines of the form `A op B`.
pub(super) fn v2_14(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("apk versions");
    let text = std::fs::read_to_string(data.join("version/version-2.14.9.data")).unwrap_or_default();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let [a, expected, b] = line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
        let actual = match compare(a, b) {
            Ordering::Less => "<",
            Ordering::Equal => "=",
            Ordering::Greater => ">",
        };
        report.check(&format!("{a} {expected} {b}"), &expected, &actual);
    }
    report
}
