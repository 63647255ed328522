use std::time::Duration;

use digest::Id;
use oci::HealthConfig;
use serde::{Deserialize, Serialize};
use vfs::Time;

use super::{Command, Container, Step, Target};
use crate::{Engine, Runtime};

/// How many checks are remembered.
const REMEMBERED: usize = 5;

/// Bytes of a check's output that are kept.
const MAX_OUTPUT: usize = 4096;

const SECOND: Duration = Duration::from_secs(1);

/// What a container's health check says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `starting`, `healthy` or `unhealthy`.
    pub status: String,
    /// How many checks have failed in a row.
    pub streak: u32,
    /// The last checks, oldest first.
    pub log: Vec<Probe>,
    /// When the next check begins, or the one that runs has to be over.
    pub(crate) due: Option<Time>,
    /// The check that runs: its process, and when it began.
    pub(crate) running: Option<(Target, Time)>,
}

/// One health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When it began.
    pub start: Time,
    /// When it ended.
    pub end: Time,
    /// Its exit status; -1 when it took too long.
    pub exit_code: i32,
    /// What it wrote.
    pub output: String,
}

impl Health {
    /// The container has ended.
    pub(super) fn stop(&mut self) {
        (self.due, self.running) = (None, None);
        "unhealthy".clone_into(&mut self.status);
    }
}

/// A configured time in nanoseconds, or docker's default.
fn or_default(nanos: i64, default: Duration) -> Duration {
    u64::try_from(nanos).ok().filter(|nanos| *nanos > 0).map_or(default, Duration::from_nanos)
}

fn interval(config: &HealthConfig) -> Duration {
    or_default(config.interval, 30 * SECOND)
}

/// The command of a check; none when there is no check.
fn command(config: &HealthConfig, shell: &[String]) -> Option<Vec<String>> {
    match config.test.split_first()? {
        (kind, rest) if kind == "CMD" => Some(rest.to_vec()),
        (kind, rest) if kind == "CMD-SHELL" => {
            let shell = match shell.is_empty() {
                true => vec!["/bin/sh".to_owned(), "-c".to_owned()],
                false => shell.to_vec(),
            };
            Some(shell.into_iter().chain(rest.iter().cloned()).collect())
        }
        _ => None,
    }
}

impl Container {
    /// Begins to check the health of a container that has just started.
    pub(super) fn begin_health(&mut self, now: Time) {
        let config = self.config.healthcheck.as_ref();
        let config = config.filter(|config| command(config, &self.config.shell).is_some());
        self.health = config.map(|config| Health {
            status: "starting".to_owned(),
            due: Some(now + interval(config)),
            ..Health::default()
        });
    }

    /// The time between checks of its health, if it is checked.
    pub(super) fn check_interval(&self) -> Option<Duration> {
        self.health.as_ref()?.due?;
        self.config.healthcheck.as_ref().map(interval)
    }
}

impl Engine {
    /// Begins a check that is due, or ends one that takes too long.
    pub(super) fn check_health(&mut self, runtime: &mut Runtime, id: Id, at: Time) {
        let Some(container) = self.containers.get_mut(&id) else { return };
        let (Some(config), Some(health)) = (container.config.healthcheck.clone(), &mut container.health)
        else {
            return;
        };
        if container.status == api::ContainerStatus::Paused {
            health.due = Some(at + interval(&config));
            return;
        }
        if let Some((target, _)) = health.running {
            if let Some(launch) = runtime.get_mut(id) {
                launch.kernel.reach(at);
                launch.step(Step::Signal(target, 9));
            }
            let text = format!("Health check exceeded timeout ({})", shown(timeout(&config)));
            return self.end_check(id, at, -1, text, &config);
        }
        let Some(words) = command(&config, &container.config.shell) else { return };
        health.due = Some(at + timeout(&config));
        let Some(launch) = runtime.get_mut(id) else { return };
        launch.kernel.reach(at);
        let command = Command {
            privileged: false,
            words,
            env: Vec::new(),
            user: String::new(),
            working_dir: String::new(),
            stdin: false,
            tty: false,
        };
        launch.probed.clear();
        match launch.add(&command) {
            Ok(target) => {
                launch.note(Step::Exec(command));
                launch.probe = Some(target);
                if let Some(health) = self.containers.get_mut(&id).and_then(|found| found.health.as_mut()) {
                    health.running = Some((target, at));
                }
            }
            Err(error) => self.end_check(id, at, -1, error.message, &config),
        }
    }

    /// Looks whether a check has ended.
    pub(crate) fn look_at_check(&mut self, runtime: &mut Runtime, id: Id) {
        let Some(container) = self.containers.get(&id) else { return };
        let Some((target, _)) = container.health.as_ref().and_then(|health| health.running) else { return };
        let Some(config) = container.config.healthcheck.clone() else { return };
        let Some(launch) = runtime.get_mut(id) else { return };
        launch.probe = Some(target);
        let Some(status) = launch.exit_code_of(target) else { return };
        let output = launch.take_output();
        let text = String::from_utf8_lossy(&launch.probed).chars().take(MAX_OUTPUT).collect();
        let now = launch.kernel.now();
        if let Some(container) = self.containers.get_mut(&id) {
            container.files_mut().log.extend(output);
        }
        self.end_check(id, now, status, text, &config);
    }

    fn end_check(&mut self, id: Id, end: Time, exit_code: i32, output: String, config: &HealthConfig) {
        let Some(container) = self.containers.get_mut(&id) else { return };
        let started = container.started.unwrap_or(end);
        let Some(health) = &mut container.health else { return };
        let start = health.running.take().map_or(end, |(_, start)| start);
        health.due = Some(end + interval(config));
        health.log.push(Probe { start, end, exit_code, output });
        if health.log.len() > REMEMBERED {
            health.log.remove(0);
        }
        if exit_code == 0 {
            health.streak = 0;
            "healthy".clone_into(&mut health.status);
            return;
        }
        let grace = or_default(config.start_period, Duration::ZERO);
        if health.status == "starting" && start.since(started) < grace {
            return;
        }
        health.streak += 1;
        let retries = u32::try_from(config.retries).ok().filter(|retries| *retries > 0).unwrap_or(3);
        if health.streak >= retries {
            "unhealthy".clone_into(&mut health.status);
        }
    }
}

fn timeout(config: &HealthConfig) -> Duration {
    or_default(config.timeout, 30 * SECOND)
}

/// A time as Go prints it, for those that people give.
fn shown(time: Duration) -> String {
    match time.subsec_millis() {
        0 if time.as_secs() >= 60 => format!("{}m{}s", time.as_secs() / 60, time.as_secs() % 60),
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis()),
    }
}
