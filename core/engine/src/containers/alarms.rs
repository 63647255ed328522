//! What the daemon does by itself at a time of the clock: health checks and restarts.

use digest::Id;
use vfs::Time;

use crate::{Engine, Runtime};

impl Engine {
    /// When the daemon does something next.
    pub(crate) fn next_alarm(&self) -> Option<Time> {
        self.alarms().map(|(at, _)| at).min()
    }

    fn alarms(&self) -> impl Iterator<Item = (Time, Id)> {
        self.containers.iter().filter_map(|(id, container)| {
            let check =
                container.health.as_ref().filter(|_| container.is_running()).and_then(|health| health.due);
            [check, container.restart_at].into_iter().flatten().min().map(|at| (at, *id))
        })
    }

    /// Does what is due at a time.
    pub(crate) fn ring(&mut self, runtime: &mut Runtime, at: Time) {
        let due: Vec<Id> = self.alarms().filter(|(when, _)| *when <= at).map(|(_, id)| id).collect();
        for id in due {
            let restarts = self.containers.get(&id).and_then(|container| container.restart_at).is_some();
            match restarts {
                true => self.start_again(runtime, id, at),
                false => self.check_health(runtime, id, at),
            }
        }
    }
}
