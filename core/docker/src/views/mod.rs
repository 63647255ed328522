//! Progress views: folds over the events of a build, one file each.

mod classic;
mod explain;
mod plain;
mod quiet;
mod rawjson;
mod solve;
mod steps;
mod tty;

use api::{DockerVersion, Event, PullEvent};

use crate::host::TerminalSize;

pub(crate) use solve::excerpt;

/// A fold over events. What `event` and `finish` return goes to the view's stream as it is.
pub trait View {
    /// The bytes that one event adds.
    fn event(&mut self, event: &Event) -> Vec<u8>;

    /// The size of the terminal that is drawn on.
    fn resize(&mut self, _size: TerminalSize) {}

    /// Cuts what is long, as `PROGRESS_NO_TRUNC=0` asks.
    fn truncate(&mut self) {}

    /// A sentence of the client's own, for the end of the build.
    fn remark(&mut self, _line: &str) {}

    /// The bytes that the end of the build adds.
    fn finish(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// The views, by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// What docker's classic builder prints, byte for byte.
    Classic,
    /// The steps in the layout of BuildKit's plain progress.
    Plain,
    /// The steps in the layout of BuildKit's terminal progress.
    Tty,
    /// The events themselves, one JSON object a line.
    Rawjson,
    /// The image id alone.
    Quiet,
    /// The classic lines with what happens and why.
    Explain,
}

impl ViewKind {
    /// All names, for help and messages.
    pub const NAMES: &'static str = "classic, plain, tty, rawjson, quiet, explain";

    /// Whether a word names a view; what else it must be.
    pub(crate) fn check(name: &str) -> Result<(), String> {
        ViewKind::from_name(name).map(drop).ok_or_else(|| format!("must be one of {}", ViewKind::NAMES))
    }

    /// The view of a name.
    pub fn from_name(name: &str) -> Option<ViewKind> {
        Some(match name {
            "classic" => ViewKind::Classic,
            "plain" => ViewKind::Plain,
            "tty" => ViewKind::Tty,
            "rawjson" => ViewKind::Rawjson,
            "quiet" => ViewKind::Quiet,
            "explain" => ViewKind::Explain,
            _ => return None,
        })
    }

    /// A new fold of this kind, with the words of the given Docker.
    pub fn start(self, version: DockerVersion) -> Box<dyn View> {
        match self {
            ViewKind::Classic => Box::new(classic::Classic { version }),
            ViewKind::Plain => Box::new(plain::Plain::new(version)),
            ViewKind::Tty => Box::new(tty::Tty::new(version)),
            ViewKind::Rawjson => Box::<rawjson::Rawjson>::default(),
            ViewKind::Quiet => Box::<quiet::Quiet>::default(),
            ViewKind::Explain => Box::new(explain::Explain::new(version)),
        }
    }
}

/// One line of a pull as it shows without a terminal; empty for what only a terminal shows.
pub fn pull_line(event: &PullEvent) -> String {
    match event {
        PullEvent::Started { tag, repository } => format!("{tag}: Pulling from {repository}\n"),
        PullEvent::Layer { digest, status } => format!("{}: {status}\n", digest.short()),
        PullEvent::LayerProgress { .. } => String::new(),
        PullEvent::Finished { digest, status } => format!("Digest: {digest}\nStatus: {status}\n"),
    }
}
