//! The simulated host as a value: files, working directory, variables. Each line runs in a kernel of its own.

mod client;
mod folder;
mod incomplete;
mod keyboard;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use api::{Input, Stream};
use bstr::{BString, ByteSlice};
use kernel::{
    BlockedOn, ExitStatus, Kernel, KernelConfig, Limits, Loader, Network, ProcessId, RunState, SandboxId,
    SandboxSpec, Signal, SpawnSpec, Stdin,
};
use vfs::{Errno, Time, Tree};

use crate::bare_machine;
pub use client::Daemon;
pub use folder::FolderHost;
pub use incomplete::is_incomplete;
pub use keyboard::Keyboard;

/// The folder in which the learner works.
pub const PROJECT: &str = "/root/project";
/// Where the shell leaves what the next line needs; gone between lines.
const HANDOVER: &str = "/run/handover";
/// Exit status of a line that a budget ended: as if killed.
const KILLED: u8 = 137;
/// Exit status of a line that was left: as if hung up.
const HUNG_UP: u8 = 129;
/// What a line says whose processes wait for one another.
const STUCK: &str = "every process waits for another, and nothing can wake them";
/// Virtual time after which output is shown and input looked for.
const SLICE: Duration = Duration::from_millis(50);
/// The same while a process talks to a container.
const NETWORK_SLICE: Duration = Duration::from_millis(1);

/// The host between two lines.
#[derive(Clone)]
pub struct Machine {
    /// All its files.
    pub tree: Tree,
    /// The shell's working directory.
    pub directory: BString,
    /// What its clock says.
    pub clock: Time,
    /// The folder in which the learner works.
    pub(crate) project: String,
    /// Budgets of each line.
    pub limits: Limits,
    variables: Vec<u8>,
    status: u8,
}

/// What came of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Exit status of the line's last command; 137 where a budget ended it, 129 where it waits for a keyboard.
    pub exit: u8,
    /// Which budget ended it.
    pub limit: Option<String>,
}

/// A terminal in front of a machine: a person types and reads.
pub trait Console {
    /// What was typed; none when nothing was.
    fn poll(&mut self) -> Option<Input>;
    /// What is typed next.
    fn wait(&mut self) -> Input;
    /// Shows output.
    fn write(&mut self, stream: Stream, bytes: &[u8]);
    /// Leaves echo, line editing and signal keys to whoever reads, or takes them back.
    fn set_raw(&mut self, raw: bool);
    /// A line has ended: the keyboard is somebody else's until the next one.
    fn rest(&mut self);
    /// Whether output goes there too; else only input comes from it.
    fn is_screen(&self) -> bool {
        true
    }
}

/// A terminal that a machine and its programs share.
pub type Terminal = Rc<RefCell<dyn Console>>;

/// The programs of a machine: docker's client for `daemon`, with `terminal` in front of it, and all of `others`.
pub fn programs(daemon: Daemon, others: Rc<dyn Loader>, terminal: Option<Terminal>) -> Rc<dyn Loader> {
    programs_at(daemon, others, terminal, PROJECT)
}

/// The same for a machine whose project folder lies elsewhere.
pub fn programs_at(
    daemon: Daemon,
    others: Rc<dyn Loader>,
    terminal: Option<Terminal>,
    project: &str,
) -> Rc<dyn Loader> {
    Rc::new(client::Programs { daemon, others, terminal, project: project.into() })
}

impl Machine {
    /// A machine with busybox, docker's client and an empty project folder.
    ///
    /// # Errors
    /// None that is known: the paths do not clash.
    pub fn new(clock: Time) -> Result<Machine, Errno> {
        Machine::at(clock, PROJECT)
    }

    /// The same with the project folder at another absolute path.
    ///
    /// # Errors
    /// A path through something that is no folder.
    pub fn at(clock: Time, project: &str) -> Result<Machine, Errno> {
        let mut tree = bare_machine(clock)?;
        client::install(&mut tree, clock)?;
        tree.mkdir_all(project, 0o755, clock)?;
        let (directory, project) = (project.into(), project.to_owned());
        Ok(Machine {
            tree,
            directory,
            clock,
            project,
            limits: Limits::default(),
            variables: Vec::new(),
            status: 0,
        })
    }

