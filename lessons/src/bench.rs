//! A machine with a Docker of its own, on which the commands of a lesson run.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use api::{Event, Stream};
use kernel::{Limits, Loader};
use simulator::machine::{self, Daemon, Machine, PROJECT};
use simulator::{Options, Simulator};
use vfs::{Follow, Metadata, Tree};

use crate::BenchError;

/// A simulated machine with a project folder, a shell and a Docker.
pub struct Bench {
    machine: Machine,
    daemon: Daemon,
    loader: Rc<dyn Loader>,
}

/// A line that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The line.
    pub line: String,
    /// Exit status of its last command.
    pub exit: u8,
    /// What it wrote, both streams in order.
    pub output: String,
    /// What it wrote to standard output alone.
    pub stdout: String,
    /// What Docker did meanwhile.
    pub events: Vec<Event>,
    /// Which budget ended it.
    pub limit: Option<String>,
}

impl Bench {
    /// A fresh machine: an empty project folder, an empty image store. Each container and each line has these budgets.
    ///
    /// # Errors
    /// The embedded facts are damaged.
    pub fn new(options: Options, limits: Limits) -> Result<Bench, BenchError> {
        let mut simulator = Simulator::new(options).map_err(|error| BenchError(error.to_string()))?;
        simulator.set_limits(limits);
        Bench::around(simulator, limits)
    }

    /// A machine in front of a Docker that is there already.
    ///
    /// # Errors
    /// None that is known: the machine's paths do not clash.
    pub fn around(simulator: Simulator, limits: Limits) -> Result<Bench, BenchError> {
        Bench::before(Rc::new(RefCell::new(simulator)), limits)
    }

    /// The same, of which others hold the Docker too.
    ///
    /// # Errors
    /// See [`Bench::around`].
    pub fn before(daemon: Daemon, limits: Limits) -> Result<Bench, BenchError> {
        let broken = |errno: vfs::Errno| BenchError(errno.to_string());
        let (others, clock) = (daemon.borrow().loader(), api::Backend::now(&*daemon.borrow()));
        let loader = machine::programs(Rc::clone(&daemon), others, None);
        let mut machine = Machine::new(clock).map_err(broken)?;
        machine.limits = limits;
        Ok(Bench { machine, daemon, loader })
    }

    /// The same state once more, to try something in.
    ///
    /// # Errors
    /// See [`Bench::around`].
    pub fn fork(&self) -> Result<Bench, BenchError> {
        let simulator = self.daemon.borrow().fork();
        let mut bench = Bench::around(simulator, self.machine.limits)?;
        bench.machine = self.machine.clone();
        Ok(bench)
    }

    /// Puts the files of a folder into the project folder, which is emptied before.
    ///
    /// # Errors
    /// A line before broke the machine.
    pub fn set_project(&mut self, files: &Tree) -> Result<(), BenchError> {
        self.machine.set_project(files).map_err(|errno| BenchError(format!("{PROJECT}: {errno}")))
    }

    /// Gives each container and each line these budgets from here on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.machine.limits = limits;
        self.daemon.borrow_mut().set_limits(limits);
    }

    /// The project folder as it is.
    pub fn project(&self) -> Tree {
        let (tree, clock) = (&self.machine.tree, self.machine.clock);
        let mut project = Tree::new(Metadata::new(0o755, clock));
        let Ok(top) = tree.resolve(PROJECT, Follow::Yes) else { return project };
        let root = project.root();
        for (name, ino) in tree.entries(top) {
            // The target is empty, so that no name is taken.
            let _ = project.graft(tree, ino, root, name, clock);
        }
        project
    }

    /// Runs a line in the shell.
    ///
    /// # Errors
    /// The shell cannot be started, since a line before broke the machine.
    pub fn run(&mut self, line: &str) -> Result<Ran, BenchError> {
        let before = self.daemon.borrow().engine().events().count();
        let (mut output, mut stdout) = (Vec::new(), Vec::new());
        let mut write = |stream, bytes: &[u8]| {
            output.extend_from_slice(bytes);
            if stream == Stream::Stdout {
                stdout.extend_from_slice(bytes);
            }
        };
        let outcome = self
            .machine
            .run(line, Rc::clone(&self.loader), None, Some(&self.daemon), &mut write)
            .map_err(BenchError)?;
        let events: Vec<Event> = self.daemon.borrow().engine().events().skip(before).cloned().collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Ran {
            line: line.to_owned(),
            exit: outcome.exit,
            output: text(&output),
            stdout: text(&stdout),
            events,
            limit: outcome.limit,
        })
    }

    /// Its Docker.
    pub fn simulator(&self) -> Ref<'_, Simulator> {
        self.daemon.borrow()
    }
}
