use kernel::{Exit, LocalBoxFuture, Process, Program};

use crate::startup;

/// The program behind `sh`, `ash` and `busybox sh`. Argument 0 is the name in its messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ash;

impl Program for Ash {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(startup::run(process))
    }
}
