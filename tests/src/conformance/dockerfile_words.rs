//! `*/wordsTest` and `json-form.json`.

use std::collections::BTreeMap;
use std::path::Path;

use dockerfile::Vintage;
use dockerfile::expand::Expander;
use dockerfile::syntax::{Args, parse};

use super::{SuiteReport, items, strings, table};

/// Splitting of expanded words, exec-form arrays, words of ENV and LABEL.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile words");
    for (folder, vintage) in
        [("buildkit-docker20.10", Vintage::Docker20_10), ("buildkit-2026", Vintage::Current)]
    {
        let text = std::fs::read_to_string(data.join(folder).join("wordsTest")).unwrap_or_default();
        words(&mut report, &text, vintage);
        json(&mut report, &table(data, "json-form.json"), vintage);
    }
    report
}

fn words(report: &mut SuiteReport, text: &str, vintage: Vintage) {
    let mut env = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, value)) = line.strip_prefix("ENV ").and_then(|pair| pair.split_once('=')) {
            env.insert(name.to_owned(), value.to_owned());
            continue;
        }
        let Some((input, expected)) = line.split_once('|') else { continue };
        let (input, expected) = (input.trim(), expected.trim_start());
        let expanded = Expander::new('\\', vintage).expand(input, &|name| env.get(name).cloned());
        let actual = expanded.map_or_else(|_| "error".to_owned(), |found| found.words.join(","));
        report.check(&format!("{vintage:?} {input}"), &expected.to_owned(), &actual);
    }
}

/// The arguments of the one instruction, or the error.
fn args_of(text: &str, vintage: Vintage) -> Result<(Vec<String>, bool), String> {
    let tree = parse(text, vintage).map_err(|error| error.message)?;
    match &tree.nodes[0].args {
        Args::Words { words, json } => Ok((words.iter().map(ToString::to_string).collect(), *json)),
        other => Err(format!("{other:?}")),
    }
}

fn json(report: &mut SuiteReport, table: &serde_json::Value, vintage: Vintage) {
    for case in items(&table["valid"]) {
        let input = case["input"].as_str().unwrap_or_default();
        let actual = args_of(&format!("CMD {input}"), vintage);
        report.check(input, &Ok((strings(&case["output"]), true)), &actual);
    }
    for input in strings(&table["invalid"]) {
        let mixed = "when using JSON array syntax, arrays must be comprised of strings only";
        report.check(&input, &Err(mixed.to_owned()), &args_of(&format!("CMD {input}"), vintage));
    }
    for case in items(&table["parse_words"]) {
        let input = case["input"].as_str().unwrap_or_default();
        let actual = args_of(&format!("ARG {input}"), vintage);
        report.check(input, &Ok((strings(&case["output"]), false)), &actual);
    }
}
