use std::time::Duration;

use api::{ApiError, ContainerStatus, ErrorKind, Input, Io, StartReply};
use digest::Id;
use kernel::{BlockedOn, Limit, LimitHit};
use vfs::Time;

use super::record::LogEntry;
use super::{Launch, LaunchError, Step, Target, failed_status};
use crate::networks::Watch;
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
        if let Some(container) = self.containers.get_mut(&id) {
            (container.stopped, container.restarts) = (false, 0);
            container.restart_at = None;
            if container.status == ContainerStatus::Restarting {
                container.status = ContainerStatus::Exited;
            }
        }
        if !self.container(id)?.is_running() && !self.begin(runtime, id, attach, io)? {
            let status = self.containers.get(&id).map(|container| container.exit_code);
            self.remove_if_asked(id);
            return Ok(StartReply { status });
        }
        if runtime.get_mut(id).is_none() {
            return Ok(StartReply { status: None });
        }
        if !attach {
            self.advance(HEAD_START);
            self.run_all(runtime, self.clock, None);
            return Ok(StartReply { status: None });
        }
        let followed = self.follow(runtime, Watch { container: id, target: 0 }, io);
        self.end_of_following(runtime, id, followed)
    }

    /// Takes over what a followed container did, and answers whoever followed it.
    pub(super) fn end_of_following(
        &mut self,
        runtime: &mut Runtime,
        id: Id,
        followed: Followed,
    ) -> Result<StartReply, ApiError> {
        if let Some(launch) = runtime.take(id) {
            self.clock = self.clock.max(launch.kernel.now());
            self.settle(runtime, id, launch);
        }
        self.catch_up(runtime);
        match followed {
            Followed::Exited(status) => Ok(StartReply { status: Some(status) }),
            Followed::Detached => Ok(StartReply { status: None }),
            Followed::Limit(hit) => Err(ApiError::new(ErrorKind::NotSimulated, hit.to_string())),
            Followed::Deadlock => Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK)),
        }
    }

    /// Makes the processes; false when the program ended before it began.
    pub(super) fn begin(
        &mut self,
        runtime: &mut Runtime,
        id: Id,
        attach: bool,
        io: &mut dyn Io,
    ) -> Result<bool, ApiError> {
        self.advance(START_COST);
        let (now, launched) = (self.clock, self.launch(runtime, id, false));
        if launched.is_ok() {
            self.tell_owner(runtime, id);
        }
        let status = failed_status(self.version);
        let Some(container) = self.containers.get_mut(&id) else { return Ok(false) };
        match launched {
            Ok(launch) => {
                container.status = ContainerStatus::Running;
                container.started = Some(now);
                container.error.clear();
                container.oom_killed = false;
                container.begin_health(now);
                runtime.keep(id, launch);
                if attach {
                    self.tell_of(id, "attach", &[]);
                }
                self.tell_networks(id, "connect");
                self.tell_of(id, "start", &[]);
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
                container.published.clear();
                for endpoint in &mut container.endpoints {
                    endpoint.address = None;
                }
                self.remove_if_asked(id);
                Err(error)
            }
        }
    }

    /// Follows one of a container's processes to its end, while all others run as well.
    pub(super) fn follow(&mut self, runtime: &mut Runtime, watch: Watch, io: &mut dyn Io) -> Followed {
        let Watch { container: id, target } = watch;
        let mut slice = SLICE;
        let mut stdin_ended = false;
        loop {
            let Some(launch) = runtime.get_mut(id) else { return Followed::Detached };
            while let Some(input) = io.poll() {
                if !pass(launch, target, input, &mut stdin_ended) {
                    return Followed::Detached;
                }
            }
            let until = launch.kernel.now().max(self.clock) + slice;
            self.run_all(runtime, until, Some(watch));
            let Some(launch) = runtime.get_mut(id) else { return Followed::Detached };
            let (output, further) = launch.take_outputs(target);
            let shown = if target == 0 { &output } else { &further };
            let is_quiet = shown.is_empty();
            for entry in shown {
                io.write(entry.stream, &entry.bytes);
            }
            let (status, hit) = (launch.exit_code_of(target), launch.hit);
            let (waits, stuck) = (is_waiting(launch, target), is_stuck(launch));
            if let Some(container) = self.containers.get_mut(&id) {
                container.files_mut().log.extend(output);
            }
            match (hit, status) {
                (Some(hit), _) if !self.is_out_of_memory(id, hit) => return Followed::Limit(hit),
                (Some(_), _) => return Followed::Exited(137),
                (_, Some(status)) => return Followed::Exited(status),
                _ => {}
            }
            if stuck {
                return Followed::Deadlock;
            }
            if waits && !self.may_be_answered(runtime, id) {
                let was_ended = stdin_ended;
                let input = io.wait();
                let is_repeated_end = was_ended && input == Input::End;
                let Some(launch) = runtime.get_mut(id) else { return Followed::Detached };
                if is_repeated_end || !pass(launch, target, input, &mut stdin_ended) {
                    return Followed::Detached;
                }
                continue;
            }
            slice = if is_quiet { (slice * 2).min(LONGEST_SLICE) } else { SLICE };
        }
    }

    /// Whether another container will do something while this one waits, and this one may hear of it.
    fn may_be_answered(&self, runtime: &mut Runtime, id: Id) -> bool {
        let is_connected = runtime.get_mut(id).is_some_and(|launch| launch.kernel.is_connected());
        is_connected && runtime.activities().any(|(_, other)| other != id)
    }

    /// Whether a budget was the container's own `--memory`.
    pub(super) fn is_out_of_memory(&self, id: Id, hit: LimitHit) -> bool {
        let own = self.containers.get(&id).is_some_and(|container| container.host.memory > 0);
        own && hit.limit == Limit::Memory
    }

    /// Takes over what a container's processes have done, and keeps them if they run on.
    pub(crate) fn settle(&mut self, runtime: &mut Runtime, id: Id, mut launch: Launch) {
        let output = launch.take_output();
        let (now, hit) = (launch.kernel.now(), launch.hit);
        let out_of_memory = hit.is_some_and(|hit| self.is_out_of_memory(id, hit));
        let exit = if out_of_memory { Some(137) } else { launch.exit_code() };
        let Some(container) = self.containers.get_mut(&id) else { return };
        container.files_mut().log.extend(output);
        container.absorb(&launch);
        self.absorb_mounts(id, &mut launch);
        let Some(container) = self.containers.get_mut(&id) else { return };
        let Some(status) = exit else {
            launch.mark();
            container.files_mut().journal = Some(launch.journal.clone());
            runtime.keep(id, launch);
            return;
        };
        container.end(status, now);
        container.oom_killed = out_of_memory;
        self.tell_of(id, "die", &[("exitCode", &status.to_string())]);
        self.tell_networks(id, "disconnect");
        self.hang_up(runtime, Some(id), now);
        if !self.plan_restart(id, now) {
            self.remove_if_asked(id);
        }
    }

    pub(super) fn remove_if_asked(&mut self, id: Id) {
        if self.containers.get(&id).is_some_and(|container| container.host.auto_remove) {
            self.tell_of(id, "destroy", &[]);
            self.discard_container(id, true);
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
            match runtime.take(id).or_else(|| self.revive(runtime, id)) {
                Some(launch) => runtime.keep(id, launch),
                None => self.lose(id),
            }
        }
        self.run_all(runtime, self.clock, None);
    }

    fn lose(&mut self, id: Id) {
        let now = self.clock;
        if let Some(container) = self.containers.get_mut(&id) {
            container.end(255, now);
        }
        self.remove_if_asked(id);
    }

    /// What a container has written so far, with the time of each write.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn log_entries(&self, name: &str) -> Result<Vec<(Time, api::Stream, Vec<u8>)>, ApiError> {
        let id = self.find_container(name)?;
        self.check_log_driver(id)?;
        let container = self.container(id)?;
        let entry = |entry: &LogEntry| (entry.at, entry.stream, entry.bytes.to_vec());
        Ok(container.files().log.iter().map(entry).collect())
    }

    /// `docker logs`: what a container has written so far.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn logs(&self, name: &str, io: &mut dyn Io) -> Result<(), ApiError> {
        let id = self.find_container(name)?;
        self.check_log_driver(id)?;
        let container = self.container(id)?;
        container.files().log.iter().for_each(|entry| io.write(entry.stream, &entry.bytes));
        Ok(())
    }
}

