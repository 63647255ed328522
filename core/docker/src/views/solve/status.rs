//! `--progress=rawjson`: BuildKit's own record of a solve, an object a line.

use api::{Finding, VertexEvent, VertexEventKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use vfs::Time;

use super::Graph;

/// The line of one event; `graph` has taken the event in already.
pub(in crate::views) fn line(graph: &Graph, at: Time, event: &VertexEvent) -> Vec<u8> {
    let vertex = event.vertex.to_string();
    let (list, entry) = match &event.kind {
        VertexEventKind::Started { .. } | VertexEventKind::Completed { .. } => {
            ("vertexes", vertex_entry(graph, event))
        }
        VertexEventKind::Status { .. } => ("statuses", status_entry(at, &vertex, &event.kind)),
        VertexEventKind::Log { stream, bytes } => {
            let stream = if *stream == api::Stream::Stderr { 2 } else { 1 };
            let data = STANDARD.encode(bytes);
            let entry =
                json!({ "vertex": vertex, "stream": stream, "data": data, "timestamp": at.rfc3339() });
            ("logs", entry)
        }
        VertexEventKind::Warned(finding) => ("warnings", warning_entry(&vertex, finding)),
        VertexEventKind::Probed { .. } | VertexEventKind::Layered { .. } => return Vec::new(),
    };
    let mut object = Map::new();
    object.insert(list.to_owned(), Value::Array(vec![entry]));
    let mut line = serde_json::to_vec(&object).unwrap_or_default();
    debug_assert!(!line.is_empty(), "plain data always serializes");
    line.push(b'\n');
    line
}

fn vertex_entry(graph: &Graph, event: &VertexEvent) -> Value {
    let mut entry = Map::new();
    entry.insert("digest".to_owned(), json!(event.vertex.to_string()));
    let Some(vertex) = graph.vertex(event.vertex) else { return Value::Object(entry) };
    if !vertex.inputs.is_empty() {
        let inputs: Vec<String> = vertex.inputs.iter().map(ToString::to_string).collect();
        entry.insert("inputs".to_owned(), json!(inputs));
    }
    entry.insert("name".to_owned(), json!(vertex.name));
    entry.insert("started".to_owned(), json!(vertex.started.rfc3339()));
    if let VertexEventKind::Completed { cached, error, canceled } = &event.kind {
        let end = vertex.completed.unwrap_or(vertex.started);
        entry.insert("completed".to_owned(), json!(end.rfc3339()));
        if *cached {
            entry.insert("cached".to_owned(), json!(true));
        }
        let error = if *canceled { Some("context canceled".to_owned()) } else { error.clone() };
        entry.extend(error.map(|error| ("error".to_owned(), json!(error))));
    }
    Value::Object(entry)
}

fn status_entry(at: Time, vertex: &str, kind: &VertexEventKind) -> Value {
    let VertexEventKind::Status { id, current, total, started, completed } = kind else { return Value::Null };
    let mut entry = Map::new();
    entry.insert("id".to_owned(), json!(id));
    entry.insert("vertex".to_owned(), json!(vertex));
    if id.starts_with("transferring ") {
        entry.insert("name".to_owned(), json!("transferring"));
    }
    entry.insert("current".to_owned(), json!(current));
    if *total > 0 {
        entry.insert("total".to_owned(), json!(total));
    }
    entry.insert("timestamp".to_owned(), json!(at.rfc3339()));
    entry.insert("started".to_owned(), json!(started.rfc3339()));
    entry.extend(completed.map(|completed| ("completed".to_owned(), json!(completed.rfc3339()))));
    Value::Object(entry)
}

fn warning_entry(vertex: &str, finding: &Finding) -> Value {
    let first = finding.place.as_ref().map_or(0, |place| place.first);
    let short = format!("{}: {} (line {first})", finding.rule, finding.detail);
    let mut entry = json!({
        "vertex": vertex,
        "level": 1,
        "short": STANDARD.encode(short),
        "detail": [STANDARD.encode(&finding.description)],
        "url": finding.url,
    });
    if let Some(place) = &finding.place {
        entry["sourceInfo"] = json!({
            "filename": place.name,
            "data": STANDARD.encode(&place.text),
            "language": "Dockerfile",
        });
        entry["range"] = json!([{ "start": { "line": place.first }, "end": { "line": place.last } }]);
    }
    entry
}
