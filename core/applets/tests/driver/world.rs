//! The container that a case runs in.

use std::rc::Rc;

use applets::Busybox;
use kernel::{
    Env, Exit, Kernel, KernelConfig, Limits, Loader, LocalBoxFuture, Process, ProcessId, Program, RunState,
    SandboxId, SandboxSpec, SpawnSpec, Stdin,
};
use vfs::{Content, Metadata, Mode, ProgramNote, Synthetic, Time, Tree};

use super::shell::Shell;

/// 2026-11-23 12:00:00, the day the answers were recorded.
const NOW: Time = Time::from_secs(1_795_435_200);
/// When the base image was made.
const MADE: Time = Time::from_secs(1_725_622_444);

/// The first process of the container, which lives as long as the case.
struct Init;

impl Program for Init {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            loop {
                p.pause().await;
            }
        })
    }
}

struct Programs;

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        match note.text().as_ref() as &[u8] {
            b"busybox" => Some(Rc::new(Busybox)),
            b"shell" => Some(Rc::new(Shell)),
            b"init" => Some(Rc::new(Init)),
            _ => None,
        }
    }
}

pub(crate) struct World {
    kernel: Kernel,
    sandbox: SandboxId,
    /// The last command, which may wait for keys.
    running: Option<ProcessId>,
}

impl World {
    pub(crate) fn new() -> World {
        let config =
            KernelConfig { clock: NOW, seed: 1, limits: Limits::default(), loader: Rc::new(Programs) };
        let mut kernel = Kernel::new(config);
        let mut spec = SandboxSpec::new(base());
        spec.hostname = "box".into();
        let sandbox = kernel.add_sandbox(spec).unwrap();
        kernel.spawn(sandbox, SpawnSpec::new(["/sbin/init"])).unwrap();
        World { kernel, sandbox, running: None }
    }

    /// Runs one command line; its output, and its status as a shell shows it.
    pub(crate) fn run(&mut self, command: &str) -> (Vec<u8>, u8) {
        self.play(command, false)
    }

    /// The same on a terminal, whose carriage returns are left out.
    pub(crate) fn run_on_terminal(&mut self, command: &str) -> (Vec<u8>, u8) {
        let (mut output, status) = self.play(command, true);
        output.retain(|byte| *byte != b'\r');
        (output, status)
    }

    fn play(&mut self, command: &str, terminal: bool) -> (Vec<u8>, u8) {
        let mut spec = SpawnSpec::new(["/bin/sh", "-c", command]);
        spec.cwd = "/tmp/w".into();
        spec.env = Env::from_strings([
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
        ]);
        if terminal {
            (spec.tty, spec.stdin) = (true, Stdin::Attached);
        }
        let pid = self.kernel.spawn(self.sandbox, spec).unwrap();
        self.running = Some(pid);
        let (state, output, status) = self.go_on(pid);
        match status {
            Some(status) => (output, status),
            None if terminal => (output, 0),
            None => panic!("{command}: {}", describe(&state)),
        }
    }

    /// Types into the last command; its output until it waits for more, without carriage returns, and its status if it
    /// has ended.
    pub(crate) fn type_in(&mut self, keys: &[u8]) -> (Vec<u8>, u8) {
        let pid = self.running.unwrap();
        self.kernel.feed(pid, keys);
        let (_, mut output, status) = self.go_on(pid);
        output.retain(|byte| *byte != b'\r');
        (output, status.unwrap_or(0))
    }

    fn go_on(&mut self, pid: ProcessId) -> (RunState, Vec<u8>, Option<u8>) {
        let state = self.kernel.run_until_exit(pid);
        let outputs = self.kernel.take_output();
        if std::env::var_os("GLASSHULL_EVENTS").is_some() {
            println!("events: applets: {}", digest::sha256(format!("{outputs:?} {:?}", self.kernel.now())));
        }
        let output = outputs.into_iter().flat_map(|output| output.bytes.to_vec()).collect();
        (state, output, self.kernel.exit_status(pid).map(|status| status.code()))
    }
}

fn describe(state: &RunState) -> String {
    format!("{state:?}")
}

/// Alpine's directories, users and groups, and a link for every applet.
fn base() -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, MADE));
    for directory in ["bin", "dev", "etc/apk", "home", "mnt", "opt", "proc", "run", "sbin", "srv", "sys"] {
        tree.mkdir_all(directory, 0o755, MADE).unwrap();
    }
    for directory in ["usr/bin", "usr/sbin", "usr/local/bin", "var/log", "var/spool/cron"] {
        tree.mkdir_all(directory, 0o755, MADE).unwrap();
    }
    tree.mkdir_all("root", 0o700, MADE).unwrap();
    tree.mkdir_all("tmp/w", 0o755, MADE).unwrap();
    let tmp = tree.resolve("tmp", vfs::Follow::Yes).unwrap();
    tree.set_mode(tmp, Mode::new(0o1777), MADE).unwrap();
    for (path, text) in [
        ("etc/apk/arch", &b"x86_64\n"[..]),
        ("etc/passwd", &include_bytes!("../base/passwd")[..]),
        ("etc/group", include_bytes!("../base/group")),
        ("etc/hostname", include_bytes!("../base/hostname")),
        ("etc/shells", include_bytes!("../base/shells")),
    ] {
        tree.write_file(path, text, 0o644, MADE).unwrap();
    }
    let shadow = tree.write_file("etc/shadow", include_bytes!("../base/shadow"), 0o640, MADE).unwrap();
    tree.set_owner(shadow, Some(0), Some(42), MADE).unwrap();
    program(&mut tree, "bin/busybox", 808_712, "busybox");
    program(&mut tree, "bin/sh", 4096, "shell");
    program(&mut tree, "sbin/init", 4096, "init");
    for applet in applets::table() {
        let path = format!("{}/{}", applet.place.directory(), applet.name);
        if tree.resolve(&path, vfs::Follow::No).is_err() {
            tree.symlink("/bin/busybox", path, MADE).unwrap();
        }
    }
    for name in ["getconf", "getent", "iconv", "ldconfig", "ld-musl-x86_64.so.1", "patch", "scanelf"] {
        tree.symlink("/bin/busybox", format!("usr/bin/{name}"), MADE).unwrap();
    }
    tree
}

fn program(tree: &mut Tree, path: &str, len: u64, note: &str) {
    let content = Content::synthetic(Synthetic { len, seed: 1, program: Some(ProgramNote::new(note)) });
    let ino = tree.write_file(path, b"", 0o755, MADE).unwrap();
    tree.set_content(ino, content, MADE).unwrap();
}
