use bstr::BString;
use im::Vector;
use kernel::Signal;
use serde::{Deserialize, Serialize};
use vfs::{Time, Tree};

use super::Launch;
use crate::networks::{self, Nic, WireStep};

/// All that made a container's processes what they are. The kernel is deterministic, so a journal brings them back
/// after the state was saved and loaded.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    /// What the kernel began with.
    pub(crate) start: Start,
    /// The file system at the start.
    pub(crate) tree: Tree,
    /// Those of what is mounted, in the order of the container's mounts.
    pub(crate) volumes: Vec<Tree>,
    /// The versions of shared files that its processes have seen, in the same order.
    pub(crate) seen: Vec<u64>,
    /// How far the processes have come.
    pub(crate) until: (Time, u64),
    /// What came from outside since, and when: by the clock, and by the count of turns.
    pub(crate) steps: Vector<(Time, u64, Step)>,
}

/// The plain part of a container's start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Seed of the kernel's random numbers.
    pub(crate) seed: u64,
    /// The clock.
    pub(crate) clock: Time,
    /// Whether its processes reach other machines.
    pub(crate) reach: Reach,
    /// Its interfaces.
    pub(crate) nics: Vec<Nic>,
    /// The text of `/etc/hosts`.
    pub(crate) hosts: String,
    /// Its host name, where that is another container's.
    pub(crate) hostname: Option<String>,
    /// The text of `/etc/resolv.conf`, where that is another container's.
    pub(crate) resolver: Option<String>,
    /// How many log entries were there before.
    pub(crate) logged: usize,
}

/// Which machines processes can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reach {
    /// None: not even an address.
    Nothing,
    /// Their own alone: the steps of a build.
    Own,
    /// Those on the container's networks.
    Networks,
    /// As the host itself.
    Host,
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
    /// Another container, or the host, has changed what is mounted.
    Mount(usize, Tree),
    /// Another machine has something to say.
    Wire(WireStep),
    /// `docker cp` has put files into a directory.
    Copy(String, Tree),
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
    /// Whether it may do all that the superuser of a machine may.
    pub(crate) privileged: bool,
}

impl Launch {
    /// Does a step now and notes it; false when nobody is there to take it.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        let taken = self.apply(&step);
        self.note(step);
        taken
    }

    /// Whether the standard input of one of the processes was attached.
    pub(crate) fn has_stdin(&self, target: Target) -> bool {
        let mut added = self.journal.steps.iter().filter_map(|(_, _, step)| match step {
            Step::Exec(command) => Some(command.stdin),
            _ => None,
        });
        match target.checked_sub(1) {
            None => self.config.open_stdin,
            Some(number) => added.nth(number).unwrap_or(false),
        }
    }

    /// Notes a step that has been done.
    pub(crate) fn note(&mut self, step: Step) {
        self.journal.steps.push_back((self.kernel.now(), self.kernel.turns(), step));
    }

    /// Notes how far the processes have come.
    pub(crate) fn mark(&mut self) {
        self.journal.until = (self.kernel.now(), self.kernel.turns());
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
            Step::Wire(step) => networks::apply(&mut self.kernel, self.sandbox, step).is_ok(),
            Step::Copy(directory, tree) => {
                let now = self.kernel.now();
                let put = |mounts: &mut vfs::Mounts| super::copy::put(mounts, directory, tree, now);
                self.kernel.edit(self.sandbox, put).is_some_and(|done| done.is_ok())
            }
            Step::Mount(index, tree) => {
                let Some(target) = self.targets.get(*index) else { return false };
                self.kernel.set_mount_tree(self.sandbox, target, tree.clone());
                true
            }
        }
    }

    /// Does all steps of a journal again, each at its time; `known` outputs are already in the log.
    pub(crate) fn replay(&mut self, known: usize) {
        for (at, turn, step) in self.journal.steps.clone() {
            self.kernel.replay_to(turn, at);
            self.apply(&step);
        }
        let (at, turn) = self.journal.until;
        self.kernel.replay_to(turn, at);
        self.known = known;
        for (target, mounted) in self.targets.iter().zip(&mut self.mounted) {
            if let Some(tree) = self.kernel.mount_tree(self.sandbox, target) {
                *mounted = tree;
            }
        }
    }
}
