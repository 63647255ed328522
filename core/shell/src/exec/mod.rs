//! The machine that runs syntax trees.
//!
//! It keeps a stack of frames on the heap and takes them one by one, so that deep recursion of shell functions
//! costs memory and not host stack, and so that a loop over builtins runs without allocating futures.

mod call;
mod compound;
mod external;
mod frame;
mod input;
mod message;
mod now;
mod pipeline;
mod redirect;
mod run;
mod simple;
mod subshell;
mod trace;
mod traps;
mod unwind;
mod wait;

use std::rc::Rc;

use bstr::BString;

use crate::expand::Output;
use crate::state::{Fields, Ifs, State};

pub(crate) use external::{DEFAULT_PATH, exec_error, executable};
pub(crate) use frame::{CallFrame, Flags, Frame};
pub(crate) use input::{Input, InputKind};
pub(crate) use redirect::FIRST_SAVED;
pub(crate) use wait::{JOB_SIGNALS, death};

/// Why evaluation leaves its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raise {
    /// An error with its complete message. A script ends with `status`; a prompt comes back.
    Error {
        /// The line for standard error, without newline. Empty when it has been printed.
        message: BString,
        /// `$?`.
        status: u8,
    },
    /// `exit`, or the end by `set -e`.
    Exit(u8),
    /// `break` out of so many loops.
    Break(u32),
    /// `continue` the loop that is so many levels out.
    Continue(u32),
    /// `return`.
    Return(u8),
    /// An interactive shell was interrupted.
    Interrupt,
}

/// What a builtin did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has ended with this status.
    Status(u8),
    /// It has pushed frames that will set the status.
    Frames,
}

/// One shell process at work.
pub(crate) struct Machine {
    pub(crate) state: State,
    /// What is still to be done, the next thing last.
    pub(crate) frames: Vec<Frame>,
    /// The functions that are running.
    pub(crate) calls: Vec<CallFrame>,
    /// The step that the next frame takes has been accounted already.
    pub(crate) has_ticked: bool,
    /// Memory of earlier words and expansions.
    pub(crate) spare_fields: Vec<Fields>,
    #[allow(clippy::vec_box, reason = "they are handed around one by one")]
    pub(crate) spare_outputs: Vec<Box<Output>>,
    /// What the running builtin prints.
    pub(crate) out: Vec<u8>,
    /// Its complaints.
    pub(crate) err: Vec<u8>,
    /// Pipes of process substitutions, to be closed after the command.
    pub(crate) open_pipes: Vec<kernel::Fd>,
    /// Caught signals whose traps are still to run.
    pub(crate) held_signals: Vec<kernel::Signal>,
    /// Loops around the current command, within its function.
    pub(crate) loop_depth: u32,
    /// Bytes of variables that the kernel counts for this process.
    pub(crate) held_bytes: usize,
    /// The descriptor of the script file, which scripts cannot use.
    pub(crate) script_fd: Option<kernel::Fd>,
}

impl Machine {
    /// A machine with nothing to do.
    pub(crate) fn new(state: State) -> Machine {
        Machine {
            held_bytes: state.vars.bytes(),
            state,
            frames: Vec::new(),
            calls: Vec::new(),
            has_ticked: false,
            spare_fields: Vec::new(),
            spare_outputs: Vec::new(),
            out: Vec::new(),
            err: Vec::new(),
            loop_depth: 0,
            script_fd: None,
            held_signals: Vec::new(),
            open_pipes: Vec::new(),
        }
    }

    /// The field separators in force.
    pub(crate) fn ifs(&self) -> Rc<Ifs> {
        self.state.vars.ifs().clone()
    }
}
