use std::rc::Rc;

use bstr::BString;
use digest::{Digest, sha256};
use kernel::{
    ExitStatus, Kernel, KernelConfig, Limits, Loader, ProcessId, Program, RunState, SandboxSpec, SpawnSpec,
    Stdin, Stream,
};
use vfs::{Content, Metadata, ProgramNote, Synthetic, Time, Tree};

use crate::toys;

/// Where scripts run.
pub(crate) const DIRECTORY: &str = "/w";

/// What came of a script.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: String,
    pub(crate) stdout: BString,
    pub(crate) stderr: BString,
    /// Both streams in the order of writes.
    pub(crate) merged: BString,
    /// Of all writes with their times, and of the time when all was over.
    pub(crate) events: Option<Digest>,
}

struct Programs;

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        if note.text() == "sh" {
            return Some(Rc::new(shell::Ash));
        }
        if note.text() == "busybox" {
            return Some(Rc::new(applets::Busybox));
        }
        toys::find(note.text())
    }
}

fn root() -> Tree {
    let mut root = Tree::new(Metadata::new(0o755, Time::EPOCH));
    for dir in ["/bin", "/tmp", "/etc", "/root", DIRECTORY] {
        root.mkdir_all(dir, 0o755, Time::EPOCH).unwrap();
    }
    let applets: Vec<&str> = applets::table().into_iter().map(|applet| applet.name).collect();
    for name in ["sh", "ash"].into_iter().chain(toys::names()).chain(applets.iter().copied()) {
        let note = match name {
            "sh" | "ash" => "sh",
            name if applets.contains(&name) => "busybox",
            name => name,
        };
        let program = Some(ProgramNote::new(note));
        let content = Content::synthetic(Synthetic { len: 4096, seed: 1, program });
        root.write_file(format!("/bin/{name}"), content, 0o755, Time::EPOCH).unwrap();
    }
    root.write_file("/etc/passwd", b"root:x:0:0:root:/root:/bin/ash\n".to_vec(), 0o644, Time::EPOCH).unwrap();
    root
}

/// A machine with one process of this command in it.
fn start(argv: &[&str], limits: Limits, stdin: Stdin, tty: bool) -> (Kernel, ProcessId) {
    let clock = Time::from_secs(1_700_000_000);
    let mut kernel = Kernel::new(KernelConfig { clock, seed: 7, limits, loader: Rc::new(Programs) });
    let sandbox = kernel.add_sandbox(SandboxSpec::new(root())).unwrap();
    let mut spec = SpawnSpec::new(argv);
    spec.cwd = DIRECTORY.into();
    spec.stdin = stdin;
    spec.tty = tty;
    for (name, value) in [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("HOSTNAME", "glass"),
        ("HOME", "/root"),
    ] {
        spec.env.set(name, value);
    }
    let main = kernel.spawn(sandbox, spec).unwrap();
    (kernel, main)
}

/// A machine with this command at a terminal.
pub(crate) fn boot(argv: &[&str]) -> (Kernel, ProcessId) {
    start(argv, Limits::default(), Stdin::Attached, true)
}

/// Runs a command in the test's world.
pub(crate) fn run(argv: &[&str], limits: Limits, stdin: Stdin) -> Outcome {
    let (mut kernel, main) = start(argv, limits, stdin, false);
    let state = kernel.run();
    let mut outcome = Outcome::default();
    let outputs = kernel.take_output();
    outcome.events = Some(sha256(format!("{outputs:?} {:?}", kernel.now())));
    for output in outputs {
        outcome.merged.extend_from_slice(&output.bytes);
        match output.stream {
            Stream::Stdout => outcome.stdout.extend_from_slice(&output.bytes),
            _ => outcome.stderr.extend_from_slice(&output.bytes),
        }
    }
    outcome.status = match (kernel.exit_status(main), state) {
        (Some(ExitStatus::Exited(status)), RunState::Exited) => status.to_string(),
        (Some(ExitStatus::Signaled(signal)), RunState::Exited) => format!("{signal}"),
        (_, state) => format!("{state:?}"),
    };
    outcome
}

/// Runs `/bin/sh -c script`.
pub(crate) fn script(script: &str) -> Outcome {
    run(&["/bin/sh", "-c", script], Limits::default(), Stdin::Null)
}