impl super::Container {
    /// Takes the file system over from the container's processes.
    pub(crate) fn absorb(&mut self, launch: &Launch) {
        let files = self.files_mut();
        if let Some(tree) = launch.kernel.tree(launch.sandbox) {
            files.tree = tree;
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

/// Whether the processes wait for one another, and nothing from outside can help.
fn is_stuck(launch: &Launch) -> bool {
    let blocked = launch.kernel.blocked();
    let inside = |on: &BlockedOn| matches!(on, BlockedOn::Pipe | BlockedOn::Child);
    !blocked.is_empty()
        && launch.kernel.next_activity().is_none()
        && !launch.kernel.is_connected()
        && blocked.iter().all(|(_, on)| inside(on))
}

/// Whether nothing will happen until something comes from outside, or the followed process itself waits for input
/// while others let time pass.
fn is_waiting(launch: &Launch, target: Target) -> bool {
    let blocked = launch.kernel.blocked();
    let reads = |on: &BlockedOn| *on == BlockedOn::Stdin;
    target > 0
        && blocked.iter().any(|(process, on)| launch.processes.get(target) == Some(process) && reads(on))
        || launch.kernel.next_activity().is_none()
            && blocked.iter().all(|(_, on)| !matches!(on, BlockedOn::Nothing | BlockedOn::Clock))
}
