use std::time::Duration;

use api::{ApiError, ErrorKind};

use crate::{Engine, Runtime};

/// The first and the longest time that is waited before a look.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(3600));

/// Virtual time after which a container that is waited for is taken to run for ever: ten years.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Health checks of one container that are waited through: each is work that is really done.
const MOST_CHECKS: u32 = 2_000;

const ENDLESS: &str = "the container would run for ever; docker would hang here";

impl Engine {
    /// `docker wait`: lets time pass until a container has ended; its exit status.
    ///
    /// # Errors
    /// An unknown container; one that would never end.
    pub fn wait(&mut self, runtime: &mut Runtime, name: &str) -> Result<i32, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let (began, for_ever, mut patience) = (self.clock, self.for_ever(), PATIENCE.0);
        while self.is_running(id) {
            if self.clock.since(began) > for_ever {
                return Err(ApiError::new(ErrorKind::NotSimulated, ENDLESS));
            }
            self.advance(patience);
            patience = (patience * 2).min(PATIENCE.1);
            self.catch_up(runtime);
        }
        // One that was removed when it ended has told nobody its status.
        Ok(self.containers.get(&id).map_or(0, |container| container.exit_code))
    }

    /// How long a container is waited for.
    fn for_ever(&self) -> Duration {
        let intervals = self.containers.values().filter_map(super::Container::check_interval);
        intervals.map(|interval| interval.saturating_mul(MOST_CHECKS)).min().unwrap_or(FOR_EVER).min(FOR_EVER)
    }
}
