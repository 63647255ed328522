use std::future::Future;
use std::rc::Rc;

use bstr::BString;
use vfs::Errno;

use super::{Image, Process};
use crate::machine::Task;
use crate::state::{Inherited, ProcState};
use crate::{Env, Exit, Limit, Pid, Program};

/// Steps that a fork costs: some 0.1 ms, as on a real machine.
const FORK_STEPS: u32 = 20;

impl Process {
    /// A child that runs `body` with copies of descriptors, directories, credentials, signal actions, arguments and
    /// environment. What the parent has buffered for standard output stays with the parent; the child's is flushed
    /// at its end. Too many processes for the budget end the sandbox; `EAGAIN` when there are too many of this user, or
    /// more than the sandbox may have.
    pub fn fork<F, B>(&mut self, body: B) -> Result<Pid, Errno>
    where
        B: FnOnce(Process) -> F,
        F: Future<Output = Exit> + 'static,
    {
        self.charge_steps(FORK_STEPS);
        let sandbox = &self.state.sandbox;
        if sandbox.pids.is_some_and(|most| sandbox.processes.borrow().len() >= most as usize) {
            return Err(Errno::EAGAIN);
        }
        if sandbox.processes.borrow().len() >= sandbox.limits.processes as usize {
            sandbox.hit(&self.state.machine, Limit::Processes);
            return Err(Errno::EAGAIN);
        }
        if self.has_too_many_processes() {
            return Err(Errno::EAGAIN);
        }
        let child = self.child_state();
        let pid = child.pid;
        let future = body(Process {
            state: Rc::clone(&child),
            args: Rc::clone(&self.args),
            env: Rc::clone(&self.env),
        });
        launch(&child, flushing(Rc::clone(&child), future));
        Ok(pid)
    }

    /// Fork and exec: starts `argv`, looked up in `PATH`, with this process's environment. A program that cannot be
    /// executed is an error of this call.
    pub async fn spawn(&mut self, argv: &[BString]) -> Result<Pid, Errno> {
        let env = self.env.clone();
        self.spawn_with(argv, &env).await
    }

    /// [`Process::spawn`] with another environment.
    pub async fn spawn_with(&mut self, argv: &[BString], env: &Env) -> Result<Pid, Errno> {
        let name = argv.first().ok_or(Errno::EINVAL)?;
        let path = self.find_in_path(name)?;
        self.load(&path).map_err(|error| error.errno())?;
        let (argv, env) = (argv.to_vec(), env.clone());
        self.fork(|mut child| async move {
            match child.exec(&path, &argv, &env).await {
                Ok(exit) => exit,
                Err(Errno::ENOENT) => Exit(127),
                Err(_) => Exit(126),
            }
        })
    }

    fn child_state(&self) -> Rc<ProcState> {
        let parent = &self.state;
        parent.settle();
        let command = parent.command.borrow();
        ProcState::born(
            &parent.machine,
            &parent.sandbox,
            Inherited {
                initial: Some(parent.initial),
                parent: parent.pid,
                group: Some(parent.group.get()),
                session: Some(parent.session.get()),
                depth: parent.depth.get(),
                ignored: parent.ignored.get(),
                caught: parent.caught.get(),
                fds: parent.fds.borrow().clone(),
                root: parent.root.borrow().clone(),
                cwd: parent.cwd.borrow().clone(),
                cred: self.credentials(),
                umask: parent.umask.get(),
                command: command.clone(),
                tty: parent.tty.borrow().clone(),
                rlimits: Rc::clone(&parent.rlimits.borrow()),
                no_new_privileges: parent.no_new_privileges.get(),
            },
        )
    }
}

/// Queues a new process with its first image.
pub(crate) fn launch(state: &Rc<ProcState>, image: Image) {
    state.machine.start_task(state.task, Task { image: Some(image), state: Rc::clone(state) });
}

/// `future`, and then what its process has buffered. A program that cares whether its output arrived has flushed it
/// itself, so the last flush's outcome is not looked at.
fn flushing(state: Rc<ProcState>, future: impl Future<Output = Exit> + 'static) -> Image {
    Box::pin(async move {
        let exit = future.await;
        let _ = Process::over(&state).flush().await;
        exit
    })
}

/// The image of a program that runs in the process as exec left it.
pub(super) fn flushing_program(state: Rc<ProcState>, program: Rc<dyn Program>) -> Image {
    Box::pin(async move {
        let mut process = Process::over(&state);
        let exit = program.run(&mut process).await;
        let _ = process.flush().await;
        exit
    })
}
