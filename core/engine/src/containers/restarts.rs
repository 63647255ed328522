use std::time::Duration;

use api::{ContainerStatus, Unwatched};
use digest::Id;
use vfs::Time;

use crate::{Engine, Runtime};

/// The first pause before a restart; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A container that ran so long begins with the first pause again.
const LONG_RUN: Duration = Duration::from_secs(10);

impl Engine {
    /// Notes that a container that has ended is to start again, if its policy says so.
    pub(super) fn plan_restart(&mut self, id: Id, now: Time) -> bool {
        let Some(container) = self.containers.get_mut(&id) else { return false };
        let policy = &container.host.restart;
        let wanted = match policy.name.as_str() {
            "always" | "unless-stopped" => true,
            "on-failure" => {
                container.exit_code != 0 && (policy.maximum == 0 || container.restarts < policy.maximum)
            }
            _ => false,
        };
        if !wanted || container.stopped {
            return false;
        }
        let ran_long = container.started.is_some_and(|started| now.since(started) >= LONG_RUN);
        let doublings = if ran_long { 0 } else { container.restarts.min(10) };
        let pause = (FIRST_PAUSE * 2u32.pow(doublings)).min(LONGEST_PAUSE);
        container.restart_at = Some(now + pause);
        container.status = ContainerStatus::Restarting;
        true
    }

    /// Starts a container again.
    pub(super) fn start_again(&mut self, runtime: &mut Runtime, id: Id, at: Time) {
        let Some(container) = self.containers.get_mut(&id) else { return };
        container.restart_at = None;
        container.restarts += 1;
        container.status = ContainerStatus::Exited;
        // The daemon may be behind: whoever follows another container keeps the time meanwhile.
        let behind = std::mem::replace(&mut self.clock, at);
        let begun = self.begin(runtime, id, false, &mut Unwatched);
        self.clock = self.clock.max(behind);
        if !matches!(begun, Ok(true)) {
            let now = self.clock;
            self.plan_restart(id, now);
        }
    }
}
