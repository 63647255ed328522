use api::{DockerVersion, Finding, SourcePlace, VertexEventKind};

use super::transcript::seconds;
use super::{Graph, Outcome, Vertex};

/// How much of a failed vertex's output is told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views) enum Tail {
    /// None of it.
    Nothing,
    /// The last lines.
    Last(usize),
}

impl Tail {
    /// What the plain view repeats: it has shown all output before.
    pub(in crate::views) fn of_plain(version: DockerVersion) -> Self {
        match version {
            DockerVersion::V20_10 => Tail::Nothing,
            DockerVersion::V29 => Tail::Last(10),
        }
    }
}

const RULE: &str = "--------------------";

/// What follows the blocks: the vertices that failed, warnings, and the lines of the Dockerfile that are at fault.
pub(in crate::views) fn ending(graph: &Graph, repeated: Tail) -> Vec<u8> {
    let mut out = Vec::new();
    let failed = graph.vertices().filter(|vertex| matches!(vertex.outcome, Outcome::Failed(_)));
    for vertex in failed {
        out.extend(format!("------\n > {}:\n", vertex.name).into_bytes());
        if let Tail::Last(count) = repeated {
            out.extend(tail(vertex, count));
        }
        out.extend_from_slice(b"------\n");
    }
    out.extend(graph.remarks.iter().flat_map(|line| format!("{line}\n").into_bytes()));
    out.extend(summary(&graph.warnings).into_bytes());
    if let Some(place) = graph.failure.as_ref().and_then(|failure| failure.place.as_ref()) {
        out.extend(excerpt(place).into_bytes());
    }
    out
}

/// The last lines of a vertex's output.
fn tail(vertex: &Vertex, count: usize) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut is_open = false;
    for (at, kind) in &vertex.changes {
        let VertexEventKind::Log { bytes, .. } = kind else { continue };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let head = format!("{} ", seconds(at.since(vertex.started)));
            // Of a line that came in pieces the last one is shown, without its time.
            let head = if is_open { "" } else { &head };
            if is_open {
                lines.pop();
            }
            lines.push([head.as_bytes(), text, b"\n"].concat());
            is_open = !piece.ends_with(b"\n");
        }
    }
    let open = vertex.changes.iter().rev().find_map(|(_, kind)| match kind {
        VertexEventKind::Log { bytes, .. } => Some(!bytes.ends_with(b"\n")),
        _ => None,
    });
    let from = lines.len().saturating_sub(count);
    let mut out: Vec<u8> = lines.drain(from..).flatten().collect();
    if open == Some(true) {
        out.push(b'\n');
    }
    out
}

/// The findings of the build checks, equal ones once.
fn summary(warnings: &[Finding]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for warning in warnings {
        let line = warning.place.as_ref().map_or(0, |place| place.first);
        let place = if line > 0 { format!(" (line {line})") } else { String::new() };
        let text = format!(" - {}: {}{place}\n", warning.rule, warning.detail);
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    let count = match lines.len() {
        0 => return String::new(),
        1 => "1 warning found".to_owned(),
        count => format!("{count} warnings found"),
    };
    format!("\n \x1b[33m{count} (use docker --debug to expand):\n\x1b[0m{}", lines.concat())
}

/// The lines at fault with those around them, marked by `>>>`.
pub(crate) fn excerpt(place: &SourcePlace) -> String {
    let lines: Vec<&str> = place.text.split('\n').collect();
    let (first, last) = (place.first as usize, place.last as usize);
    if first == 0 || first > lines.len() {
        return String::new();
    }
    let (mut start, mut end) = (first, last.min(lines.len()));
    let room = if first == end { 4 } else { 2 };
    let mut used = 0;
    while used < room {
        if start > 1 {
            start -= 1;
            used += 1;
        }
        if end != lines.len() {
            end += 1;
            used += 1;
        }
        used += 1;
    }
    let mut text = format!("{}:{first}\n{RULE}\n", place.name);
    for number in start..=end {
        let mark = if (first..=last).contains(&number) { ">>>" } else { "   " };
        text.push_str(&format!(" {number:>3} | {mark} {}\n", lines[number - 1]));
    }
    text + RULE + "\n"
}
