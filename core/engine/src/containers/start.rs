use std::time::Duration;

use api::{ApiError, ContainerStatus, ErrorKind, Input, Io, StartReply};
use digest::Id;
use kernel::{BlockedOn, LimitHit, RunState};

use super::record::LogEntry;
use super::{Launch, LaunchError, Step, Target, failed_status};
use crate::{Engine, Runtime};

/// Virtual time that a detached container gets before the daemon answers.
const HEAD_START: Duration = Duration::from_millis(250);

/// Virtual time after which an attached container's output is shown and input looked for; doubled while it is quiet.
const SLICE: Duration = Duration::from_millis(50);

/// Longest slice.
const LONGEST_SLICE: Duration = Duration::from_secs(3600);

/// How following a container ended.
pub(super) enum Followed {
    Exited(i32),
    Detached,
    Limit(LimitHit),
    Deadlock,
}

impl Engine {
    /// `docker start`: with `attach`, follows the container until it ends or `io` detaches. A running container is
    /// left alone, or only followed.
    ///
    /// # Errors
    /// An unknown container; a command that cannot be executed, in the words of docker and runc; the end of the
    /// simulation's budget.
    pub fn start(
        &mut self,
        runtime: &mut Runtime,
        name: &str,
        attach: bool,
        io: &mut dyn Io,
    ) -> Result<StartReply, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        if !self.container(id)?.is_running() && !self.begin(runtime, id, attach, io)? {
            let status = self.containers.get(&id).map(|container| container.exit_code);
            self.remove_if_asked(id);
            return Ok(StartReply { status });
        }
        let Some(mut launch) = runtime.take(id) else { return Ok(StartReply { status: None }) };
        if !attach {
            launch.kernel.run_until(self.clock + HEAD_START);
            self.clock = launch.kernel.now();
            self.settle(runtime, id, launch);
            return Ok(StartReply { status: None });
        }
        let followed = self.follow(id, &mut launch, 0, io);
        self.clock = self.clock.max(launch.kernel.now());
        self.settle(runtime, id, launch);
        match followed {
            Followed::Exited(status) => Ok(StartReply { status: Some(status) }),
            Followed::Detached => Ok(StartReply { status: None }),
            Followed::Limit(hit) => Err(ApiError::new(ErrorKind::NotSimulated, hit.to_string())),
            Followed::Deadlock => Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK)),
        }
    }

    /// Makes the processes; false when the program ended before it began.
    fn begin(
        &mut self,
        runtime: &mut Runtime,
        id: Id,
        attach: bool,
        io: &mut dyn Io,
    ) -> Result<bool, ApiError> {
        self.advance(START_COST);
        let (now, launched) = (self.clock, self.launch(runtime, id));
        let status = failed_status(self.version);
        let Some(container) = self.containers.get_mut(&id) else { return Ok(false) };
        match launched {
            Ok(launch) => {
                container.status = ContainerStatus::Running;
                container.started = Some(now);
                container.error.clear();
                runtime.keep(id, launch);
                Ok(true)
            }
            Err(LaunchError::Failed(bytes)) => {
                if attach {
                    io.write(api::Stream::Stderr, &bytes);
                }
                container.files_mut().log.push_back(LogEntry { at: now, stream: api::Stream::Stderr, bytes });
                container.started = Some(now);
                container.end(status, now);
                Ok(false)
            }
            Err(LaunchError::Refused(error)) => {
                container.exit_code = error.exit_code.unwrap_or(128);
                container.error.clone_from(&error.message);
                self.remove_if_asked(id);
                Err(error)
            }
        }
    }

    /// Follows one of a container's processes to its end.
    pub(super) fn follow(
        &mut self,
        id: Id,
        launch: &mut Launch,
        target: Target,
        io: &mut dyn Io,
    ) -> Followed {
        let mut slice = SLICE;
        let mut stdin_ended = false;
        loop {
            while let Some(input) = io.poll() {
                if !pass(launch, target, input, &mut stdin_ended) {
                    return Followed::Detached;
                }
            }
            let state = launch.kernel.run_until(launch.kernel.now() + slice);
            let (output, further) = launch.take_outputs(target);
            let shown = if target == 0 { &output } else { &further };
            let is_quiet = shown.is_empty();
            for entry in shown {
                io.write(entry.stream, &entry.bytes);
            }
            if let Some(container) = self.containers.get_mut(&id) {
                container.files_mut().log.extend(output);
            }
            if let Some(status) = launch.exit_code_of(target) {
                return Followed::Exited(status);
            }
            match state {
                RunState::LimitHit(hit) => return Followed::Limit(hit),
                RunState::Deadlock => return Followed::Deadlock,
                _ if is_waiting(launch, target) => {
                    let was_ended = stdin_ended;
                    let input = io.wait();
                    let is_repeated_end = was_ended && input == Input::End;
                    if is_repeated_end || !pass(launch, target, input, &mut stdin_ended) {
                        return Followed::Detached;
                    }
                }
                _ => slice = if is_quiet { (slice * 2).min(LONGEST_SLICE) } else { SLICE },
            }
        }
    }

    /// Takes over what a container's processes have done, and keeps them if they run on.
    pub(crate) fn settle(&mut self, runtime: &mut Runtime, id: Id, mut launch: Launch) {
        let output = launch.take_output();
        let exit = launch.exit_code();
        let now = launch.kernel.now();
        let Some(container) = self.containers.get_mut(&id) else { return };
        container.files_mut().log.extend(output);
        container.absorb(&launch);
        let Some(status) = exit else {
            container.files_mut().journal = Some(launch.journal.clone());
            runtime.keep(id, launch);
            return;
        };
        container.end(status, now);
        self.remove_if_asked(id);
    }

    fn remove_if_asked(&mut self, id: Id) {
        if self.containers.get(&id).is_some_and(|container| container.host.auto_remove) {
            self.discard_container(id);
        }
    }

    /// Lets the running containers run up to the daemon's clock. Processes that are gone, because the state was
    /// saved and loaded or stepped back, come back from the container's journal; should that fail, it has ended with
    /// 255, as after a restart of the real daemon.
    pub fn catch_up(&mut self, runtime: &mut Runtime) {
        let running: Vec<Id> = self
            .containers
            .iter()
            .filter(|(_, container)| container.status == ContainerStatus::Running)
            .map(|(id, _)| *id)
            .collect();
        for id in running {
            let Some(mut launch) = runtime.take(id).or_else(|| self.revive(runtime, id)) else {
                self.lose(id);
                continue;
            };
            launch.kernel.run_until(self.clock);
            self.settle(runtime, id, launch);
        }
    }

    fn lose(&mut self, id: Id) {
        let now = self.clock;
        if let Some(container) = self.containers.get_mut(&id) {
            container.end(255, now);
        }
        self.remove_if_asked(id);
    }

    /// `docker logs`: what a container has written so far.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn logs(&self, name: &str, io: &mut dyn Io) -> Result<(), ApiError> {
        let container = self.container(self.find_container(name)?)?;
        container.files().log.iter().for_each(|entry| io.write(entry.stream, &entry.bytes));
        Ok(())
    }
}

