//! BuildKit's raw record without what differs from run to run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What is known of a vertex when all has been told.
#[derive(Default)]
struct Vertex {
    facts: String,
    statuses: BTreeMap<String, String>,
    logs: String,
    warnings: Vec<String>,
}

/// What a line of a record holds.
const LISTS: [&str; 4] = ["vertexes", "statuses", "logs", "warnings"];

/// Joins the lines of a record: of each vertex and each of its parts the last state counts; times are left out, and whose
/// states arrived in one line is timing too. Other lines stay.
pub(super) fn folded(text: &str) -> String {
    let mut vertices: BTreeMap<String, Vertex> = BTreeMap::new();
    let mut out = Vec::new();
    for line in text.split('\n') {
        let object = if line.starts_with("{\"") { serde_json::from_str::<Value>(line).ok() } else { None };
        let is_record = |object: &&Map<String, Value>| object.keys().all(|key| LISTS.contains(&key.as_str()));
        match object.as_ref().and_then(Value::as_object).filter(is_record) {
            Some(object) => object.iter().for_each(|(list, entries)| take(&mut vertices, list, entries)),
            None => out.push(line.to_owned()),
        }
    }
    let mut blocks: Vec<String> = vertices.into_values().map(block).collect();
    blocks.sort();
    blocks.extend(out);
    blocks.join("\n")
}

fn block(vertex: Vertex) -> String {
    let statuses: Vec<String> = vertex.statuses.into_values().collect();
    let parts = [vertex.facts, statuses.join("\n"), vertex.logs, vertex.warnings.join("\n")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn take(vertices: &mut BTreeMap<String, Vertex>, list: &str, entries: &Value) {
    for entry in entries.as_array().into_iter().flatten() {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let has = |key: &str| !entry[key].is_null();
        let digest = if list == "vertexes" { text("digest") } else { text("vertex") };
        let vertex = vertices.entry(digest).or_default();
        match list {
            "vertexes" => {
                let inputs = entry["inputs"].as_array().map_or(0, Vec::len);
                let (name, error) = (text("name"), text("error"));
                let (done, cached) = (has("completed"), has("cached"));
                vertex.facts = format!("{name} inputs={inputs} done={done} cached={cached} {error}");
            }
            "statuses" => {
                let (current, total, done) = (&entry["current"], &entry["total"], has("completed"));
                let line = format!("  {} {} {current} {total} done={done}", text("id"), text("name"));
                vertex.statuses.insert(text("id"), line);
            }
            "logs" => vertex.logs += &format!("  {} {}", entry["stream"], text("data")),
            _ => {
                let mut entry = entry.clone();
                // The graph by which the client read the file names the session.
                entry["sourceInfo"].as_object_mut().map(|source| source.shift_remove("definition"));
                entry["vertex"] = Value::Null;
                vertex.warnings.push(format!("  {entry}"));
            }
        }
    }
}
