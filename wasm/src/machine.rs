//! The simulated host as a value: files, working directory, variables. Each line runs in a kernel of its own.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{ExitStatus, Kernel, KernelConfig, Limits, Loader, RunState, SandboxSpec, SpawnSpec, Stream};
use simulator::bare_machine;
use vfs::{Errno, Time, Tree};

use crate::{Chunk, client};

/// The folder in which the learner works.
pub const PROJECT: &str = "/root/project";
/// Where the shell leaves what the next line needs; gone between lines.
const HANDOVER: &str = "/run/handover";
/// Exit status of a line that a budget ended: as if killed.
const KILLED: u8 = 137;

/// The host between two lines.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) tree: Tree,
    pub(crate) directory: BString,
    pub(crate) clock: Time,
    variables: Vec<u8>,
    status: u8,
}

/// What came of a line.
pub(crate) struct Outcome {
    pub(crate) exit: u8,
    pub(crate) output: Vec<Chunk>,
    pub(crate) limit: Option<String>,
}

impl Machine {
    /// A machine with busybox, docker's client and an empty project folder.
    pub(crate) fn new(clock: Time) -> Result<Machine, Errno> {
        let mut tree = bare_machine(clock)?;
        client::install(&mut tree, clock)?;
        tree.mkdir_all(PROJECT, 0o755, clock)?;
        Ok(Machine { tree, directory: PROJECT.into(), clock, variables: Vec::new(), status: 0 })
    }

    /// Runs a line (or several) in the shell and moves to the state after it.
    pub(crate) fn run(&mut self, line: &str, loader: Rc<dyn Loader>) -> Result<Outcome, String> {
        let mut root = self.tree.clone();
        self.hand_over(&mut root).map_err(|errno| errno.to_string())?;
        let config = KernelConfig { clock: self.clock, seed: 0, limits: Limits::default(), loader };
        let mut kernel = Kernel::new(config);
        let mut spec = SandboxSpec::new(root);
        spec.hostname = "glasshull".into();
        let sandbox = kernel.add_sandbox(spec).map_err(|errno| errno.to_string())?;
        let pid = kernel.spawn(sandbox, self.shell(line)).map_err(|error| error.to_string())?;
        let state = kernel.run_until_exit(pid);
        let mut output = chunks(kernel.take_output());
        let limit = match (kernel.exit_status(pid), state) {
            (_, RunState::LimitHit(hit)) => Some(hit.to_string()),
            (None, _) => Some("every process waits for another, and nothing can wake them".to_owned()),
            (Some(_), _) => None,
        };
        if let Some(limit) = &limit {
            output.push(Chunk { stream: api::Stream::Stderr, text: format!("glasshull: {limit}\n") });
        }
        let exit = match limit {
            Some(_) => KILLED,
            None => kernel.exit_status(pid).map_or(KILLED, ExitStatus::code),
        };
        self.clock = kernel.now();
        self.status = exit;
        if let Some(tree) = kernel.tree(sandbox) {
            self.take_back(tree).map_err(|errno| errno.to_string())?;
        }
        Ok(Outcome { exit, output, limit })
    }

    /// The shell that runs a line. What the line before left is read first; what this one leaves is written by a trap
    /// at the end, whichever way it ends.
    fn shell(&self, line: &str) -> SpawnSpec {
        let status = self.status;
        let script = format!(
            "trap 'pwd >{HANDOVER}/directory; set >{HANDOVER}/variables' EXIT; . {HANDOVER}/variables; (exit {status})\n{line}\n"
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
            self.directory = PROJECT.into();
            self.tree.mkdir_all(PROJECT, 0o755, self.clock)?;
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

fn chunks(outputs: Vec<kernel::Output>) -> Vec<Chunk> {
    let mut merged: Vec<(Stream, Vec<u8>)> = Vec::new();
    for output in outputs {
        match merged.last_mut() {
            Some((stream, bytes)) if *stream == output.stream => bytes.extend_from_slice(&output.bytes),
            _ => merged.push((output.stream, output.bytes.into())),
        }
    }
    let chunk = |(stream, bytes): (Stream, Vec<u8>)| Chunk {
        stream: match stream {
            Stream::Stdout => api::Stream::Stdout,
            Stream::Stderr => api::Stream::Stderr,
        },
        text: bytes.to_str_lossy().into_owned(),
    };
    merged.into_iter().map(chunk).collect()
}
