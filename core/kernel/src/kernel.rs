use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use bstr::BString;
use vfs::{Errno, Follow, Mounts, Time, Tree};

use crate::fd_table::{Descriptor, FdTable};
use crate::file::{FileKind, OpenFile};
use crate::input::Input;
use crate::machine::Machine;
use crate::output::Stream;
use crate::pin::Pinned;
use crate::process::{LoadError, Process, launch};
use crate::rlimit::Rlimits;
use crate::sandbox::Sandbox;
use crate::signal_delivery::Origin;
use crate::state::{BlockedOn, Command, Inherited, ProcState};
use crate::surroundings;
use crate::tty::Tty;
use crate::{
    ExitStatus, Init, KernelConfig, OpenFlags, Output, Pid, ProcessId, SandboxId, SandboxSpec, Signal,
    SpawnError, SpawnSpec, Stdin,
};

/// A simulated Linux kernel: containers, their processes, one clock.
pub struct Kernel {
    pub(crate) machine: Rc<Machine>,
    inputs: RefCell<BTreeMap<ProcessId, Input>>,
}

impl Kernel {
    /// A kernel without sandboxes.
    pub fn new(config: KernelConfig) -> Kernel {
        let KernelConfig { clock, seed, limits, loader } = config;
        Kernel { machine: Machine::new(clock, seed, limits, loader), inputs: RefCell::default() }
    }

    /// Makes a sandbox with docker's mounts (`/proc`, `/dev`, `/dev/pts`, `/sys`, `/dev/mqueue`, `/dev/shm`) and
    /// those of the spec. Mount points that are missing are made in the root tree, as runc does: [`Kernel::tree`]
    /// right after this call is what later changes are to be compared with.
    ///
    /// Errors: a mount target that cannot be made or does not fit what is mounted.
    pub fn add_sandbox(&mut self, spec: SandboxSpec) -> Result<SandboxId, Errno> {
        let machine = &self.machine;
        let id = SandboxId(machine.sandboxes.borrow().len() as u32);
        let now = machine.now.get();
        let mut mounts = Mounts::new(spec.root);
        let proc_mount = surroundings::mount_system(&mut mounts, now)?;
        for mount in spec.mounts {
            surroundings::mount(&mut mounts, mount, now)?;
        }
        let sandbox = Sandbox {
            id,
            hostname: RefCell::new(spec.hostname),
            network: Cell::new(spec.network),
            interfaces: RefCell::new(spec.interfaces),
            read_only_root: spec.read_only,
            no_new_privileges: spec.no_new_privileges,
            rlimits: spec.rlimits,
            pids: spec.pids,
            root: mounts.root(),
            mounts: RefCell::new(mounts),
            proc_mount: RefCell::new(proc_mount),
            pins: RefCell::default(),
            unpinned: RefCell::default(),
            processes: RefCell::default(),
            init: spec.init,
            last_pid: Cell::new(u32::from(spec.init == Init::Elsewhere)),
            fifos: RefCell::default(),
            listeners: RefCell::default(),
            locks: RefCell::default(),
            mailboxes: RefCell::default(),
            shared: RefCell::default(),
            generation: Cell::new(0),
            limits: machine.limits,
            fuel: Cell::new(machine.limits.fuel),
            memory: Cell::new(0),
            output: Cell::new(0),
            limit_hit: Cell::new(None),
        };
        machine.sandboxes.borrow_mut().push(Rc::new(sandbox));
        Ok(id)
    }

