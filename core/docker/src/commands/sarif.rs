//! Findings of the build checks as SARIF 2.1.0 (OASIS), which code hosts and editors show at their lines.

use api::{CheckReport, Finding};
use serde_json::{Value, json};

/// The report as an indented document; `path` is the Dockerfile as the user knows it.
pub(super) fn text(report: &CheckReport, path: &str) -> String {
    let mut rules: Vec<&Finding> = Vec::new();
    for warning in &report.warnings {
        if rules.iter().all(|known| known.rule != warning.rule) {
            rules.push(warning);
        }
    }
    let index = |warning: &Finding| rules.iter().position(|known| known.rule == warning.rule);
    let result = |warning: &Finding| {
        json!({
            "ruleId": warning.rule,
            "ruleIndex": index(warning),
            "level": "warning",
            "message": { "text": warning.detail },
            "locations": locations(warning, path),
        })
    };
    let results: Vec<Value> = report.warnings.iter().map(result).collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "docker build checks",
            "informationUri": "https://docs.docker.com/build/checks/",
            "rules": rules.iter().map(|warning| rule(warning)).collect::<Vec<_>>(),
        } },
        "results": results,
    });
    if let Some(error) = &report.error {
        let told = json!({
            "level": "error",
            "message": { "text": error.detail },
            "locations": locations(error, path),
        });
        run["invocations"] = json!([{ "executionSuccessful": false, "toolExecutionNotifications": [told] }]);
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    debug_assert!(!text.is_empty(), "plain data always serializes");
    text + "\n"
}

fn rule(warning: &Finding) -> Value {
    let mut rule = json!({ "id": warning.rule, "shortDescription": { "text": warning.description } });
    if !warning.url.is_empty() {
        rule["helpUri"] = json!(warning.url);
    }
    rule
}

fn locations(finding: &Finding, path: &str) -> Value {
    let place = finding.place.as_ref().map(|place| {
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": path.trim_start_matches("./") },
            "region": { "startLine": place.first, "endLine": place.last },
        } })
    });
    json!(place.into_iter().collect::<Vec<_>>())
}
