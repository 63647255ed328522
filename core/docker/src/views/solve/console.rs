//! BuildKit's progress on a terminal: a frame for each tick in which something changed, each drawn over the last one.

use std::time::Duration;

use api::{DockerVersion, VertexEventKind};
use bstr::ByteSlice;
use vfs::Time;

use super::transcript::size;
use super::{Graph, Outcome, Vertex};
use crate::host::TerminalSize;

/// How often a terminal is drawn.
const TICK: Duration = Duration::from_millis(150);
/// Lines of output that are shown below a step that runs.
const TERM_HEIGHT: usize = 6;
/// Columns around them.
const TERM_PAD: usize = 10;
/// Shorter times are shown as none.
const SHORT: f64 = 0.05;
/// Columns that a name needs at least.
const NAME_LEAST: usize = 12;
/// Columns that a name keeps at least beside the bytes of a part.
const NAME_BESIDE: usize = 20;

const BLUE: &str = "\x1b[34m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const FAINT: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// A terminal that is drawn on.
pub(in crate::views) struct Console {
    version: DockerVersion,
    size: TerminalSize,
    out: String,
    /// Lines of the last frame.
    drawn: usize,
    is_first: bool,
}

/// A line of a frame: a vertex, or a part of one.
struct Row {
    text: String,
    /// Bytes beside it.
    status: String,
    started: Time,
    completed: Option<Time>,
    colour: &'static str,
    /// The last lines of a running step's output.
    output: Vec<String>,
}

impl Console {
    /// Nothing is drawn yet.
    pub(in crate::views) fn new(version: DockerVersion, size: TerminalSize) -> Self {
        Console { version, size, out: String::new(), drawn: 0, is_first: true }
    }

    /// All frames of a build.
    pub(in crate::views) fn print(mut self, graph: &Graph) -> Vec<u8> {
        let vertices: Vec<&Vertex> = graph.vertices().collect();
        let Some(first) = vertices.iter().map(|vertex| vertex.started).min() else { return Vec::new() };
        let last = vertices.iter().filter_map(|vertex| vertex.completed).max().unwrap_or(first);
        self.frame(&vertices, first, first, false);
        let mut seen = 0;
        let mut at = first + TICK;
        while at < last {
            let count = happened(&vertices, at);
            if count != seen {
                self.frame(&vertices, first, at, false);
                seen = count;
            }
            at = at + TICK;
        }
        self.frame(&vertices, first, last, true);
        self.out.into_bytes()
    }

    fn frame(&mut self, vertices: &[&Vertex], first: Time, now: Time, is_last: bool) {
        let known: Vec<&&Vertex> = vertices.iter().filter(|vertex| is_last || vertex.started < now).collect();
        let done = |vertex: &&&&Vertex| vertex.completed.is_some_and(|end| end <= now);
        let completed = known.iter().filter(done).count();
        let total = known.len().max(1);
        self.out += &"\x1b[1A".repeat(self.drawn + 1);
        if std::mem::take(&mut self.is_first) {
            self.out += "\x1b[1B";
        }
        self.out += "\x1b[0G\x1b[?25l";
        let finished = if is_last && completed == total { "FINISHED" } else { "" };
        let seconds = now.since(first).as_secs_f64();
        self.header(&format!("[+] Building {seconds:.1}s ({completed}/{total}) {finished}"));
        let mut rows: Vec<Row> = known.iter().flat_map(|vertex| self.rows(vertex, now)).collect();
        if !is_last {
            self.fit(&mut rows);
        }
        let before = self.drawn;
        self.drawn = 0;
        rows.iter().for_each(|row| self.row(row, now));
        self.clear(before.saturating_sub(self.drawn));
        self.out += "\x1b[?25h";
    }

    fn header(&mut self, text: &str) {
        let width = self.size.width;
        self.out += &match self.version {
            DockerVersion::V29 => align(text, "docker:default", width - 1),
            DockerVersion::V20_10 => align(text, "", width),
        };
        self.out.push('\n');
    }

    /// Lines of the last frame that this one has no more.
    fn clear(&mut self, lines: usize) {
        if lines > 0 {
            self.out += &format!("{}\n", " ".repeat(self.size.width)).repeat(lines);
            self.out += &format!("\x1b[{lines}A\x1b[0G");
        }
    }

