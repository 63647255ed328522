use bstr::BString;
use im::Vector;
use kernel::Signal;
use serde::{Deserialize, Serialize};
use vfs::{Time, Tree};

use super::Launch;

/// All that made a container's processes what they are. The kernel is deterministic, so a journal brings them back
/// after the state was saved and loaded.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    /// What the kernel began with.
    pub(crate) start: Start,
    /// The file system at the start.
    pub(crate) tree: Tree,
    /// Those of the volumes.
    pub(crate) volumes: Vec<Tree>,
    /// What came from outside since, and when.
    pub(crate) steps: Vector<(Time, Step)>,
}

/// The plain part of a container's start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Seed of the kernel's random numbers.
    pub(crate) seed: u64,
    /// The clock.
    pub(crate) clock: Time,
    /// The container's address.
    pub(crate) address: String,
    /// How many log entries were there before.
    pub(crate) logged: usize,
}

/// What comes from outside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Bytes for standard input.
    Feed(Target, BString),
    /// The end of standard input.
    CloseStdin(Target),
    /// A signal.
    Signal(Target, u32),
    /// A further process.
    Exec(Command),
}

/// One of the processes that were started from outside: 0 is the first, the others came by `docker exec`, in order.
pub(crate) type Target = usize;

/// A process that `docker exec` starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Command {
    pub(crate) words: Vec<String>,
    pub(crate) env: Vec<String>,
    pub(crate) user: String,
    pub(crate) working_dir: String,
    pub(crate) stdin: bool,
    pub(crate) tty: bool,
}

impl Launch {
    /// Does a step now and notes it; false when nobody is there to take it.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        let taken = self.apply(&step);
        self.journal.steps.push_back((self.kernel.now(), step));
        taken
    }

    /// Whether the standard input of one of the processes was attached.
    pub(crate) fn has_stdin(&self, target: Target) -> bool {
        let mut added = self.journal.steps.iter().filter_map(|(_, step)| match step {
            Step::Exec(command) => Some(command.stdin),
            _ => None,
        });
        match target.checked_sub(1) {
            None => self.config.open_stdin,
            Some(number) => added.nth(number).unwrap_or(false),
        }
    }

    fn apply(&mut self, step: &Step) -> bool {
        let of = |target: &Target| self.processes.get(*target).copied();
        match step {
            Step::Feed(target, bytes) => of(target).map(|process| self.kernel.feed(process, bytes)).is_some(),
            Step::CloseStdin(target) => of(target).map(|process| self.kernel.close_stdin(process)).is_some(),
            Step::Signal(target, number) => of(target)
                .zip(Signal::from_number(*number))
                .is_some_and(|(process, signal)| self.kernel.signal(process, signal).is_ok()),
            Step::Exec(command) => self.add(command).is_ok(),
        }
    }

    /// Does all steps of a journal again, each at its time; `known` outputs are already in the log.
    pub(crate) fn replay(&mut self, known: usize) {
        for (at, step) in self.journal.steps.clone() {
            self.kernel.run_until(at);
            self.apply(&step);
        }
        self.known = known;
    }
}