impl super::Container {
    /// Takes the file systems over from the container's processes.
    pub(crate) fn absorb(&mut self, launch: &Launch) {
        let files = self.files_mut();
        if let Some(tree) = launch.kernel.tree(launch.sandbox) {
            files.tree = tree;
        }
        for volume in &mut files.volumes {
            if let Some(tree) = launch.kernel.mount_tree(launch.sandbox, &volume.destination) {
                volume.tree = tree;
            }
        }
    }
}

/// What docker and runc take to start a container.
pub(crate) const START_COST: Duration = Duration::from_micros(312_480);

/// Every process waits for another one.
pub(crate) const DEADLOCK: &str =
    "the container's processes wait for one another for ever; docker would hang here";

/// Hands input on; false when the caller detaches.
fn pass(launch: &mut Launch, target: Target, input: Input, stdin_ended: &mut bool) -> bool {
    let has_stdin = launch.has_stdin(target);
    match input {
        // Whether these come before the process ends is a race that must leave no trace where nobody reads.
        Input::Bytes(_) if !has_stdin => {}
        Input::End if !has_stdin => *stdin_ended = true,
        Input::Bytes(bytes) => drop(launch.step(Step::Feed(target, bytes.into()))),
        Input::End => {
            *stdin_ended = true;
            launch.step(Step::CloseStdin(target));
        }
        Input::Signal(number) => {
            launch.step(Step::Signal(target, number.into()));
        }
        Input::Detach => return false,
    }
    true
}

/// Whether nothing will happen until something comes from outside, or the followed process itself waits for input
/// while others let time pass.
fn is_waiting(launch: &Launch, target: Target) -> bool {
    let blocked = launch.kernel.blocked();
    let reads = |on: &BlockedOn| *on == BlockedOn::Stdin;
    target > 0
        && blocked.iter().any(|(process, on)| launch.processes.get(target) == Some(process) && reads(on))
        || blocked.iter().all(|(_, on)| !matches!(on, BlockedOn::Nothing | BlockedOn::Clock))
}
