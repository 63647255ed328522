use serde_json::{Value, json};

use crate::{CheckResult, Grade};

/// A grade as Gradescope's `results.json`: a test for each check.
pub fn gradescope(grade: &Grade) -> Value {
    let test = |check: &CheckResult| {
        let evidence = &check.evidence;
        let mut output = match evidence.passed {
            true => String::new(),
            false => {
                format!("expected: {}\nfound: {}\nin: {}", evidence.expected, evidence.found, evidence.from)
            }
        };
        if !evidence.passed && !check.hint.is_empty() {
            output += &format!("\nhint: {}", check.hint);
        }
        json!({
            "name": check.message,
            "number": check.id,
            "score": if evidence.passed { check.points } else { 0 },
            "max_score": check.points,
            "status": if evidence.passed { "passed" } else { "failed" },
            "output": output,
            "visibility": "visible",
        })
    };
    let told = grade.limit.iter().chain(&grade.build_error).cloned().collect::<Vec<_>>().join("\n");
    json!({
        "score": grade.points,
        "output": told,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": grade.checks.iter().map(test).collect::<Vec<_>>(),
    })
}
