//! The parse errors among the recorded builds of `conformance/docker`.

use std::path::Path;

use dockerfile::{Dockerfile, ParseError, ParseErrorKind, Vintage};
use serde_json::Value;

use super::SuiteReport;

/// What marks the last line of stderr as an error of this room.
const SIGNS: [&str; 7] = [
    "dockerfile parse error",
    "failed to parse Dockerfile",
    "cannot be empty",
    "file with no instructions",
    "must have two arguments",
    "can't find = in",
    "no build stage in current context",
];

/// One recording: its file, the vintage, and how its last line is made of an error.
type Recording = (&'static str, Vintage, fn(&ParseError) -> String);

const RECORDINGS: [Recording; 4] = [
    ("classic-20.10.jsonl", Vintage::Docker20_10, classic),
    ("classic-29.jsonl", Vintage::Current, classic),
    ("buildkit-20.10.jsonl", Vintage::Docker20_10, |error| {
        format!(
            "failed to solve with frontend dockerfile.v0: failed to create LLB definition: {}",
            error.text()
        )
    }),
    ("buildkit-modern.jsonl", Vintage::Current, |error| {
        format!("ERROR: failed to build: failed to solve: {}", error.text())
    }),
];

fn classic(error: &ParseError) -> String {
    format!("Error response from daemon: {}", error.daemon_text("Dockerfile"))
}

/// Every recorded build whose Dockerfile does not parse, and every one that ended in such an error:
/// the last line, and the lines BuildKit marked. `data` is `conformance/dockerfile`.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile recorded errors");
    let folder = data.join("../docker");
    for (file, vintage, last_line) in RECORDINGS {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).unwrap_or_default();
            check(&mut report, file, &case, vintage, last_line);
        }
    }
    report
}

fn check(
    report: &mut SuiteReport,
    file: &str,
    case: &Value,
    vintage: Vintage,
    last_line: fn(&ParseError) -> String,
) {
    let Some(text) = case["files"]["Dockerfile"]["text"].as_str() else { return };
    let command = case["command"].as_str().unwrap_or_default();
    let elsewhere = |word: &str| matches!(word, "-" | "-f" | "--file" | "--check") || word.starts_with("-f=");
    if command.split_whitespace().any(elsewhere) {
        return;
    }
    let stderr = case["stderr"].as_str().unwrap_or_default();
    let recorded = stderr.trim_end().lines().next_back().unwrap_or_default();
    let parsed = Dockerfile::parse(text.as_bytes(), vintage);
    let is_ours = SIGNS.iter().any(|sign| recorded.contains(sign));
    let name = format!("{file} {}", case["name"].as_str().unwrap_or_default());
    match parsed {
        Ok(_) if is_ours => report.broken(&name, format!("parses, but recorded {recorded:?}")),
        Ok(_) => report.passed += 1,
        Err(error) if case["exit"] == 0 => report.broken(&name, format!("recorded success, actual {error}")),
        Err(error) => {
            let recorded = recorded.trim_start_matches(|ch: char| ch == '#' || ch.is_ascii_digit());
            report.check(&name, &recorded.to_owned(), &last_line(&error));
            if file.starts_with("buildkit-modern") && error.kind != ParseErrorKind::Empty {
                report.check(
                    &format!("{name} lines"),
                    &marked(stderr),
                    &(error.lines.first..=error.lines.last).collect(),
                );
            }
        }
    }
}

/// The line numbers with `>>>`.
fn marked(stderr: &str) -> Vec<usize> {
    let number = |line: &str| line.split_once(" | >>> ").and_then(|(number, _)| number.trim().parse().ok());
    stderr.lines().filter_map(number).collect()
}
