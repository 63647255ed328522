use serde::{Deserialize, Serialize};

use crate::Event;

/// One of the two output streams of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Descriptor 1.
    Stdout,
    /// Descriptor 2.
    Stderr,
}

/// What comes from outside into an attached container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Bytes of standard input.
    Bytes(Vec<u8>),
    /// End of standard input; later calls answer with signals or `End` again.
    End,
    /// A signal number that the user sent (2 for Ctrl-C).
    Signal(u8),
    /// The terminal is gone or the front end cannot wait: the caller detaches.
    Detach,
}

/// The caller's end of a call that streams: the door between a daemon and whoever asked it.
pub trait Io {
    /// Something happened. Events come in order, with virtual times.
    fn event(&mut self, event: &Event);
    /// Output of an attached container, one call per write of the program.
    fn write(&mut self, stream: Stream, bytes: &[u8]);
    /// Input if some is there already; never waits.
    fn poll(&mut self) -> Option<Input>;
    /// Waits for input: called only when no simulated process can go on without it.
    fn wait(&mut self) -> Input;
}

/// A caller who does not watch, and from whom nothing comes.
pub struct Unwatched;

impl Io for Unwatched {
    fn event(&mut self, _event: &Event) {}

    fn write(&mut self, _stream: Stream, _bytes: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}
