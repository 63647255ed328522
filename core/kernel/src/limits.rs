use std::fmt;

use crate::SandboxId;

/// Budgets of one sandbox. Reaching one ends the whole sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps of work over the whole run ([`crate::TICK`] of virtual time each).
    pub fuel: u64,
    /// Bytes by which the run may grow its files, plus what programs declare to hold.
    pub memory: u64,
    /// Processes alive at one time, zombies included.
    pub processes: u32,
    /// Open descriptors of one process; hitting it is an ordinary `EMFILE`, as in a container.
    pub files: u32,
    /// Bytes written to the captured streams.
    pub output: u64,
    /// Bytes that a pipe holds before its writer waits; not a budget.
    pub pipe: usize,
    /// Nested evaluations inside one program, as programs declare them.
    pub depth: u32,
    /// Length of one file, holes included.
    pub file_size: u64,
}

impl Default for Limits {
    /// Sized for lessons: an endless shell loop ends in a second or two, a runaway writer before it hurts a browser.
    fn default() -> Self {
        Limits {
            fuel: 12_000_000,
            memory: 256 << 20,
            processes: 512,
            files: 1024,
            output: 16 << 20,
            pipe: 64 << 10,
            depth: 200,
            file_size: 1 << 30,
        }
    }
}

/// Which budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// [`Limits::fuel`].
    Fuel,
    /// [`Limits::memory`].
    Memory,
    /// [`Limits::processes`].
    Processes,
    /// [`Limits::output`].
    Output,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::file_size`].
    FileSize,
}

/// A budget that was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitHit {
    /// Where.
    pub sandbox: SandboxId,
    /// Which.
    pub limit: Limit,
    /// Its size.
    pub value: u64,
}

impl Limit {
    pub(crate) fn value(self, limits: &Limits) -> u64 {
        match self {
            Limit::Fuel => limits.fuel,
            Limit::Memory => limits.memory,
            Limit::Processes => u64::from(limits.processes),
            Limit::Output => limits.output,
            Limit::Depth => u64::from(limits.depth),
            Limit::FileSize => limits.file_size,
        }
    }
}

impl fmt::Display for LimitHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        match self.limit {
            Limit::Fuel => write!(f, "the simulation's budget of {value} steps is used up"),
            Limit::Memory => write!(f, "the simulation's budget of {value} bytes of memory is used up"),
            Limit::Processes => write!(f, "the simulation's limit of {value} processes is reached"),
            Limit::Output => write!(f, "the simulation's budget of {value} bytes of output is used up"),
            Limit::Depth => write!(f, "the simulation's limit of {value} nested evaluations is reached"),
            Limit::FileSize => write!(f, "the simulation's limit of {value} bytes for one file is reached"),
        }
    }
}