    /// Starts a process from outside: the container's command, or that of `docker exec`. It runs in [`Kernel::run`].
    pub fn spawn(&mut self, sandbox: SandboxId, spec: SpawnSpec) -> Result<ProcessId, SpawnError> {
        let sandbox = self.sandbox(sandbox).ok_or(SpawnError::SandboxEnded)?;
        let init = sandbox.process(Pid(1)).filter(|init| !init.is_zombie());
        let had_init = sandbox.init == Init::Spawned && sandbox.last_pid.get() > 0;
        if had_init && init.is_none() || sandbox.limit_hit.get().is_some() {
            return Err(SpawnError::SandboxEnded);
        }
        let last_pid = sandbox.last_pid.get();
        let root = Pinned::new(&sandbox, sandbox.root);
        let state = ProcState::born(
            &self.machine,
            &sandbox,
            Inherited {
                initial: None,
                parent: sandbox.init.parent(),
                group: None,
                session: None,
                depth: 0,
                ignored: 0,
                caught: 0,
                fds: FdTable::default(),
                cwd: root.clone(),
                root,
                cred: Rc::new(spec.cred.clone()),
                umask: spec.umask,
                command: Command { env: Rc::new(spec.env.clone()), ..Command::default() },
                tty: None,
                rlimits: Rlimits::initial(&sandbox.limits, &sandbox.rlimits),
                no_new_privileges: sandbox.no_new_privileges,
            },
        );
        match self.prepare(&state, &spec) {
            Ok(()) => Ok(state.id()),
            Err(error) => {
                sandbox.processes.borrow_mut().remove(&state.pid);
                sandbox.last_pid.set(last_pid);
                self.machine.release_task(state.task);
                Err(error)
            }
        }
    }

    fn prepare(&self, state: &Rc<ProcState>, spec: &SpawnSpec) -> Result<(), SpawnError> {
        let mut process = Process::over(state);
        let name = spec.argv.first().ok_or(SpawnError::NoCommand)?;
        let in_cwd = |errno| SpawnError::WorkingDirectory { path: spec.cwd.clone(), errno };
        process.chdir(&spec.cwd).map_err(in_cwd)?;
        let path = process.find_in_path(name).map_err(|errno| match errno {
            Errno::EACCES => SpawnError::NotExecutable { path: name.clone() },
            _ => SpawnError::NotInPath { name: name.clone() },
        })?;
        let executable = process.load(&path).map_err(|error| describe(error, &path))?;
        if executable.program.is_none() {
            return Err(SpawnError::NotSimulated { path });
        }
        self.open_streams(&mut process, spec)
            .map_err(|errno| SpawnError::NotFound { path: path.clone(), errno })?;
        let image = process.become_program(&path, executable, &spec.argv, &spec.env);
        launch(state, image);
        Ok(())
    }

    /// Opens descriptors 0 to 2.
    fn open_streams(&self, process: &mut Process, spec: &SpawnSpec) -> Result<(), Errno> {
        let state = Rc::clone(&process.state);
        if spec.tty || spec.stdin == Stdin::Keyboard {
            self.open_terminal(process, spec)?;
        } else {
            self.open_stdin(process, &spec.stdin)?;
        }
        if spec.tty {
            return Ok(());
        }
        for stream in [Stream::Stdout, Stream::Stderr] {
            let serial = self.machine.serial();
            let kind = FileKind::Capture { process: state.id(), stream, serial };
            process.install(OpenFile::new(kind, OpenFlags::WRONLY, format!("pipe:[{serial}]")))?;
        }
        Ok(())
    }

    /// Makes a terminal descriptor 0, and all three where output goes there too.
    fn open_terminal(&self, process: &mut Process, spec: &SpawnSpec) -> Result<(), Errno> {
        let state = Rc::clone(&process.state);
        let mut mounts = state.sandbox.mounts.borrow_mut();
        surroundings::name_terminal(&mut mounts, &spec.cred, self.machine.now.get())?;
        drop(mounts);
        let tty = Tty::new(state.id());
        state.tty.replace(Some(Rc::clone(&tty)));
        let kind = FileKind::Terminal { tty: Rc::clone(&tty), node: None };
        let file = OpenFile::new(kind, OpenFlags::RDWR, "/dev/pts/0");
        for _ in 0..if spec.tty { 3 } else { 1 } {
            process.install_from(Descriptor { file: Rc::clone(&file), cloexec: false }, 0)?;
        }
        self.provide(state.id(), Input::Terminal(tty), &spec.stdin);
        Ok(())
    }

