//! A container of the base image for the suites of apk.

use std::rc::Rc;

use catalog::Catalog;
use kernel::{Env, Kernel, KernelConfig, Limits, Loader, SandboxSpec, SpawnSpec};
use vfs::{Time, Tree};

/// When the recordings were made: 2026-11-23 07:06:14 UTC.
const NOW: i64 = 1_795_417_574;

/// A machine whose file system outlives its commands.
pub(crate) struct Machine {
    loader: Rc<dyn Loader>,
    pub(crate) root: Tree,
    now: Time,
}

impl Machine {
    /// A fresh root.
    pub(crate) fn new(catalog: &Catalog, release: &str, loader: Rc<dyn Loader>) -> Result<Self, String> {
        let root = catalog.alpine_root_of(release).map_err(|error| error.to_string())?;
        let root = root.ok_or_else(|| format!("no release {release}"))?;
        Ok(Machine { loader, root, now: Time::from_secs(NOW) })
    }

    /// Runs a command line with the shell: its status and what it printed.
    pub(crate) fn run(&mut self, command: &str) -> Result<(u8, String), String> {
        let mut kernel = Kernel::new(KernelConfig {
            clock: self.now,
            seed: 1,
            limits: Limits::default(),
            loader: Rc::clone(&self.loader),
        });
        let sandbox = kernel.add_sandbox(SandboxSpec::new(self.root.clone())).map_err(|e| e.to_string())?;
        let mut spec = SpawnSpec::new(["/bin/sh", "-c", command]);
        spec.env = Env::from_strings([
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
        ]);
        let pid = kernel.spawn(sandbox, spec).map_err(|error| error.to_string())?;
        let state = kernel.run();
        let bytes: Vec<u8> =
            kernel.take_output().into_iter().flat_map(|output| Vec::from(output.bytes)).collect();
        let status = kernel.exit_status(pid).ok_or_else(|| format!("no exit: {state:?}"))?;
        self.root = kernel.tree(sandbox).ok_or("no tree")?;
        self.now = kernel.now();
        Ok((status.code(), String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// A text file of the root.
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(&self.root.read_file(path).unwrap_or_default()).into_owned()
    }

    /// `name-version` of every installed package, in the order of the database.
    pub(crate) fn installed(&self) -> Vec<String> {
        let text = self.root.read_file("/lib/apk/db/installed").unwrap_or_default();
        let packages = apk::installed::parse(&text).unwrap_or_default();
        packages.into_iter().map(|installed| installed.package.label()).collect()
    }
}
