//! `*/envVarTest` and `shell-expand.json`.

use std::collections::BTreeMap;
use std::path::Path;

use dockerfile::Vintage;
use dockerfile::expand::{Expander, Glob};
use serde_json::Value;

use super::{SuiteReport, items, strings, table};

const ENVIRONMENT: [(&str, &str); 4] =
    [("PWD", "/home"), ("SHELL", "bash"), ("KOREAN", "한국어"), ("NULL", "")];

/// Words with their expansion, for the Unix platform.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile expand");
    for (folder, vintage) in
        [("buildkit-docker20.10", Vintage::Docker20_10), ("buildkit-2026", Vintage::Current)]
    {
        let text = std::fs::read_to_string(data.join(folder).join("envVarTest")).unwrap_or_default();
        for line in text.lines() {
            env_line(&mut report, line, vintage);
        }
    }
    modifiers(&mut report, &table(data, "shell-expand.json"));
    report
}

fn env_line(report: &mut SuiteReport, line: &str, vintage: Vintage) {
    let line = line.split('#').next().filter(|_| line.starts_with('#')).map_or(line, |_| "");
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [platform, input, expected] = fields.as_slice() else { return };
    if *platform == "W" {
        return;
    }
    let lookup =
        |name: &str| ENVIRONMENT.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let actual = Expander::new('\\', vintage).word(input, &lookup).unwrap_or_else(|_| "error".to_owned());
    report.check(&format!("{vintage:?} {input}"), &(*expected).to_owned(), &actual);
}

fn modifiers(report: &mut SuiteReport, table: &Value) {
    let expander = Expander::new('\\', Vintage::Current);
    for case in items(&table["cases"]) {
        let input = case["input"].as_str().unwrap_or_default();
        let env: BTreeMap<String, String> = case["env"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        let result = expander.expand(input, &|name| env.get(name).cloned());
        if case["error"] == Value::Bool(true) {
            let text = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
            let wanted = case["error_contains"].as_str().unwrap_or("failed to process");
            report.check(input, &true, &text.contains(wanted));
            continue;
        }
        match result {
            Err(error) => report.broken(input, error),
            Ok(found) => {
                report.check(input, &case["output"].as_str(), &Some(&*found.text));
                if case.get("used").is_some() {
                    let sets = (found.used.into_iter().collect(), found.unset.into_iter().collect());
                    report.check(input, &(strings(&case["used"]), strings(&case["unset"])), &sets);
                }
            }
        }
    }
    for (pattern, expected) in table["glob_to_regexp"].as_object().into_iter().flatten() {
        let actual = Glob::parse(pattern, true).map(|glob| glob.regex_text()).ok();
        report.check(pattern, &expected.as_str().map(str::to_owned), &actual);
    }
    for pattern in strings(&table["glob_invalid"]) {
        report.check(&pattern, &false, &Glob::parse(&pattern, true).is_ok());
    }
}