    fn open_stdin(&self, process: &mut Process, stdin: &Stdin) -> Result<(), Errno> {
        if *stdin == Stdin::Null {
            let place = process.place(b"/dev/null", Follow::Yes)?;
            let kind =
                FileKind::Device { device: crate::device::Device::Null, node: Some(process.pin(place)) };
            process.install(OpenFile::new(kind, OpenFlags::RDONLY, "/dev/null"))?;
            return Ok(());
        }
        let (input, file) = Input::pipe(&self.machine);
        process.install(file)?;
        self.provide(process.state.id(), input, stdin);
        Ok(())
    }

    fn provide(&self, id: ProcessId, input: Input, stdin: &Stdin) {
        match stdin {
            Stdin::Attached | Stdin::Keyboard => {
                self.inputs.borrow_mut().insert(id, input);
            }
            Stdin::Bytes(bytes) => {
                self.type_in(id, &input, bytes);
                input.close();
            }
            Stdin::Null => input.close(),
        }
    }

    fn type_in(&self, id: ProcessId, input: &Input, bytes: &[u8]) {
        let Some(sandbox) = self.sandbox(id.sandbox) else { return };
        input.feed(&self.machine, &sandbox, bytes);
    }

    /// Feeds the attached standard input of an initial process; on a terminal, types. Ignored when it has none.
    pub fn feed(&mut self, pid: ProcessId, bytes: &[u8]) {
        if let Some(input) = self.inputs.borrow().get(&pid) {
            self.type_in(pid, input, bytes);
        }
    }

    /// Ends the attached standard input of an initial process.
    pub fn close_stdin(&mut self, pid: ProcessId) {
        if let Some(input) = self.inputs.borrow_mut().remove(&pid) {
            input.close();
        }
    }

    /// Sends a signal from outside, as `docker kill` does. `ESRCH` when the process has ended.
    pub fn signal(&mut self, pid: ProcessId, signal: Signal) -> Result<(), Errno> {
        let sandbox = self.sandbox(pid.sandbox).ok_or(Errno::ESRCH)?;
        let process = sandbox.process(pid.pid).filter(|process| !process.is_zombie()).ok_or(Errno::ESRCH)?;
        process.receive(signal, Origin::Outside);
        Ok(())
    }

    /// Everything written since the last call, in order, one item per write.
    pub fn take_output(&mut self) -> Vec<Output> {
        self.machine.outputs.take()
    }

    /// How an initial process ended; none while it runs.
    pub fn exit_status(&self, pid: ProcessId) -> Option<ExitStatus> {
        self.machine.exits.borrow().get(&pid).copied()
    }

    /// The root file system of a sandbox as it is now, without mounts. Free.
    pub fn tree(&self, sandbox: SandboxId) -> Option<Tree> {
        let sandbox = self.sandbox(sandbox)?;
        sandbox.reap_unpinned();
        let mounts = sandbox.mounts.borrow();
        mounts.tree(vfs::MountId::ROOT).cloned()
    }

    /// The tree mounted at an absolute path of a sandbox: a volume after the run.
    pub fn mount_tree(&self, sandbox: SandboxId, target: impl AsRef<[u8]>) -> Option<Tree> {
        let sandbox = self.sandbox(sandbox)?;
        let mounts = sandbox.mounts.borrow();
        let wanted = BString::from(target.as_ref());
        let id = mounts.iter().filter(|mount| mount.path.as_ref() == Some(&wanted)).last()?.id;
        mounts.tree(id).cloned()
    }

    /// Puts another tree where one is mounted: a volume that another container has changed. Inodes keep their numbers
    /// when the new tree came from the old one.
    pub fn set_mount_tree(&mut self, sandbox: SandboxId, target: impl AsRef<[u8]>, tree: Tree) {
        let Some(sandbox) = self.sandbox(sandbox) else { return };
        let mut mounts = sandbox.mounts.borrow_mut();
        let wanted = BString::from(target.as_ref());
        let id =
            mounts.iter().filter(|mount| mount.path.as_ref() == Some(&wanted)).last().map(|mount| mount.id);
        if let Some(mounted) = id.and_then(|id| mounts.tree_mut(id)) {
            *mounted = tree;
        }
    }

