use std::time::Duration;

use api::{ApiError, ErrorKind};

use super::DEADLOCK;
use crate::{Engine, Runtime};

/// The first and the longest time that is waited before a look.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(3600));

/// Virtual time after which a container that is waited for is taken to run for ever: ten years.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 86_400);

impl Engine {
    /// `docker wait`: lets time pass until a container has ended; its exit status.
    ///
    /// # Errors
    /// An unknown container; one that would never end.
    pub fn wait(&mut self, runtime: &mut Runtime, name: &str) -> Result<i32, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let (began, mut patience) = (self.clock, PATIENCE.0);
        while self.is_running(id) {
            if self.clock.since(began) > FOR_EVER {
                return Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK));
            }
            self.advance(patience);
            patience = (patience * 2).min(PATIENCE.1);
            self.catch_up(runtime);
        }
        // One that was removed when it ended has told nobody its status.
        Ok(self.containers.get(&id).map_or(0, |container| container.exit_code))
    }
}
