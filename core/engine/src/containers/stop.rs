use std::time::Duration;

use api::{ApiError, ErrorKind};
use digest::Id;
use kernel::Signal;

use super::{Step, parse_signal};
use crate::{Engine, Runtime};

/// How often stopping looks whether the container has ended.
const STEP: Duration = Duration::from_millis(100);

/// Seconds that a container gets to end by itself.
const GRACE: i64 = 10;

/// Seconds after which a container that is never killed is killed all the same: a year.
const FOR_EVER: u64 = 365 * 86_400;

/// What a signal gets to take effect.
const MOMENT: Duration = Duration::from_millis(10);

impl Engine {
    /// `docker stop`: the container's stop signal, and SIGKILL after `grace_seconds` (by default what the container was
    /// made with, else ten; below 0, never). A stopped one is left alone.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn stop(
        &mut self,
        runtime: &mut Runtime,
        name: &str,
        grace_seconds: Option<i64>,
    ) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        if let Some(container) = self.containers.get_mut(&id) {
            container.stopped = true;
            if container.status == api::ContainerStatus::Restarting {
                container.restart_at = None;
                container.status = api::ContainerStatus::Exited;
            }
        }
        if !self.container(id)?.is_running() {
            return Ok(());
        }
        let config = &self.container(id)?.config;
        let grace = grace_seconds.or(config.stop_timeout).unwrap_or(GRACE);
        let wanted = &config.stop_signal;
        let number = if wanted.is_empty() { 15 } else { parse_signal(wanted).unwrap_or(15) };
        let deadline = self.clock + Duration::from_secs(u64::try_from(grace).unwrap_or(FOR_EVER));
        self.tell_of(id, "kill", &[("signal", &number.to_string())]);
        self.signal_container(runtime, id, Signal::from_number(number).unwrap_or(Signal::TERM));
        while self.is_running(id) && self.clock < deadline {
            self.advance(STEP);
            self.catch_up(runtime);
        }
        if self.is_running(id) {
            self.tell_of(id, "kill", &[("signal", "9")]);
            self.signal_container(runtime, id, Signal::KILL);
        }
        self.tell_of(id, "stop", &[]);
        Ok(())
    }

    /// `docker kill`: sends a signal to the first process.
    ///
    /// # Errors
    /// An unknown container or signal; a container that does not run.
    pub fn kill(&mut self, runtime: &mut Runtime, name: &str, signal: &str) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let number = if signal.is_empty() { 9 } else { parse_signal(signal)? };
        let refuse =
            |kind, reason: String| ApiError::new(kind, format!("Cannot kill container: {name}: {reason}"));
        let id = self.find_container(name).map_err(|error| refuse(error.kind, error.message))?;
        if !self.is_running(id) {
            return Err(refuse(ErrorKind::Conflict, format!("Container {id} is not running")));
        }
        if let Some(container) = self.containers.get_mut(&id) {
            container.stopped = true;
        }
        let signal = Signal::from_number(number)
            .ok_or_else(|| refuse(ErrorKind::Server, format!("invalid signal: {number}")))?;
        self.tell_of(id, "kill", &[("signal", &number.to_string())]);
        self.signal_container(runtime, id, signal);
        Ok(())
    }

    pub(super) fn is_running(&self, id: Id) -> bool {
        self.containers.get(&id).is_some_and(super::Container::is_running)
    }

    /// Sends a signal and gives the container a moment.
    pub(crate) fn signal_container(&mut self, runtime: &mut Runtime, id: Id, signal: Signal) {
        if let Some(mut launch) = runtime.take(id) {
            launch.step(Step::Signal(0, signal.number().into()));
            runtime.keep(id, launch);
        }
        self.resume(id);
        self.advance(MOMENT);
        self.catch_up(runtime);
    }
}
