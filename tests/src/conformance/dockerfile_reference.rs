//! `reference.json`: the grammar of image names and docker's reading of them.

use std::path::Path;

use oci::Reference;
use oci::reference::{self, AnyReference, Parsed, Vintage};
use serde_json::Value;

use super::{SuiteReport, items, strings, table};

const NOW: Vintage = Vintage::Current;

/// Image names: strict and normalised forms, familiar names, patterns.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("image references");
    let table = table(data, "reference.json");
    grammar(&mut report, &table);
    expressions(&mut report, &table);
    normalised(&mut report, &table);
    named(&mut report, &table);
    report
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

fn shown<T: ToString, E: ToString>(result: Result<T, E>) -> String {
    result.map_or_else(|error| error.to_string(), |value| value.to_string())
}

fn grammar(report: &mut SuiteReport, table: &Value) {
    for case in items(&table["parse"]) {
        let input = text(case, "input");
        let parts = |parsed: Parsed| {
            let domain = parsed.domain.clone().unwrap_or_default();
            [parsed.name(), domain, parsed.tag.unwrap_or_default(), parsed.digest.unwrap_or_default()]
                .join(" ")
        };
        let expected = match case["error"].as_str() {
            Some(error) => error.to_owned(),
            None => ["repository", "domain", "tag", "digest"].map(|key| text(case, key)).join(" "),
        };
        report.check(&format!("parse {input}"), &expected, &shown(reference::parse(input, NOW).map(parts)));
    }
    for case in items(&table["with_name_fails"]) {
        let input = text(case, "input");
        let name = reference::split_name(input, NOW).ok_or("invalid reference format");
        let given = shown(name.and_then(|_| {
            reference::parse(input, NOW).map_err(|_| "repository name must not be more than 255 characters")
        }));
        report.check(&format!("name {input}"), &text(case, "error").to_owned(), &given);
    }
    for case in items(&table["with_tag"]) {
        let (domain, path) = reference::split_name(text(case, "name"), NOW).unwrap_or_default();
        let option = |key: &str| case[key].as_str().map(str::to_owned);
        let parsed = Parsed {
            domain: domain.map(str::to_owned),
            path: path.to_owned(),
            tag: option("tag"),
            digest: option("digest"),
        };
        report.check(text(case, "combined"), &text(case, "combined").to_owned(), &parsed.to_string());
    }
}

fn expressions(report: &mut SuiteReport, table: &Value) {
    for case in items(&table["domain_regexp"]) {
        let input = text(case, "input");
        report.check(&format!("domain {input}"), &case["match"], &reference::is_domain(input, NOW).into());
    }
    for case in items(&table["identifier_regexp"]) {
        let input = text(case, "input");
        report.check(&format!("id {input}"), &case["match"], &reference::is_identifier(input).into());
    }
    for case in items(&table["full_name_regexp"]) {
        let input = text(case, "input");
        let parts = reference::split_name(input, NOW);
        let parts = parts.map(|(domain, path)| vec![domain.unwrap_or_default().to_owned(), path.to_owned()]);
        check_parts(report, case, &format!("full name {input}"), parts);
    }
    for case in items(&table["reference_regexp"]) {
        let input = text(case, "input");
        let parts = reference::parse(input, NOW).ok().map(|parsed| {
            vec![parsed.name(), parsed.tag.unwrap_or_default(), parsed.digest.unwrap_or_default()]
        });
        check_parts(report, case, &format!("reference {input}"), parts);
    }
}

fn check_parts(report: &mut SuiteReport, case: &Value, name: &str, parts: Option<Vec<String>>) {
    let matched = case["match"].as_bool().unwrap_or_default();
    match parts {
        Some(parts) if matched && !case["subs"].is_null() => {
            report.check(name, &strings(&case["subs"]), &parts)
        }
        parts => report.check(name, &matched, &parts.is_some()),
    }
}

fn normalised(report: &mut SuiteReport, table: &Value) {
    for (key, valid) in [("normalized_valid", true), ("normalized_invalid", false)] {
        for input in strings(&table[key]) {
            let given = Reference::parse_normalized_by(&input, NOW).is_ok();
            report.check(&format!("normalised {input}"), &valid, &given);
        }
    }
    for case in items(&table["repository_info"]) {
        for key in ["full", "familiar", "ambiguous"] {
            let input = text(case, key);
            if input.is_empty() {
                continue;
            }
            let given = Reference::parse_normalized_by(input, NOW).map(|name| {
                [name.name(), name.familiar_name(), name.domain().to_owned(), name.path().to_owned()]
            });
            let expected = ["full", "familiar", "domain", "path"].map(|key| text(case, key).to_owned());
            report.check(&format!("{key} {input}"), &Ok(expected), &given);
        }
    }
    for case in items(&table["any_reference"]) {
        let input = text(case, "input");
        let given = shown(AnyReference::parse(input, NOW));
        report.check(&format!("any {input}"), &text(case, "canonical").to_owned(), &given);
    }
}

fn named(report: &mut SuiteReport, table: &Value) {
    for case in items(&table["split"]) {
        let input = text(case, "input");
        let given = Reference::parse_normalized_by(input, NOW)
            .map(|name| format!("{} {}", name.domain(), name.path()));
        let expected = format!("{} {}", text(case, "domain"), text(case, "path"));
        report.check(&format!("split {input}"), &expected, &shown(given));
    }
    for case in items(&table["parse_named"]) {
        let input = text(case, "input");
        let given =
            Reference::parse_canonical(input, NOW).map(|name| format!("{} {}", name.domain(), name.path()));
        let expected = match case["error"].as_str() {
            Some(error) => error.to_owned(),
            None => format!("{} {}", text(case, "domain"), text(case, "path")),
        };
        report.check(&format!("named {input}"), &expected, &shown(given));
    }
    for case in items(&table["docker_ref"]) {
        let given = shown(Reference::parse_to_pull(text(case, "input"), NOW));
        report.check(&format!("pull {}", text(case, "name")), &text(case, "expected").to_owned(), &given);
    }
    for case in items(&table["familiar_match"]) {
        let (input, pattern) = (text(case, "reference"), text(case, "pattern"));
        let name = Reference::parse_normalized_by(input, NOW);
        let given = name.is_ok_and(|name| name.matches(pattern).unwrap_or_default());
        report.check(&format!("{pattern} {input}"), &case["expected"], &given.into());
    }
}