    /// Puts the files of a folder into the project folder, which is emptied before.
    ///
    /// # Errors
    /// None that is known.
    pub fn set_project(&mut self, files: &Tree) -> Result<(), Errno> {
        self.tree.remove_all(&self.project, self.clock)?;
        let (folder, name) = self.project.rsplit_once('/').unwrap_or(("", &self.project));
        let parent = self.tree.mkdir_all(folder, 0o755, self.clock)?;
        self.tree.graft(files, files.root(), parent, name, self.clock)?;
        Ok(())
    }

    /// Runs a line (or several) in the shell and moves to the state after it. `write` gets its output as it comes.
    /// With a terminal the line's processes read from it, and if it is a screen, their output is a terminal too.
    ///
    /// # Errors
    /// The shell cannot be started, since the line before broke the machine.
    pub fn run(
        &mut self,
        line: &str,
        loader: Rc<dyn Loader>,
        terminal: Option<&Terminal>,
        daemon: Option<&Daemon>,
        write: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Outcome, String> {
        let mut root = self.tree.clone();
        self.hand_over(&mut root).map_err(|errno| errno.to_string())?;
        let config = KernelConfig { clock: self.clock, seed: 0, limits: self.limits, loader };
        let mut kernel = Kernel::new(config);
        let mut spec = SandboxSpec::new(root);
        spec.hostname = "glasshull".into();
        if daemon.is_some() {
            spec.network = Network::Host;
        }
        let sandbox = kernel.add_sandbox(spec).map_err(|errno| errno.to_string())?;
        let mut shell = self.shell(line);
        if let Some(terminal) = terminal {
            shell.tty = terminal.borrow().is_screen();
            shell.stdin = if shell.tty { Stdin::Attached } else { Stdin::Keyboard };
        }
        let pid = kernel.spawn(sandbox, shell).map_err(|error| error.to_string())?;
        if let Some(terminal) = terminal {
            terminal.borrow_mut().set_raw(true);
        }
        let end = Follow { kernel: &mut kernel, sandbox, pid, terminal, daemon }.run_out(write);
        if let Some(daemon) = daemon {
            daemon.borrow_mut().host_gone();
        }
        if let Some(terminal) = terminal {
            terminal.borrow_mut().set_raw(false);
        }
        let (exit, limit) = match end {
            End::Exited => (kernel.exit_status(pid).map_or(KILLED, ExitStatus::code), None),
            End::Left => (HUNG_UP, None),
            End::Limit(limit) => (KILLED, Some(limit)),
        };
        if let Some(limit) = &limit {
            write(Stream::Stderr, format!("glasshull: {limit}\n").as_bytes());
        }
        self.clock = kernel.now();
        self.status = exit;
        if let Some(tree) = kernel.tree(sandbox) {
            self.take_back(tree).map_err(|errno| errno.to_string())?;
        }
        Ok(Outcome { exit, limit })
    }

    /// The shell that runs a line. What the line before left is read first; what this one leaves is written by a trap
    /// at the end, whichever way it ends.
    fn shell(&self, line: &str) -> SpawnSpec {
        let status = self.status;
        let script = format!(
            "trap 'pwd >{HANDOVER}/directory; {{ set; export -p; }} >{HANDOVER}/variables' EXIT; . {HANDOVER}/variables; (exit {status})\n{line}\n"
        );
        let mut spec = SpawnSpec::new(["sh", "-c", &script]);
        spec.cwd = self.directory.clone();
        for (name, value) in [
            ("HOME", "/root"),
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("USER", "root"),
            ("SHELL", "/bin/sh"),
        ] {
            spec.env.set(name, value);
        }
        spec
    }

    fn hand_over(&self, root: &mut Tree) -> Result<(), Errno> {
        root.mkdir_all(HANDOVER, 0o755, self.clock)?;
        root.write_file(format!("{HANDOVER}/variables"), self.variables.clone(), 0o644, self.clock)?;
        Ok(())
    }

    fn take_back(&mut self, tree: Tree) -> Result<(), Errno> {
        self.tree = tree;
        if let Ok(variables) = self.tree.read_file(format!("{HANDOVER}/variables")) {
            self.variables = portable(&variables);
        }
        if let Ok(directory) = self.tree.read_file(format!("{HANDOVER}/directory")) {
            self.directory = directory.trim_end_with(|letter| letter == '\n').into();
        }
        if self.tree.get(&self.directory).is_none() {
            self.directory = self.project.as_str().into();
            self.tree.mkdir_all(&self.project, 0o755, self.clock)?;
        }
        self.tree.remove_all(HANDOVER, self.clock)
    }
}

/// The assignments that `set` printed, without those that belong to one shell process.
fn portable(variables: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut foreign = false;
    let mut quoted = false;
    for line in variables.split_inclusive(|&byte| byte == b'\n') {
        if !quoted {
            let name = line.split(|&byte| byte == b'=').next().unwrap_or_default();
            foreign = matches!(name, b"PPID" | b"OPTIND" | b"LINENO" | b"_");
        }
        quoted ^= line.iter().filter(|&&byte| byte == b'\'').count() % 2 == 1;
        if !foreign {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// How a line ended.
enum End {
    Exited,
    /// It waits for somebody who types no more.
    Left,
    /// A budget ended it; which one.
    Limit(String),
}

/// A process on its way to its end.
struct Follow<'a> {
    kernel: &'a mut Kernel,
    sandbox: SandboxId,
    pid: ProcessId,
    terminal: Option<&'a Terminal>,
    daemon: Option<&'a Daemon>,
}

impl Follow<'_> {
    fn run_out(&mut self, write: &mut dyn FnMut(Stream, &[u8])) -> End {
        loop {
            if let Some(terminal) = self.terminal {
                while let Some(input) = terminal.borrow_mut().poll() {
                    hand_on(self.kernel, self.pid, input);
                }
            }
            let slice = if self.kernel.is_connected() { NETWORK_SLICE } else { SLICE };
            let state = self.kernel.run_until(self.kernel.now() + slice);
            for output in self.kernel.take_output() {
                let stream = match output.stream {
                    kernel::Stream::Stdout => Stream::Stdout,
                    kernel::Stream::Stderr => Stream::Stderr,
                };
                write(stream, &output.bytes);
            }
            if let RunState::LimitHit(hit) = state {
                return End::Limit(hit.to_string());
            }
            if self.kernel.exit_status(self.pid).is_some() {
                return End::Exited;
            }
            let hears = self.exchange();
            let waits = |on: &BlockedOn| !matches!(on, BlockedOn::Nothing | BlockedOn::Clock);
            let is_stuck = matches!(state, RunState::Deadlock);
            if self.kernel.next_activity().is_some() {
                continue;
            }
            if !hears && (is_stuck || self.kernel.blocked().iter().all(|(_, on)| waits(on))) {
                let Some(terminal) = self.terminal else {
                    return End::Limit(STUCK.to_owned());
                };
                let input = terminal.borrow_mut().wait();
                if input == Input::Detach {
                    return End::Left;
                }
                hand_on(self.kernel, self.pid, input);
            }
        }
    }

    /// Carries what goes to containers and what comes from them; whether something may come yet.
    fn exchange(&mut self) -> bool {
        let Some(daemon) = self.daemon else { return false };
        let traffic = self.kernel.take_traffic();
        if traffic.is_empty() && !self.kernel.is_connected() {
            return false;
        }
        let mail = daemon.borrow_mut().exchange(self.kernel.now(), traffic);
        for (at, step) in mail {
            self.kernel.reach(at);
            step.give(self.kernel, self.sandbox);
        }
        true
    }
}

fn hand_on(kernel: &mut Kernel, pid: ProcessId, input: Input) {
    match input {
        Input::Bytes(bytes) => kernel.feed(pid, &bytes),
        Input::End => kernel.close_stdin(pid),
        Input::Signal(number) => {
            if let Some(signal) = Signal::from_number(number.into()) {
                // A process that has just ended needs no signal.
                let _ = kernel.signal(pid, signal);
            }
        }
        Input::Detach => {}
    }
}
