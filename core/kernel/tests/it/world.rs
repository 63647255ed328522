use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

use bstr::BString;
use kernel::{
    Exit, Kernel, KernelConfig, Limits, Loader, LocalBoxFuture, Output, Process, ProcessId, Program,
    RunState, SandboxId, SandboxSpec, SpawnSpec, Stream,
};
use vfs::{Content, Metadata, ProgramNote, Synthetic, Time, Tree};

/// A program as a plain function.
pub(crate) type Run = for<'p> fn(&'p mut Process) -> LocalBoxFuture<'p, Exit>;

struct Toy(Run);

impl Program for Toy {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        (self.0)(process)
    }
}

#[derive(Default)]
struct Toys(BTreeMap<BString, Rc<Toy>>);

impl Loader for Toys {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        let toy = self.0.get(note.text())?;
        Some(Rc::<Toy>::clone(toy))
    }
}

/// A root file system with toy programs, and limits.
pub(crate) struct World {
    pub(crate) root: Tree,
    pub(crate) limits: Limits,
    pub(crate) seed: u64,
    toys: Toys,
}

/// An executable that names the toy `name`.
pub(crate) fn executable(name: &str) -> Content {
    let program = Some(ProgramNote::new(name));
    Content::synthetic(Synthetic { len: 4096, seed: 1, program })
}

impl World {
    pub(crate) fn new() -> World {
        let mut root = Tree::new(Metadata::new(0o755, Time::EPOCH));
        for dir in ["/bin", "/tmp", "/etc"] {
            root.mkdir_all(dir, 0o755, Time::EPOCH).unwrap();
        }
        World { root, limits: Limits::default(), seed: 7, toys: Toys::default() }
    }

    pub(crate) fn toy(mut self, name: &str, run: Run) -> World {
        self.root.write_file(format!("/bin/{name}"), executable(name), 0o755, Time::EPOCH).unwrap();
        self.toys.0.insert(BString::from(name), Rc::new(Toy(run)));
        self
    }

    pub(crate) fn file(mut self, path: &str, text: &str, mode: u32) -> World {
        self.root.write_file(path, text.as_bytes().to_vec(), mode, Time::EPOCH).unwrap();
        self
    }

    pub(crate) fn boot(self) -> (Kernel, SandboxId) {
        let clock = Time::from_secs(1_700_000_000);
        let config = KernelConfig { clock, seed: self.seed, limits: self.limits, loader: Rc::new(self.toys) };
        let mut kernel = Kernel::new(config);
        let sandbox = kernel.add_sandbox(SandboxSpec::new(self.root)).unwrap();
        (kernel, sandbox)
    }

    /// Runs the toy `main` as process 1 and tells everything that came of it.
    pub(crate) fn run(self) -> String {
        let (mut kernel, sandbox) = self.boot();
        let main = kernel.spawn(sandbox, command("main")).unwrap();
        let state = kernel.run();
        story(&mut kernel, main, state)
    }
}

/// Runs `main` as process 1 of an otherwise empty world.
pub(crate) fn run(main: Run) -> String {
    World::new().toy("main", main).run()
}

pub(crate) fn command(words: &str) -> SpawnSpec {
    let mut spec = SpawnSpec::new(words.split(' '));
    spec.env.set("PATH", "/bin");
    spec
}

/// One line for each write, then how it all ended.
pub(crate) fn story(kernel: &mut Kernel, main: ProcessId, state: RunState) -> String {
    let mut text = String::new();
    let outputs = kernel.take_output();
    if std::env::var_os("GLASSHULL_EVENTS").is_some() {
        println!("events: kernel: {}", digest::sha256(format!("{outputs:?} {:?}", kernel.now())));
    }
    for Output { stream, bytes, .. } in outputs {
        let mark = if stream == Stream::Stdout { "out" } else { "err" };
        let shown = bytes.escape_ascii();
        writeln!(text, "{mark}: {shown}").unwrap();
    }
    match kernel.exit_status(main) {
        Some(status) if state == RunState::Exited => writeln!(text, "{status}").unwrap(),
        _ => writeln!(text, "{state:?}").unwrap(),
    }
    text
}

/// Prints one line with one write.
pub(crate) async fn say(p: &mut Process, text: impl AsRef<str>) {
    p.write_all(1, format!("{}\n", text.as_ref()).as_bytes()).await.unwrap();
}
