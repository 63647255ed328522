//! `instruction-errors.json`, `expose.json`, and COPY and RUN of `heredoc.json`.

use std::path::Path;

use dockerfile::instruction::{Command, CopySource, RunForm};
use dockerfile::{Vintage, instruction, parse_port, syntax};
use serde_json::{Map, Value, json};

use super::{SuiteReport, items, strings, table};

/// Typed instructions and their errors.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile instructions");
    for case in items(&table(data, "instruction-errors.json")["cases"]) {
        let text = case["dockerfile"].as_str().unwrap_or_default();
        let error = first(text).err().unwrap_or_default();
        match case["error"].as_str() {
            Some(whole) => report.check(text, &whole.to_owned(), &error),
            None => {
                let part = case["error_contains"].as_str().unwrap_or("?");
                report.check(text, &(part, true), &(part, error.contains(part)));
            }
        }
    }
    let heredocs = table(data, "heredoc.json");
    for case in items(&heredocs["copy"]) {
        compare(&mut report, case, &case["sourcesAndDest"]);
    }
    for case in items(&heredocs["run"]) {
        let mut expected = case.clone();
        let fields = expected.as_object_mut().map(|fields| fields.remove("dockerfile"));
        report.check("run is a table", &true, &fields.is_some());
        compare(&mut report, case, &expected);
    }
    for case in items(&heredocs["errors"]) {
        let text = case["dockerfile"].as_str().unwrap_or_default();
        let error = first(text).err().unwrap_or_default();
        report.check(text, &case["expectedError"].as_str().unwrap_or("?"), &&*error);
    }
    for case in items(&table(data, "expose.json")["cases"]) {
        expose(&mut report, case);
    }
    report
}

fn first(text: &str) -> Result<Command, String> {
    let tree = syntax::parse(text, Vintage::Current).map_err(|error| error.message)?;
    let parsed = instruction::parse(&tree.nodes[0], Vintage::Current);
    parsed.map(|found| found.command).map_err(|error| error.message)
}

fn compare(report: &mut SuiteReport, case: &Value, expected: &Value) {
    let text = case["dockerfile"].as_str().unwrap_or_default();
    match first(text) {
        Ok(command) => report.check(text, expected, &shown(&command)),
        Err(error) => report.broken(text, error),
    }
}

/// COPY and RUN in the table's form.
fn shown(command: &Command) -> Value {
    let mut fields = Map::new();
    match command {
        Command::Copy(copy) => {
            fields.insert("DestPath".into(), json!(copy.dest));
            let mut paths = Vec::new();
            let mut contents = Vec::new();
            for source in &copy.sources {
                match source {
                    CopySource::Path(path) => paths.push(json!(path)),
                    CopySource::Inline(file) => {
                        contents.push(json!({"Path": file.name, "Data": file.data, "Expand": file.expand}));
                    }
                }
            }
            insert_some(&mut fields, "SourcePaths", paths);
            insert_some(&mut fields, "SourceContents", contents);
        }
        Command::Run(run) => {
            let words = match &run.form {
                RunForm::Shell(text) => vec![text.clone()],
                RunForm::Exec(items) => items.clone(),
            };
            fields.insert("command".into(), json!(words));
            let files = run.scripts.iter().map(|file| {
                let mut row = json!({"Name": file.name, "Data": file.data});
                if file.chomp {
                    row["Chomp"] = json!(true);
                }
                row
            });
            insert_some(&mut fields, "files", files.collect());
            fields.insert("shell".into(), json!(run.form.is_shell()));
        }
        _ => {}
    }
    Value::Object(fields)
}

fn insert_some(fields: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        fields.insert(key.to_owned(), Value::Array(list));
    }
}

fn expose(report: &mut SuiteReport, case: &Value) {
    let specs = match case["spec"].as_str() {
        Some(spec) => vec![spec.to_owned()],
        None => strings(&case["specs"]),
    };
    let parsed: Result<Vec<_>, _> = specs.iter().map(|spec| parse_port(spec, Vintage::Current)).collect();
    let name = specs.join(" ");
    match (&case["error"], parsed) {
        (Value::Null, Ok(found)) => {
            let ports: Vec<String> = found.into_iter().flat_map(|spec| spec.ports).collect();
            report.check(&name, &strings(&case["ports"]), &ports);
        }
        (Value::String(text), Err(error)) => report.check(&name, text, &error.to_string()),
        (Value::Bool(true), Err(_)) => report.passed += 1,
        (expected, actual) => report.broken(&name, format!("expected {expected:?}, actual {actual:?}")),
    }
}
