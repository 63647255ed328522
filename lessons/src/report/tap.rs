use std::fmt::Write;

use crate::Grade;

/// A grade as the Test Anything Protocol, version 13, which readers of 14 take too: one test point for each check, its ground as a YAML block.
pub fn tap(grade: &Grade) -> String {
    let mut out = format!("TAP version 13\n1..{}\n", grade.checks.len());
    for (number, check) in (1..).zip(&grade.checks) {
        let evidence = &check.evidence;
        let verdict = if evidence.passed { "ok" } else { "not ok" };
        let message = escaped(&check.message);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{verdict} {number} - {}: {message}", check.id);
        if !evidence.passed {
            out += "  ---\n";
            for (key, value) in
                [("expected", &evidence.expected), ("found", &evidence.found), ("in", &evidence.from)]
            {
                let _ = writeln!(out, "  {key}: {}", quoted(value));
            }
            out += "  ...\n";
        }
    }
    out
}

/// `#` begins a directive, a backslash an escape.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ")
}

/// A YAML text in double quotes: JSON's spelling is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
