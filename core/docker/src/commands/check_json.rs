//! `--call=check,format=json`: the findings as BuildKit's own JSON.

use api::{CheckReport, Finding, SourcePlace};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The report as an indented object: the findings in order, each with the number of its source, and the sources.
pub(super) fn text(report: &CheckReport) -> String {
    let warnings: Vec<Value> = report.warnings.iter().map(warning).collect();
    let all = report.warnings.iter().chain(&report.error);
    let source = all.filter_map(|finding| finding.place.as_ref()).next().map(source);
    let mut object = json!({ "warnings": warnings, "sources": source.into_iter().collect::<Vec<_>>() });
    if let Some(error) = &report.error {
        let mut value = json!({ "message": error.detail });
        if let Some(place) = &error.place {
            value["location"] = location(place);
        }
        object["buildError"] = value;
    }
    let text = serde_json::to_string_pretty(&object).unwrap_or_default();
    debug_assert!(!text.is_empty(), "plain data always serializes");
    text + "\n"
}

fn warning(finding: &Finding) -> Value {
    let mut value = json!({
        "ruleName": finding.rule,
        "description": finding.description,
        "url": finding.url,
        "detail": finding.detail,
    });
    if finding.url.is_empty() {
        value.as_object_mut().map(|object| object.shift_remove("url"));
    }
    if let Some(place) = &finding.place {
        value["location"] = location(place);
    }
    value
}

fn location(place: &SourcePlace) -> Value {
    json!({ "ranges": [{ "start": { "line": place.first }, "end": { "line": place.last } }] })
}

/// The Dockerfile; without the graph that the client read it by.
fn source(place: &SourcePlace) -> Value {
    json!({ "filename": place.name, "data": STANDARD.encode(&place.text), "language": "Dockerfile" })
}
