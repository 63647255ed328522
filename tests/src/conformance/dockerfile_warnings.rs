//! The warnings of the recorded builds of Docker 29 in `conformance/docker`.

use std::path::Path;

use dockerfile::lint::{Platform, Scope};
use serde_json::Value;

use super::SuiteReport;
use super::dockerfile_lint::{World, lint_text, parse_platform};

/// Every recorded build with a Dockerfile in its context: the `WARN:` lines of a build, the
/// `WARNING:` paragraphs of `--check`. `data` is `conformance/dockerfile`.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile recorded warnings");
    let text = std::fs::read_to_string(data.join("../docker/buildkit-modern.jsonl")).unwrap_or_default();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap_or_default();
        check(&mut report, &case);
    }
    report
}

fn check(report: &mut SuiteReport, case: &Value) {
    let Some(text) = case["files"]["Dockerfile"]["text"].as_str() else { return };
    let command = case["command"].as_str().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    let silent = [
        "-f",
        "-",
        "-q",
        "--quiet",
        "--build-context",
        "--call",
        "--progress=rawjson",
        "--progress=quiet",
        "--progress=tty",
    ];
    let several = words.iter().filter(|word| **word == "build").count() > 1;
    if several
        || words.iter().any(|word| {
            silent.contains(word) || word.starts_with("--build-context") || word.starts_with("--call=")
        })
    {
        return;
    }
    let (stdout, stderr) =
        (case["stdout"].as_str().unwrap_or_default(), case["stderr"].as_str().unwrap_or_default());
    let is_check = words.contains(&"--check");
    // A directive of a frontend makes BuildKit leave the lines out.
    if text.starts_with("# syntax") || (!is_check && !stderr.contains("load build definition")) {
        return;
    }
    let expected = if is_check { paragraphs(stdout) } else { lines(stderr) };
    let scope = if is_check { Scope::All } else { Scope::Target };
    let found = lint_text(text, scope, &world(case, &words));
    let mut actual: Vec<String> = found
        .warnings
        .iter()
        .map(|warning| {
            if is_check { format!("{}: {}", warning.rule.name, warning.detail) } else { warning.to_string() }
        })
        .collect();
    actual.sort();
    actual.dedup();
    report.check(case["name"].as_str().unwrap_or_default(), &expected, &actual);
}

fn world(case: &Value, words: &[&str]) -> World {
    let values = |flag: &str| -> Vec<String> {
        let own = format!("{flag}=");
        let joined = words.iter().filter_map(|word| word.strip_prefix(&own).map(str::to_owned));
        let pairs = words.windows(2).filter(|pair| pair[0] == flag).map(|pair| pair[1].to_owned());
        joined.chain(pairs).collect()
    };
    let build_args = values("--build-arg");
    let build_args = build_args.iter().filter_map(|arg| arg.split_once('='));
    let own = case["files"]["Dockerfile.dockerignore"]["text"].as_str();
    World {
        build_args: build_args.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        target: values("--target").pop().unwrap_or_default(),
        target_platform: values("--platform").pop().and_then(|text| platform(&text)),
        ignore: own.or(case["files"][".dockerignore"]["text"].as_str()).map(str::to_owned),
    }
}

fn platform(text: &str) -> Option<Platform> {
    parse_platform(text.split(',').next()?).ok()
}

/// `#1 WARN: Rule: detail (line N)`, and the summary at the end, which has what came late.
fn lines(stderr: &str) -> Vec<String> {
    let summed = |line: &str| {
        let text = line.trim_start_matches("\u{1b}[0m").strip_prefix(" - ")?;
        text.ends_with(')').then(|| text.to_owned())
    };
    let told = |line: &str| line.split_once(" WARN: ").map(|(_, text)| text.to_owned());
    let mut found: Vec<String> =
        stderr.lines().filter_map(|line| told(line).or_else(|| summed(line))).collect();
    found.sort();
    found.dedup();
    found
}

/// `WARNING: Rule - URL` and the detail on the next line.
fn paragraphs(stdout: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = stdout.lines();
    while let Some(line) = lines.next() {
        if let (Some(head), Some(detail)) = (line.strip_prefix("WARNING: "), lines.clone().next()) {
            found.push(format!("{}: {detail}", head.split(" - ").next().unwrap_or(head)));
        }
    }
    found.sort();
    found.dedup();
    found
}
