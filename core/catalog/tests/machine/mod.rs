//! A container of the base image.

use catalog::Catalog;
use kernel::{Env, Kernel, KernelConfig, Limits, SandboxSpec, SpawnSpec};
use vfs::{Time, Tree};

/// 2026-11-23 07:06:14 UTC
const NOW: i64 = 1_795_417_574;

/// A container whose file system outlives its commands.
pub(crate) struct Machine<'c> {
    catalog: &'c Catalog,
    pub(crate) root: Tree,
}

impl<'c> Machine<'c> {
    /// A fresh one.
    pub(crate) fn new(catalog: &'c Catalog) -> Self {
        Machine { catalog, root: catalog.alpine_root().expect("the facts are intact") }
    }

    /// Runs a command line with the shell: its status and all that it printed.
    pub(crate) fn run(&mut self, command: &str) -> (u8, String) {
        let mut kernel = Kernel::new(KernelConfig {
            clock: Time::from_secs(NOW),
            seed: 1,
            limits: Limits::default(),
            loader: self.catalog.loader(),
        });
        let sandbox = kernel.add_sandbox(SandboxSpec::new(self.root.clone())).expect("a sandbox");
        let mut spec = SpawnSpec::new(["/bin/sh", "-c", command]);
        spec.env = Env::from_strings(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
        let pid = kernel.spawn(sandbox, spec).expect("a shell");
        let state = kernel.run();
        let output: Vec<u8> = kernel.take_output().into_iter().flat_map(|o| Vec::from(o.bytes)).collect();
        self.root = kernel.tree(sandbox).expect("its tree");
        let output = String::from_utf8_lossy(&output).into_owned();
        let ended = kernel.exit_status(pid);
        (ended.unwrap_or_else(|| panic!("{command}: {state:?}\n{output}")).code(), output)
    }
}
