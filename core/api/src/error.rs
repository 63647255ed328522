use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What kind of answer the daemon gives instead of the one asked for; the HTTP status in its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorKind {
    /// 400: the request makes no sense.
    BadRequest,
    /// 404: no such image, container, ...
    NotFound,
    /// 409: the object is in use or in the wrong state.
    Conflict,
    /// 500: anything else.
    Server,
    /// Not of the daemon: the simulation ends here. The message names what is not simulated.
    NotSimulated,
    /// A step of a build failed after the stream began; shown without `Error response from daemon:`.
    Build,
}

/// A refusal by the daemon, in the daemon's own words.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct ApiError {
    /// The kind of refusal.
    pub kind: ErrorKind,
    /// The daemon's text, without any prefix of the client.
    pub message: String,
    /// The exit status that the client ends with, where the daemon names one (a failed `RUN`).
    pub exit_code: Option<i32>,
}

impl ApiError {
    /// An error of `kind` with the daemon's `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        ApiError { kind, message: message.into(), exit_code: None }
    }

    /// The same error, with the exit status that the client shall end with.
    pub fn with_exit_code(self, code: i32) -> Self {
        ApiError { exit_code: Some(code), ..self }
    }
}
