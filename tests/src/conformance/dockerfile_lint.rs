//! `lint.json`: the rules, and Dockerfiles with the warnings they give.

use std::path::Path;

use dockerfile::lint::{self, BaseImage, Options, Platform, RULES, Report, Scope};
use pattern::ignore::{PatternMatcher, read};
use serde_json::Value;

use super::{SuiteReport, items, table};

/// Rows whose Dockerfile is not the one the warnings are about: the upstream test keeps several in
/// one variable, and the table has the first text, or no warnings, for all of them.
const MIXED_UP: [(&str, &[usize]); 5] = [
    ("BaseImagePlatformMismatch", &[0]),
    ("UndeclaredArg", &[7, 8]),
    ("UnmatchedVars", &[1, 2, 3, 4, 5]),
    ("MultipleInstructionsDisallowed", &[0, 1]),
    ("InvalidDefaultArgInFrom", &[2]),
];

/// What one run of the checks is given.
#[derive(Default)]
pub(super) struct World {
    pub(super) build_args: Vec<(String, String)>,
    pub(super) target: String,
    pub(super) target_platform: Option<Platform>,
    pub(super) ignore: Option<String>,
}

/// Each Dockerfile as a build sees it, and as `--check` does.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile build checks");
    let table = table(data, "lint.json");
    for (rule, expected) in RULES.iter().zip(items(&table["rules"])) {
        let field = |name: &str| expected[name].as_str().unwrap_or_default();
        let known = (rule.name, rule.description, rule.url, rule.experimental);
        let wanted = (
            field("name"),
            field("description"),
            field("url"),
            expected["experimental"] == Value::Bool(true),
        );
        report.check(rule.name, &wanted, &known);
    }
    let mut numbers = std::collections::BTreeMap::new();
    for case in items(&table["cases"]) {
        let test = case["test"].as_str().unwrap_or_default();
        let number = numbers.entry(test).and_modify(|number| *number += 1).or_insert(0_usize);
        let mixed_up = MIXED_UP.iter().any(|(name, rows)| *name == test && rows.contains(number));
        if !mixed_up {
            check(&mut report, &format!("{test} {number}"), case);
        }
    }
    report
}

fn check(report: &mut SuiteReport, name: &str, case: &Value) {
    let attributes = case["frontend_attrs"].as_object();
    let build_args = attributes.into_iter().flatten().filter_map(|(key, value)| {
        Some((key.strip_prefix("build-arg:")?.to_owned(), value.as_str()?.to_owned()))
    });
    let other =
        Platform { os: "linux".to_owned(), architecture: "riscv64".to_owned(), variant: String::new() };
    let world = World {
        build_args: build_args.collect(),
        ignore: case["dockerignore"].as_str().map(str::to_owned),
        target_platform: attributes.is_some_and(|fields| fields.contains_key("platform")).then_some(other),
        target: String::new(),
    };
    let text = case["dockerfile"].as_str().unwrap_or_default();
    // Upstream compares the warnings of all stages without their lines.
    let all = case.get("unmarshal_warnings");
    for (scope, expected) in [(Scope::Target, None), (Scope::All, all)] {
        let found = lint_text(text, scope, &world);
        let mut wanted = expected_rows(expected.unwrap_or(&case["warnings"]));
        let mut actual = rows(&found, &case["warnings"]);
        if expected.is_some() {
            wanted.iter_mut().chain(&mut actual).for_each(|row| row.0 = 0);
        }
        report.check(&format!("{name} {scope:?}"), &wanted, &actual);
        let error = found.error.map(|error| error.message);
        let wanted = case["build_error"].as_str().map(str::to_owned);
        report.check(&format!("{name} {scope:?} error"), &wanted, &error);
    }
}

/// Runs the checks; the base images are those of the recorded builds.
pub(super) fn lint_text(text: &str, scope: Scope, world: &World) -> Report {
    let here = Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), variant: String::new() };
    let patterns = world.ignore.as_deref().map(read).filter(|patterns| !patterns.is_empty());
    let matcher = patterns.and_then(|patterns| PatternMatcher::new(&patterns).ok());
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
    let base = |_: &str| {
        Some(BaseImage {
            env: vec![("PATH".to_owned(), path.clone())],
            platform: here.clone(),
            ..BaseImage::default()
        })
    };
    let options = Options {
        build_args: &world.build_args,
        target: &world.target,
        scope,
        ignore: matcher.as_ref(),
        build_platform: here.clone(),
        target_platform: world.target_platform.clone().unwrap_or_else(|| here.clone()),
        is_reference: &|name| !name.is_empty() && !name.ends_with(':') && !name.contains("::"),
        parse_platform: &parse_platform,
        base: &base,
    };
    lint::check(text, &options)
}

pub(super) fn parse_platform(text: &str) -> Result<Platform, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (os, architecture, variant) = match parts.as_slice() {
        [os, architecture] => (*os, *architecture, ""),
        [os, architecture, variant] => (*os, *architecture, *variant),
        _ => return Err(format!("\"{text}\": cannot parse platform specifier: invalid argument")),
    };
    Ok(Platform { os: os.to_owned(), architecture: architecture.to_owned(), variant: variant.to_owned() })
}

type Row = (u64, String, String);

fn expected_rows(warnings: &Value) -> Vec<Row> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or("computed").to_owned();
    let mut rows: Vec<Row> = items(warnings)
        .map(|row| (row["line"].as_u64().unwrap_or(0), text(row, "rule"), text(row, "detail")))
        .collect();
    rows.sort();
    rows
}

/// The findings in the same form; details the table does not have are not compared.
fn rows(report: &Report, expected: &Value) -> Vec<Row> {
    let unknown = |rule: &str| items(expected).any(|row| row["rule"] == rule && row["detail"].is_null());
    let row = |found: &lint::Warning| {
        let detail = if unknown(found.rule.name) { "computed".to_owned() } else { found.detail.clone() };
        (found.lines.first as u64, found.rule.name.to_owned(), detail)
    };
    let mut rows: Vec<Row> = report.warnings.iter().map(row).collect();
    rows.sort();
    rows
}