    /// Lets somebody outside change the files of a sandbox, mounts and all, as `docker cp` does.
    pub fn edit<T>(&mut self, sandbox: SandboxId, edit: impl FnOnce(&mut Mounts) -> T) -> Option<T> {
        let sandbox = self.sandbox(sandbox)?;
        let mut mounts = sandbox.mounts.borrow_mut();
        Some(edit(&mut mounts))
    }

    /// The processes of a sandbox, zombies included, by number.
    pub fn processes(&self, sandbox: SandboxId) -> Vec<ProcessRow> {
        let Some(sandbox) = self.sandbox(sandbox) else { return Vec::new() };
        let all = sandbox.select(|_| true);
        all.iter()
            .map(|process| {
                let command = process.command.borrow();
                ProcessRow {
                    pid: process.pid,
                    parent: process.parent.get(),
                    uid: process.cred.borrow().uid,
                    started: process.started,
                    steps: process.steps.get(),
                    name: command.name.clone(),
                    args: command.args.iter().cloned().collect(),
                    has_terminal: process.tty.borrow().is_some(),
                    is_zombie: process.is_zombie(),
                }
            })
            .collect()
    }

    /// Bytes that a sandbox holds in memory: growth of its files, and what programs declare.
    pub fn memory_used(&self, sandbox: SandboxId) -> u64 {
        self.sandbox(sandbox).map_or(0, |sandbox| sandbox.memory.get())
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.machine.now.get()
    }

    /// Steps of work that a sandbox has used.
    pub fn fuel_used(&self, sandbox: SandboxId) -> u64 {
        self.sandbox(sandbox).map_or(0, |sandbox| sandbox.limits.fuel - sandbox.fuel.get())
    }

    /// The live processes of all sandboxes and what each waits for.
    pub fn blocked(&self) -> Vec<(ProcessId, BlockedOn)> {
        let sandboxes = self.machine.sandboxes.borrow();
        let live = sandboxes.iter().flat_map(|sandbox| sandbox.select(|process| !process.is_zombie()));
        live.map(|process| (process.id(), process.blocked_on.get())).collect()
    }

    /// Ends every process of a sandbox at once.
    pub fn kill_sandbox(&mut self, sandbox: SandboxId) {
        if let Some(sandbox) = self.sandbox(sandbox) {
            sandbox.condemn_all(None);
            self.bury_condemned(&sandbox);
        }
    }

    pub(crate) fn sandbox(&self, id: SandboxId) -> Option<Rc<Sandbox>> {
        self.machine.sandboxes.borrow().get(id.0 as usize).cloned()
    }
}

impl Drop for Kernel {
    /// Processes hold the machine and the machine holds the processes: they are let go by hand.
    fn drop(&mut self) {
        let sandboxes = self.machine.sandboxes.take();
        for sandbox in &sandboxes {
            sandbox.condemn_all(None);
            self.bury_condemned(sandbox);
            sandbox.processes.take();
        }
    }
}

/// A process as `ps` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRow {
    /// Its number in the sandbox.
    pub pid: Pid,
    /// Its parent's; 0 for one that was started from outside.
    pub parent: Pid,
    /// Whose it is.
    pub uid: u32,
    /// When it began.
    pub started: Time,
    /// Steps of work that it has done.
    pub steps: u64,
    /// Its name.
    pub name: BString,
    /// Program and arguments.
    pub args: Vec<BString>,
    /// Whether it has a terminal.
    pub has_terminal: bool,
    /// Whether it has ended and waits for its parent.
    pub is_zombie: bool,
}

fn describe(error: LoadError, path: &BString) -> SpawnError {
    let path = path.clone();
    match error {
        LoadError::Missing(errno) => SpawnError::NotFound { path, errno },
        LoadError::Denied => SpawnError::NotExecutable { path },
        LoadError::Format => SpawnError::BadFormat { path },
        LoadError::Interpreter { interpreter, errno } => {
            SpawnError::BadInterpreter { path, interpreter, errno }
        }
    }
}
