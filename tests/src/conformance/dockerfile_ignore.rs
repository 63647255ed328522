//! `patternmatcher.json` and `dockerignore-read.json`.

use std::path::Path;

use pattern::ignore::{Dialect, IgnoreError, PatternMatcher, Strategy, read};
use serde_json::Value;

use super::{SuiteReport, items, strings, table};

/// Patterns against paths in both dialects, compiled patterns, files to patterns.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerignore");
    let table_of_patterns = table(data, "patternmatcher.json");
    for case in items(&table_of_patterns["cases"]) {
        check(&mut report, case, Dialect::Current);
    }
    for case in items(&table_of_patterns["cases_docker20_10_only"]) {
        check(&mut report, case, Dialect::Docker20_10);
    }
    for case in items(&table_of_patterns["compiled"]) {
        compiled(&mut report, case);
    }
    for case in items(&table(data, "dockerignore-read.json")["cases"]) {
        let text = case["input"].as_str().unwrap_or_default();
        report.check(text, &strings(&case["patterns"]), &read(text));
    }
    report
}

fn check(report: &mut SuiteReport, case: &Value, dialect: Dialect) {
    let patterns = strings(&case["patterns"]);
    let path = case["path"].as_str().unwrap_or_default();
    let matched = PatternMatcher::with_dialect(&patterns, dialect)
        .and_then(|matcher| matcher.matches(path).map_err(IgnoreError::from));
    let name = format!("{dialect:?} {patterns:?} {path}");
    let expected = match case["error"].as_str() {
        Some("bad pattern") => Err("syntax error in pattern".to_owned()),
        Some(other) => Err(other.to_owned()),
        None => Ok(case["matched"] == Value::Bool(true)),
    };
    report.check(&name, &expected, &matched.map_err(|error| error.to_string()));
}

fn compiled(report: &mut SuiteReport, case: &Value) {
    let text = case["pattern"].as_str().unwrap_or_default();
    match PatternMatcher::new(&[text.to_owned()]) {
        Err(error) => report.broken(text, error),
        Ok(matcher) => {
            let actual = match matcher.patterns()[0].strategy() {
                Strategy::Exact => ("exactMatch", ""),
                Strategy::Prefix => ("prefixMatch", ""),
                Strategy::Suffix => ("suffixMatch", ""),
                Strategy::Regexp { text, .. } => ("regexpMatch", text.as_str()),
            };
            let field = |name: &str| case[name].as_str().unwrap_or_default();
            report.check(text, &(field("kind"), field("regexp_unix")), &actual);
        }
    }
}
