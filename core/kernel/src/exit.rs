use std::fmt;

use crate::Signal;

/// The status a program ends with: the low eight bits of `exit(2)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exit(pub u8);

impl Exit {
    /// Status 0.
    pub const SUCCESS: Exit = Exit(0);
    /// Status 1.
    pub const FAILURE: Exit = Exit(1);

    /// Whether the status is 0.
    pub fn is_success(self) -> bool {
        self.0 == 0
    }
}

impl From<u8> for Exit {
    fn from(status: u8) -> Self {
        Exit(status)
    }
}

/// How a process ended, as `wait(2)` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// It returned or called exit.
    Exited(u8),
    /// A signal ended it.
    Signaled(Signal),
}

impl ExitStatus {
    /// The number a shell's `$?` and docker show: the status, or 128 + the signal's number.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Exited(status) => status,
            ExitStatus::Signaled(signal) => 128 + signal.number(),
        }
    }

    /// Whether it exited with status 0.
    pub fn is_success(self) -> bool {
        self == ExitStatus::Exited(0)
    }
}

/// What has become of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildChange {
    /// It has ended.
    Ended(ExitStatus),
    /// A signal has stopped it.
    Stopped(Signal),
}

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitStatus::Exited(status) => write!(f, "exited with {status}"),
            ExitStatus::Signaled(signal) => write!(f, "killed by {signal}"),
        }
    }
}
