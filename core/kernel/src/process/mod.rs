//! A program's handle on its process: system calls as methods, one file for each family.

mod blocking;
mod descriptors;
mod exec;
mod fork;
mod identity;
mod lookup;
mod metadata;
mod names;
mod open;
mod read;
mod seek;
mod signals;
mod stdio;
mod terminal;
mod wait;
mod write;

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use bstr::BString;

use crate::state::ProcState;
use crate::{Env, Exit};

pub(crate) use exec::LoadError;
pub use exec::MAX_ARGUMENT_BYTES;
pub(crate) use fork::launch;
pub use metadata::{DirEntry, Statfs, TimeChange};
pub use signals::PidTarget;
pub use wait::{WaitFlags, WaitFor};

/// A program that runs: what exec replaces.
pub(crate) type Image = Pin<Box<dyn Future<Output = Exit>>>;

/// The system calls of one simulated process. Calls that can wait are async; only at those (and at
/// [`Process::tick`]) other processes run.
pub struct Process {
    pub(crate) state: Rc<ProcState>,
    pub(crate) args: Rc<Vec<BString>>,
    pub(crate) env: Rc<Env>,
}

impl Process {
    /// A handle on a process, with the arguments and environment of its last exec.
    pub(crate) fn over(state: &Rc<ProcState>) -> Process {
        let command = state.command.borrow();
        let (args, env) = (Rc::clone(&command.args), Rc::clone(&command.env));
        drop(command);
        Process { state: Rc::clone(state), args, env }
    }
}
