//! `git-ref.json`.

use std::path::Path;

use dockerfile::GitRef;
use serde_json::{Map, Value, json};

use super::{SuiteReport, items, table};

/// Which texts are git references, and their parts.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile git references");
    for case in items(&table(data, "git-ref.json")["cases"]) {
        let text = case["ref"].as_str().unwrap_or_default();
        match (case["err"].as_str(), GitRef::parse(text)) {
            (Some(part), Err(error)) => report.check(text, &true, &error.to_string().contains(part)),
            (Some(part), Ok(found)) => {
                report.broken(text, format!("expected error {part}, actual {found:?}"))
            }
            (None, Err(error)) => report.broken(text, error),
            (None, Ok(found)) => report.check(text, &case["expected"], &found.map_or(Value::Null, row)),
        }
    }
    report
}

/// The reference in the table's form: what is empty or false is left out.
fn row(git: GitRef) -> Value {
    let fields = [
        ("Remote", json!(git.remote)),
        ("ShortName", json!(git.short_name)),
        ("Ref", json!(git.reference)),
        ("SubDir", json!(git.subdir)),
        ("Checksum", json!(git.checksum)),
        ("IndistinguishableFromLocal", json!(git.looks_local)),
        ("UnencryptedTCP", json!(git.unencrypted)),
        ("KeepGitDir", json!(git.keep_git_dir)),
        ("Submodules", json!(git.submodules)),
        ("MTime", json!(git.mtime)),
        ("FetchByCommit", json!(git.fetch_by_commit)),
    ];
    let is_set = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && value != "";
    let set = fields.into_iter().filter(|(_, value)| is_set(value));
    Value::Object(set.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
