//! The simulated shell alone: a script on a bare machine, without docker.

use bstr::BString;
use kernel::{Init, Kernel, KernelConfig, Limits, Loader, RunState, SandboxSpec, SpawnSpec, Stdin, Stream};
use std::rc::Rc;
use std::time::Duration;
use vfs::{Content, Errno, Follow, Metadata, ProgramNote, Synthetic, Time, Tree};

/// Where a script's own folder lies on the bare machine.
const FOLDER: &str = "/root";
/// How long the processes that outlive a script may go on.
const AFTERWARDS: Duration = Duration::from_secs(10);
/// The size of busybox in Alpine 3.20.
const BUSYBOX_SIZE: u64 = 808_712;

/// A run of the simulated ash.
#[derive(Clone)]
pub struct Script {
    /// The whole machine, e.g. [`bare_machine`].
    pub root: Tree,
    /// What lies in the current directory; none leaves it as the machine has it.
    pub folder: Option<Tree>,
    /// Program and arguments.
    pub argv: Vec<BString>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// What the clock says.
    pub clock: Time,
    /// Finds the programs.
    pub loader: Rc<dyn Loader>,
}

impl Script {
    /// Runs the script to its end; `write` gets its output as it comes. The result is its exit status, or a
    /// sentence that says why the simulation ended it.
    ///
    /// # Errors
    /// A machine that cannot hold the folder, a program that cannot start, a budget that is used up.
    pub fn run(self, write: &mut dyn FnMut(Stream, &[u8])) -> Result<u8, String> {
        let mut root = self.root;
        if let Some(folder) = &self.folder {
            root.remove_all(FOLDER, self.clock).map_err(|errno| format!("{FOLDER}: {errno}"))?;
            let top = root.root();
            root.graft(folder, folder.root(), top, &FOLDER[1..], self.clock)
                .map_err(|errno| format!("{FOLDER}: {errno}"))?;
        }
        let mut kernel = Kernel::new(KernelConfig {
            clock: self.clock,
            seed: 0,
            limits: Limits::default(),
            loader: self.loader,
        });
        let sandbox = kernel
            .add_sandbox(SandboxSpec { init: Init::Elsewhere, ..SandboxSpec::new(root) })
            .map_err(|errno| errno.to_string())?;
        let mut spec = SpawnSpec::new(&self.argv);
        spec.cwd = FOLDER.into();
        spec.stdin = Stdin::Bytes(self.stdin);
        for (name, value) in [("HOME", "/root"), ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")] {
            spec.env.set(name, value);
        }
        let pid = kernel.spawn(sandbox, spec).map_err(|error| error.to_string())?;
        let state = kernel.run_until_exit(pid);
        if state == RunState::Exited {
            // What it has started may have more to say. How that ends is not the script's affair.
            kernel.run_until(kernel.now() + AFTERWARDS);
        }
        for output in kernel.take_output() {
            write(output.stream, &output.bytes);
        }
        match (kernel.exit_status(pid), state) {
            (_, RunState::LimitHit(hit)) => Err(hit.to_string()),
            (Some(status), _) => Ok(status.code()),
            (None, _) => Err("every process waits for another, and nothing can wake them".to_owned()),
        }
    }
}

/// A machine with nothing but busybox, its links and an `/etc` of one user.
///
/// # Errors
/// None that is known: the paths do not clash.
pub fn bare_machine(clock: Time) -> Result<Tree, Errno> {
    let mut tree = Tree::new(Metadata::new(0o755, clock));
    for dir in [
        "bin",
        "sbin",
        "usr/bin",
        "usr/sbin",
        "usr/local/bin",
        "etc",
        "root",
        "home",
        "var",
        "dev",
        "proc",
        "sys",
    ] {
        tree.mkdir_all(dir, 0o755, clock)?;
    }
    tree.mkdir_all("tmp", 0o1777, clock)?;
    let program = Some(ProgramNote::new("busybox"));
    let binary = Content::synthetic(Synthetic { len: BUSYBOX_SIZE, seed: 1, program });
    tree.write_file("bin/busybox", binary, 0o755, clock)?;
    let links =
        applets::table().into_iter().map(|applet| format!("{}/{}", applet.place.directory(), applet.name));
    for link in links.chain(["bin/sh".to_owned(), "bin/ash".to_owned()]) {
        if tree.resolve(&link, Follow::No).is_err() {
            tree.symlink("/bin/busybox", &link, clock)?;
        }
    }
    let files = [
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
        ("etc/group", "root:x:0:root\nnobody:x:65534:\n"),
        ("etc/hostname", "glasshull\n"),
    ];
    for (path, text) in files {
        tree.write_file(path, text, 0o644, clock)?;
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str) -> (Result<u8, String>, String) {
        let clock = Time::from_secs(1_727_776_800);
        let mut printed = Vec::new();
        let mut folder = Tree::new(Metadata::new(0o755, clock));
        folder.write_file("f", "one\n", 0o644, clock).unwrap();
        let script = Script {
            root: bare_machine(clock).unwrap(),
            folder: Some(folder),
            argv: ["sh", "-c", script].map(BString::from).to_vec(),
            stdin: b"from outside\n".to_vec(),
            clock,
            loader: catalog::Catalog::new().unwrap().loader(),
        };
        let status = script.run(&mut |_, bytes| printed.extend_from_slice(bytes));
        (status, String::from_utf8(printed).unwrap())
    }

    #[test]
    fn a_script_sees_its_folder_and_its_input() {
        let (status, printed) =
            run("cat f; read line; echo \"[$line]\"; for i in a b; do echo $i; done; exit 3");
        assert_eq!((status, printed.as_str()), (Ok(3), "one\n[from outside]\na\nb\n"));
    }

    #[test]
    fn a_missing_program_is_said_as_ash_says_it() {
        let (status, printed) = run("npm install");
        assert_eq!((status, printed.as_str()), (Ok(127), "sh: npm: not found\n"));
    }

    #[test]
    fn a_script_is_a_process_like_others() {
        let (status, printed) =
            run("(sleep 5; echo later) & kill -0 1 2>/dev/null || echo alone; kill -INT $$; echo never");
        assert_eq!((status, printed.as_str()), (Ok(130), "alone\nlater\n"));
    }

    #[test]
    fn an_endless_loop_meets_a_named_limit() {
        let (status, _) = run("while :; do :; done");
        assert!(status.unwrap_err().contains("steps is used up"));
    }
}
