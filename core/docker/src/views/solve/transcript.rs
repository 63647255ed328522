use std::collections::BTreeMap;
use std::time::Duration;

use api::{DockerVersion, VertexEventKind};
use digest::Digest;
use vfs::Time;

use super::{Graph, Outcome, Vertex};

/// How often the daemon tells what has changed.
const TICK: Duration = Duration::from_millis(100);
/// A status shows its time from here on.
const SHOWN: f64 = 0.01;

/// The blocks of the plain view. At each tick those vertices are shown that have come to their end; then one that runs,
/// which stays open until it ends or another one does.
pub(in crate::views) struct Transcript {
    version: DockerVersion,
    out: Vec<u8>,
    numbers: BTreeMap<Digest, u32>,
    /// How much of each vertex has been shown.
    shown: BTreeMap<Digest, usize>,
    /// Output without a line end, with the time of its first byte.
    partial: BTreeMap<Digest, (Time, Vec<u8>)>,
    current: Option<Digest>,
}

impl Transcript {
    /// Nothing is shown yet.
    pub(in crate::views) fn new(version: DockerVersion) -> Self {
        Transcript {
            version,
            out: Vec::new(),
            numbers: BTreeMap::new(),
            shown: BTreeMap::new(),
            partial: BTreeMap::new(),
            current: None,
        }
    }

    /// All blocks of a build.
    pub(in crate::views) fn print(mut self, graph: &Graph) -> Vec<u8> {
        if self.version == DockerVersion::V29 {
            self.out.extend_from_slice(b"#0 building with \"default\" instance using docker driver\n\n");
        }
        let vertices: Vec<&Vertex> = graph.vertices().collect();
        let Some(first) = vertices.iter().map(|vertex| vertex.started).min() else { return self.out };
        let ends = vertices.iter().filter_map(|vertex| vertex.completed);
        let last = ends.max().unwrap_or(first);
        let mut at = first;
        while at <= last {
            at = at + TICK;
            self.tick(&vertices, at);
            at = skip_quiet_time(&vertices, at);
        }
        if self.out.ends_with(b"\n\n") {
            self.out.pop();
        }
        self.out
    }

    fn tick(&mut self, vertices: &[&Vertex], now: Time) {
        let over = |vertex: &&&Vertex| vertex.completed.is_some_and(|end| end <= now);
        let mut ended: Vec<&Vertex> = vertices
            .iter()
            .filter(over)
            .filter(|vertex| self.shown.get(&vertex.digest) != Some(&usize::MAX))
            .copied()
            .collect();
        ended.sort_by_key(|vertex| (Some(vertex.digest) != self.current, vertex.completed, vertex.started));
        for vertex in ended {
            self.open(vertex);
            self.changes(vertex, now);
            self.close(vertex);
        }
        let running =
            |vertex: &&&Vertex| vertex.started <= now && vertex.completed.is_none_or(|end| end > now);
        let current = vertices.iter().filter(running).find(|vertex| Some(vertex.digest) == self.current);
        if let Some(vertex) = current.or_else(|| vertices.iter().find(|vertex| running(vertex))) {
            self.open(vertex);
            self.changes(vertex, now);
        }
    }

    /// Begins or goes on with a vertex's block; the block that is open is left.
    fn open(&mut self, vertex: &Vertex) {
        if self.current == Some(vertex.digest) {
            return;
        }
        if let Some(number) = self.current.and_then(|current| self.numbers.get(&current)) {
            self.out.extend(format!("#{number} ...\n\n").into_bytes());
        }
        let next = self.numbers.len() as u32 + 1;
        let number = *self.numbers.entry(vertex.digest).or_insert(next);
        self.out.extend(format!("#{number} {}\n", vertex.name).into_bytes());
        if self.version == DockerVersion::V20_10 {
            self.out.extend(format!("#{number} {}\n", vertex.digest).into_bytes());
        }
        self.current = Some(vertex.digest);
    }

