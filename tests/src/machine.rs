//! A simulated machine for comparisons: one command on a tree, what it prints and what it leaves.

use std::rc::Rc;

use bstr::BString;
use kernel::{
    ExitStatus, Kernel, KernelConfig, Limits, Loader, RunState, SandboxSpec, SpawnSpec, Stdin, Stream,
};
use vfs::{Follow, Time, Tree};

/// What the clock says when a command starts.
pub const CLOCK: Time = Time::from_secs(1_700_000_000);

/// A tree with the programs that it names.
#[derive(Clone)]
pub struct Machine {
    /// What every command starts from.
    pub root: Tree,
    loader: Rc<dyn Loader>,
}

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit status as `$?` shows it; the budget or deadlock that ended it otherwise.
    pub status: Result<u8, String>,
    /// Standard output.
    pub stdout: BString,
    /// Standard error.
    pub stderr: BString,
    /// Both in the order of writes.
    pub merged: BString,
    /// The file system afterwards.
    pub root: Tree,
}

impl Machine {
    /// A machine of busybox alone, with an empty `/w`.
    ///
    /// # Errors
    /// A catalogue that cannot be read.
    pub fn new() -> Result<Machine, String> {
        let loader = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
        let mut root = simulator::bare_machine(CLOCK).map_err(|errno| errno.to_string())?;
        root.mkdir_all("/w", 0o755, CLOCK).map_err(|errno| errno.to_string())?;
        Ok(Machine { root, loader })
    }

    /// A machine of Alpine's base image, with an empty `/w` and some packages.
    ///
    /// # Errors
    /// A catalogue that cannot be read, packages that cannot be installed.
    pub fn alpine(packages: &[&str]) -> Result<Machine, String> {
        let catalog = catalog::Catalog::new().map_err(|error| error.to_string())?;
        let mut root = catalog.alpine_root().map_err(|error| error.to_string())?;
        root.mkdir_all("/w", 0o755, CLOCK).map_err(|errno| errno.to_string())?;
        let machine = Machine { root, loader: catalog.loader() };
        let words = [&["/sbin/apk", "add", "--no-cache"], packages].concat();
        let ran = machine.run(&words, &[], b"")?;
        match ran.status {
            Ok(0) => Ok(Machine { root: ran.root, ..machine }),
            _ => Err(ran.merged.to_string()),
        }
    }

    /// Whether a program of this name is in one of the usual places.
    pub fn has_program(&self, name: &str) -> bool {
        let places = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"];
        places.iter().any(|place| self.root.resolve(format!("{place}/{name}"), Follow::No).is_ok())
    }

    /// Runs a command in `/w` to its end.
    ///
    /// # Errors
    /// A command that cannot start.
    pub fn run(&self, argv: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Result<Ran, String> {
        let loader = Rc::clone(&self.loader);
        let limits = Limits::default();
        let mut kernel = Kernel::new(KernelConfig { clock: CLOCK, seed: 7, limits, loader });
        let spec = SandboxSpec::new(self.root.clone());
        let sandbox = kernel.add_sandbox(spec).map_err(|errno| errno.to_string())?;
        let mut spec = SpawnSpec::new(argv);
        spec.cwd = "/w".into();
        spec.stdin = Stdin::Bytes(stdin.to_vec());
        for (name, value) in env {
            spec.env.set(*name, *value);
        }
        let main = kernel.spawn(sandbox, spec).map_err(|error| error.to_string())?;
        let state = kernel.run_until_exit(main);
        let (mut stdout, mut stderr, mut merged) =
            (BString::default(), BString::default(), BString::default());
        for output in kernel.take_output() {
            merged.extend_from_slice(&output.bytes);
            let stream = match output.stream {
                Stream::Stdout => &mut stdout,
                Stream::Stderr => &mut stderr,
            };
            stream.extend_from_slice(&output.bytes);
        }
        let status = match (state, kernel.exit_status(main)) {
            (RunState::LimitHit(hit), _) => Err(hit.to_string()),
            (_, status) => status.map(ExitStatus::code).ok_or_else(|| "every process waits".to_owned()),
        };
        let root = kernel.tree(sandbox).unwrap_or_else(|| self.root.clone());
        Ok(Ran { status, stdout, stderr, merged, root })
    }
}
