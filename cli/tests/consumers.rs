//! What others read of us: reports by their own consumers and schemas, lessons by the schema that we print.

#[path = "consumers/schema.rs"]
mod schema;

use std::{
    fs,
    process::{Command, Output},
};

use schema::errors;
use serde_json::Value;

fn run(words: &[&str]) -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let project = tempfile::tempdir().expect("a temporary folder");
    let dockerfile = "FROM alpine\nRUN apk add --update redis # a <b> & \"c\"\n";
    fs::write(project.path().join("Dockerfile"), dockerfile).expect("it can be written");
    let Output { stdout, .. } = Command::new(env!("CARGO_BIN_EXE_glasshull"))
        .args(words)
        .current_dir(project.path())
        .env("GLASSHULL_HOME", home.path())
        .output()
        .expect("the program runs");
    String::from_utf8(stdout).expect("it is text")
}

fn check(format: &str) -> String {
    run(&["check", "redis-on-alpine", ".", "--format", format])
}

#[test]
fn nextests_reader_takes_our_junit() {
    let report = quick_junit::Report::deserialize_from_str(&check("junit")).expect("it is JUnit");
    assert_eq!((report.tests, report.failures, report.errors), (3, 1, 0));
    let suite = &report.test_suites[0];
    let failed = suite
        .test_cases
        .iter()
        .filter(|case| matches!(case.status, quick_junit::TestCaseStatus::NonSuccess { .. }));
    assert_eq!((suite.test_cases.len(), failed.count()), (3, 1));
}

#[test]
fn gradescopes_schema_takes_our_results() {
    let schema: Value = serde_json::from_str(include_str!("consumers/gradescope.schema.json")).expect("JSON");
    let results: Value = serde_json::from_str(&check("gradescope")).expect("JSON");
    assert_eq!(errors(&schema, &results), [""; 0]);
    let wrong = serde_json::json!({ "tests": [{ "score": "2" }] });
    assert_eq!(errors(&schema, &wrong).len(), 1);
}

/// Perl's `prove` reads TAP where it is installed, as it is on most machines; CI has it.
#[test]
fn perls_harness_takes_our_tap() {
    let tap = check("tap");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), &tap).expect("it can be written");
    let Ok(output) = Command::new("prove").args(["--exec", "cat"]).arg(file.path()).output() else { return };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Failed test:  3"), "{text}");
    assert!(!text.contains("Parse errors"), "{text}");
}

#[test]
fn every_lesson_is_of_the_printed_schema() {
    let schema: Value = serde_json::from_str(&run(&["lesson", "schema"])).expect("JSON");
    for builtin in lessons::BUILTIN {
        let yaml = builtin.text("lesson.yaml").expect("it is text");
        let value: Value = serde_yaml::from_str(yaml).expect("it is YAML");
        assert_eq!(errors(&schema, &value), [""; 0], "{}", builtin.id);
    }
    let broken = serde_json::json!({ "format": 1, "id": "x", "steps": [{ "id": 1 }] });
    assert!(errors(&schema, &broken).len() > 3);
}