    /// What has happened to a vertex since it was shown last.
    fn changes(&mut self, vertex: &Vertex, now: Time) {
        let from = self.shown.get(&vertex.digest).copied().unwrap_or(0);
        let new: Vec<&(Time, VertexEventKind)> =
            vertex.changes.iter().skip(from).take_while(|(at, _)| *at <= now).collect();
        self.shown.insert(vertex.digest, from + new.len());
        let number = self.numbers.get(&vertex.digest).copied().unwrap_or(0);
        let done: Vec<&String> = new
            .iter()
            .filter_map(|(_, kind)| match kind {
                VertexEventKind::Status { id, completed: Some(_), .. } => Some(id),
                _ => None,
            })
            .collect();
        for (at, kind) in &new {
            match kind {
                // A part that began and ended within a tick is told once.
                VertexEventKind::Status { id, completed: None, .. } if done.contains(&id) => {}
                VertexEventKind::Status { .. } => {
                    let line = format!("#{number} {}\n", status_text(*at, kind));
                    self.out.extend(line.into_bytes());
                }
                VertexEventKind::Log { bytes, .. } => self.log(vertex, number, *at, bytes),
                VertexEventKind::Warned(finding) => {
                    let line = finding.place.as_ref().map_or(0, |place| place.first);
                    let place = if line > 0 { format!(" (line {line})") } else { String::new() };
                    let line = format!("#{number} WARN: {}: {}{place}\n", finding.rule, finding.detail);
                    self.out.extend(line.into_bytes());
                }
                _ => {}
            }
        }
    }

    fn log(&mut self, vertex: &Vertex, number: u32, at: Time, bytes: &[u8]) {
        let (mut since, mut text) = self.partial.remove(&vertex.digest).unwrap_or((at, Vec::new()));
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if text.is_empty() {
                since = at;
            }
            text.extend_from_slice(piece);
            if text.ends_with(b"\n") {
                let head = format!("#{number} {} ", seconds(since.since(vertex.started)));
                self.out.extend(head.into_bytes());
                self.out.append(&mut text);
            }
        }
        if !text.is_empty() {
            self.partial.insert(vertex.digest, (since, text));
        }
    }

    /// Ends a vertex's block.
    fn close(&mut self, vertex: &Vertex) {
        let number = self.numbers.get(&vertex.digest).copied().unwrap_or(0);
        if let Some((since, mut text)) = self.partial.remove(&vertex.digest) {
            text.push(b'\n');
            let head = format!("#{number} {} ", seconds(since.since(vertex.started)));
            self.out.extend(head.into_bytes());
            self.out.append(&mut text);
        }
        let took = vertex.completed.unwrap_or(vertex.started).since(vertex.started).as_secs_f64();
        let end = match &vertex.outcome {
            Outcome::Cached => "CACHED".to_owned(),
            Outcome::Failed(error) if error.is_empty() => String::new(),
            Outcome::Failed(error) => format!("ERROR: {error}"),
            Outcome::Canceled => "CANCELED".to_owned(),
            Outcome::Done | Outcome::Running => format!("DONE {took:.1}s"),
        };
        if !end.is_empty() {
            self.out.extend(format!("#{number} {end}\n").into_bytes());
        }
        self.out.push(b'\n');
        self.shown.insert(vertex.digest, usize::MAX);
        self.current = None;
    }
}

/// The next tick at which something happens; nothing is shown between.
fn skip_quiet_time(vertices: &[&Vertex], now: Time) -> Time {
    let times = vertices.iter().flat_map(|vertex| {
        let changes = vertex.changes.iter().map(|(at, _)| *at);
        changes.chain([vertex.started]).chain(vertex.completed)
    });
    let Some(next) = times.filter(|at| *at > now).min() else { return now };
    let ticks = next.since(now).as_nanos() / TICK.as_nanos();
    now + TICK * u32::try_from(ticks).unwrap_or(0)
}

/// A status as a line, without the number: its text, bytes, time, and whether it is done.
fn status_text(at: Time, kind: &VertexEventKind) -> String {
    let VertexEventKind::Status { id, current, total, started, completed } = kind else {
        return String::new();
    };
    let bytes = match (current, total) {
        (0, 0) => String::new(),
        (current, 0) => format!(" {}", size(*current)),
        (current, total) => format!(" {} / {}", size(*current), size(*total)),
    };
    let took = completed.unwrap_or(at).since(*started).as_secs_f64();
    let time = if took > SHOWN { format!(" {took:.1}s") } else { String::new() };
    let done = if completed.is_some() { " done" } else { "" };
    format!("{id}{bytes}{time}{done}")
}

/// Bytes with two digits after the point from a kilobyte on.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes}B") } else { format!("{value:.2}{}", UNITS[unit]) }
}

/// The time of a line of output: five characters wide as long as that serves.
pub(super) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if seconds < 10.0 => format!("{seconds:.3}"),
        _ if seconds < 100.0 => format!("{seconds:.2}"),
        _ => format!("{seconds:.1}"),
    }
}
