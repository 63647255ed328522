use std::time::Duration;

use api::{ApiError, StatsRow};
use kernel::TICK;

use crate::{Engine, Runtime};

/// How long the work of a container is measured.
const SPAN: Duration = Duration::from_secs(1);

/// Bytes that a simulated process takes, besides what it declares: about that of a busybox applet.
const PROCESS_BYTES: u64 = 360 << 10;

impl Engine {
    /// `docker stats`: what containers use over the next second of the virtual clock.
    ///
    /// # Errors
    /// An unknown container.
    pub fn stats(
        &mut self,
        runtime: &mut Runtime,
        names: &[String],
        all: bool,
    ) -> Result<Vec<StatsRow>, ApiError> {
        self.catch_up(runtime);
        let mut ids = names.iter().map(|name| self.find_container(name)).collect::<Result<Vec<_>, _>>()?;
        if names.is_empty() {
            ids = self.list_containers(all)?.into_iter().map(|container| container.id).collect();
        }
        let work = |runtime: &mut Runtime, id| {
            runtime.get_mut(id).map_or(0, |launch| launch.kernel.fuel_used(launch.sandbox))
        };
        let before: Vec<u64> = ids.iter().map(|id| work(runtime, *id)).collect();
        self.advance(SPAN);
        self.catch_up(runtime);
        let mut rows = Vec::new();
        for (id, before) in ids.into_iter().zip(before) {
            let Some(container) = self.containers.get(&id) else { continue };
            let mut row = StatsRow { id: Some(id), name: container.name.clone(), ..StatsRow::default() };
            let limit = container.host.memory;
            if let Some(launch) = runtime.get_mut(id) {
                let steps = launch.kernel.fuel_used(launch.sandbox).saturating_sub(before);
                let worked = steps.saturating_mul(TICK.as_nanos() as u64);
                row.running = true;
                row.processes = launch.kernel.processes(launch.sandbox).len();
                row.cpu = worked.saturating_mul(10_000) / SPAN.as_nanos() as u64;
                row.memory = launch.kernel.memory_used(launch.sandbox) + PROCESS_BYTES * row.processes as u64;
                row.memory_limit = if limit > 0 { limit } else { runtime.limits.memory };
            }
            rows.push(row);
        }
        Ok(rows)
    }
}
