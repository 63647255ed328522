//! Recorded answers of real programs, each suite a function over the folder that holds them.

pub mod apk;
mod areas;
pub mod corpus;
mod corpus_settings;
pub mod docker;
pub mod dockerfile_expand;
pub mod dockerfile_git;
pub mod dockerfile_heredoc;
pub mod dockerfile_ignore;
pub mod dockerfile_instructions;
pub mod dockerfile_lint;
pub mod dockerfile_recorded;
pub mod dockerfile_reference;
pub mod dockerfile_testfiles;
pub mod dockerfile_warnings;
pub mod dockerfile_words;
pub mod shell;

use std::path::Path;

pub use areas::{AREAS, Area};

/// How a suite went.
#[derive(Clone, Debug, Default)]
pub struct SuiteReport {
    /// The suite's name.
    pub name: String,
    /// Cases that agree.
    pub passed: usize,
    /// Cases that do not: the case and the difference.
    pub failed: Vec<(String, String)>,
}

impl SuiteReport {
    /// No case yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Counts a case that agrees if `expected` equals `actual`.
    pub fn check<T: PartialEq + std::fmt::Debug>(&mut self, case: &str, expected: &T, actual: &T) {
        if expected == actual {
            self.passed += 1;
        } else {
            self.failed.push((case.to_owned(), format!("expected {expected:?}\n  actual {actual:?}")));
        }
    }

    /// Counts a case that could not be read.
    pub fn broken(&mut self, case: &str, why: impl std::fmt::Display) {
        self.failed.push((case.to_owned(), why.to_string()));
    }
}

/// A suite: `data` is the folder of the recorded answers.
pub type Suite = fn(data: &Path) -> SuiteReport;

/// The suites of the Dockerfile language over `conformance/dockerfile`.
pub const DOCKERFILE: &[Suite] = &[
    dockerfile_testfiles::run,
    dockerfile_expand::run,
    dockerfile_words::run,
    dockerfile_heredoc::run,
    dockerfile_instructions::run,
    dockerfile_recorded::run,
    dockerfile_reference::run,
    dockerfile_ignore::run,
    dockerfile_git::run,
    dockerfile_lint::run,
    dockerfile_warnings::run,
];

/// Reads a JSON table; a table that cannot be read is a null.
pub(crate) fn table(data: &Path, name: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(data.join(name)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The items of an array; nothing for other values.
pub(crate) fn items(value: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    value.as_array().into_iter().flatten()
}

/// The strings of an array.
pub(crate) fn strings(value: &serde_json::Value) -> Vec<String> {
    items(value).filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