    fn rows(&self, vertex: &Vertex, now: Time) -> Vec<Row> {
        let completed = vertex.completed.filter(|end| *end <= now);
        let (mark, colour) = match (&vertex.outcome, completed) {
            (_, None) => ("", ""),
            (Outcome::Cached, _) => ("CACHED ", BLUE),
            (Outcome::Failed(_), _) => ("ERROR ", RED),
            (Outcome::Canceled, _) => ("CANCELED ", YELLOW),
            _ => ("", BLUE),
        };
        let output = if completed.is_none() { self.output(vertex, now) } else { Vec::new() };
        let text = format!("{mark}{}", vertex.name);
        let mut rows =
            vec![Row { text, status: String::new(), started: vertex.started, completed, colour, output }];
        for (at, kind) in vertex.changes.iter().filter(|(at, _)| *at <= now) {
            let VertexEventKind::Status { id, current, total, started, completed } = kind else { continue };
            debug_assert!(at >= started, "a part is told of after its beginning");
            let text = format!("=> {id}");
            rows.retain(|row| row.text != text);
            let status = match (current, total) {
                (0, 0) => String::new(),
                (current, 0) => size(*current),
                (current, total) => format!("{} / {}", size(*current), size(*total)),
            };
            let colour = if completed.is_some() { BLUE } else { "" };
            rows.push(Row {
                text,
                status,
                started: *started,
                completed: *completed,
                colour,
                output: Vec::new(),
            });
        }
        rows
    }

    /// The end of what a step has written, as a small terminal shows it.
    fn output(&self, vertex: &Vertex, now: Time) -> Vec<String> {
        let mut text = Vec::new();
        for (_, kind) in vertex.changes.iter().filter(|(at, _)| *at <= now) {
            if let VertexEventKind::Log { bytes, .. } = kind {
                text.extend_from_slice(bytes);
            }
        }
        let columns = self.size.width.saturating_sub(TERM_PAD).max(1);
        let mut lines = Vec::new();
        for line in text.lines().filter(|line| !line.trim_ascii().is_empty()) {
            let letters: Vec<char> = line.to_str_lossy().chars().collect();
            lines.extend(letters.chunks(columns).map(|chunk| {
                let shown: String = chunk.iter().collect();
                format!("{shown:<columns$}")
            }));
        }
        lines.split_off(lines.len().saturating_sub(TERM_HEIGHT))
    }

    /// Output is shown while there is room for it; rows that are done give way first.
    fn fit(&self, rows: &mut Vec<Row>) {
        let room = self.size.height.saturating_sub(2);
        let mut free = room.saturating_sub(rows.iter().filter(|row| row.completed.is_none()).count());
        let mut hidden = 0;
        for row in rows.iter_mut().filter(|row| !row.output.is_empty()) {
            if free > TERM_HEIGHT + 3 {
                free -= TERM_HEIGHT + 3;
                hidden += row.output.len();
            } else {
                row.output.clear();
            }
        }
        let room = room.saturating_sub(hidden);
        while rows.len() > room
            && let Some(at) = rows.iter().position(|row| row.completed.is_some())
        {
            rows.remove(at);
        }
        rows.truncate(room);
    }

    fn row(&mut self, row: &Row, now: Time) {
        let took = row.completed.unwrap_or(now).since(row.started).as_secs_f64();
        let timer = format!(" {:3.1}s", if took < SHORT { 0.0 } else { took });
        let mut left = self.size.width.saturating_sub(" => ".len() + timer.len() + 2);
        let shows_status = !row.status.is_empty() && left + row.status.len() > NAME_BESIDE;
        if shows_status {
            left = left.saturating_sub(row.status.len() + 1);
        }
        if left < NAME_LEAST {
            return;
        }
        let mut text = format!(" => {}", row.text.chars().take(left).collect::<String>());
        if shows_status {
            text += &format!(" {}", row.status);
        }
        let text = align(&text, &timer, self.size.width - 1);
        let reset = if row.colour.is_empty() { "" } else { RESET };
        self.out += &format!("{}{text}\n{reset}", row.colour);
        self.drawn += 1;
        for line in &row.output {
            self.out += &format!("{FAINT} => => # {line}\n{RESET}");
            self.drawn += 1;
        }
    }
}

/// How much has happened until a time.
fn happened(vertices: &[&Vertex], now: Time) -> usize {
    let of = |vertex: &&Vertex| {
        usize::from(vertex.started < now)
            + usize::from(vertex.completed.is_some_and(|end| end <= now))
            + vertex.changes.iter().filter(|(at, _)| *at <= now).count()
    };
    vertices.iter().map(of).sum()
}

/// Two texts at both ends of a line.
fn align(left: &str, right: &str, width: usize) -> String {
    let room = width.saturating_sub(right.chars().count() + 1);
    format!("{left:<room$} {right}")
}
