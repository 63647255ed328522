use bstr::BString;
use vfs::Time;

use crate::ProcessId;

/// A captured stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// What the initial process has as descriptor 1, and everything on a terminal.
    Stdout,
    /// What the initial process has as descriptor 2.
    Stderr,
}

/// One `write(2)` that reached the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The initial process whose stream it is.
    pub pid: ProcessId,
    /// Which stream: that of the open file description, whatever descriptor it was written through.
    pub stream: Stream,
    /// The bytes of this write.
    pub bytes: BString,
    /// Virtual time of the write.
    pub at: Time,
}
