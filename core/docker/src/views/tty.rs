use api::{CacheVerdict, DockerVersion, Event, EventKind};
use vfs::Time;

use super::View;
use super::solve::{Console, Graph, Tail, ending};
use crate::host::TerminalSize;

/// BuildKit's progress on a terminal. The steps of the classic builder are told in the same layout.
pub(super) struct Tty {
    version: DockerVersion,
    size: TerminalSize,
    graph: Graph,
    first: Option<Time>,
    rows: Vec<Row>,
    /// Lines on the screen that the next drawing replaces.
    drawn: usize,
    failed: bool,
}

struct Row {
    name: String,
    started: Time,
    ended: Option<Time>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Cached,
    Done,
    Failed,
}

const BLUE: &str = "\x1b[34m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

impl View for Tty {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        let at = event.at;
        self.first.get_or_insert(at);
        match &event.kind {
            EventKind::Vertex(vertex) => {
                self.graph.change(at, vertex);
                return Vec::new();
            }
            EventKind::SolveFailed(failure) => {
                self.graph.failure = Some(failure.clone());
                return Vec::new();
            }
            EventKind::ContextSent { bytes, .. } => {
                self.begin(format!("[internal] load build context ({})", crate::human_size(*bytes)), at);
                self.end(State::Done, at);
            }
            EventKind::StepStarted { step, total, text, .. } => {
                self.end(State::Done, at);
                let width = total.to_string().len();
                self.begin(format!("[{step:>width$}/{total}] {text}"), at);
            }
            EventKind::CacheProbed(probe) if matches!(probe.verdict, CacheVerdict::Hit { .. }) => {
                if let Some(row) = self.rows.last_mut() {
                    row.state = State::Cached;
                }
            }
            EventKind::StepFinished { .. } => self.end(State::Done, at),
            EventKind::Failed { .. } => {
                self.failed = true;
                self.end(State::Failed, at);
            }
            EventKind::Built { id } => {
                self.begin("exporting to image".to_owned(), at);
                self.begin(format!("=> writing image {id}"), at);
                self.end(State::Done, at);
            }
            EventKind::Tagged { reference } => {
                self.begin(format!("=> naming to {reference}"), at);
                self.end(State::Done, at);
            }
            _ => return Vec::new(),
        }
        self.draw(at).into_bytes()
    }

    fn resize(&mut self, size: TerminalSize) {
        self.size = size;
    }

    fn remark(&mut self, line: &str) {
        self.graph.remarks.push(line.to_owned());
    }

    fn finish(&mut self) -> Vec<u8> {
        if self.graph.is_empty() {
            return Vec::new();
        }
        let mut bytes = Console::new(self.version, self.size).print(&self.graph);
        // A frame shows the end of the output alone, so all of it is told of what failed.
        bytes.extend(ending(&self.graph, Tail::Last(usize::MAX)));
        bytes
    }
}

impl Tty {
    /// The words of the given Docker, on a terminal of the usual size.
    pub(super) fn new(version: DockerVersion) -> Self {
        Tty {
            version,
            size: TerminalSize::default(),
            graph: Graph::default(),
            first: None,
            rows: Vec::new(),
            drawn: 0,
            failed: false,
        }
    }

    fn begin(&mut self, name: String, at: Time) {
        self.rows.push(Row { name, started: at, ended: None, state: State::Running });
    }

    fn end(&mut self, state: State, at: Time) {
        for row in self.rows.iter_mut().filter(|row| row.ended.is_none()) {
            row.ended = Some(at);
            if row.state == State::Running {
                row.state = state;
            }
        }
    }

    fn draw(&mut self, at: Time) -> String {
        let mut text = String::new();
        if self.drawn > 0 {
            text += &format!("\x1b[{}A\x1b[J", self.drawn);
        }
        let done = self.rows.iter().filter(|row| row.ended.is_some()).count();
        let total = seconds(self.first.unwrap_or(at), at);
        let finished = if done == self.rows.len() && !self.failed { " FINISHED" } else { "" };
        text += &format!("{BLUE}[+] Building {total:.1}s ({done}/{}){finished}{RESET}\n", self.rows.len());
        text.extend(self.rows.iter().map(|row| line(row, at)));
        self.drawn = self.rows.len() + 1;
        text
    }
}

fn line(row: &Row, at: Time) -> String {
    let (mark, colour) = match row.state {
        State::Cached => ("CACHED ", BLUE),
        State::Failed => ("ERROR ", RED),
        State::Done => ("", BLUE),
        State::Running => ("", ""),
    };
    let reset = if colour.is_empty() { "" } else { RESET };
    let spent = format!("{:.1}s", seconds(row.started, row.ended.unwrap_or(at)));
    let name = crate::table::ellipsis(&format!(" => {mark}{}", row.name), 72);
    let gap = 80_usize.saturating_sub(name.chars().count() + spent.len()).max(1);
    format!("{colour}{name}{}{spent}{reset}\n", " ".repeat(gap))
}

fn seconds(from: Time, to: Time) -> f64 {
    to.since(from).as_secs_f64()
}
