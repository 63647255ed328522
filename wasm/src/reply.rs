use api::Event;
use serde::Serialize;

/// What a line did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Exit status of the line's last command.
    pub exit: u8,
    /// What was written, in order; neighbours of one stream are one chunk.
    pub output: Vec<Chunk>,
    /// What happened in builds and pulls, in order.
    pub events: Vec<Event>,
    /// The working directory after the line.
    pub directory: String,
    /// Whether the line waits for somebody to type; it was left where it is.
    pub waits: bool,
    /// Which budget ended the line, if one did.
    pub limit: Option<String>,
}

/// Text that was written to a stream. Bytes that are no UTF-8 show as replacement characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chunk {
    /// To which stream.
    pub stream: api::Stream,
    /// What.
    pub text: String,
}
