use api::{ApiError, ErrorKind, TopRow};
use bstr::ByteSlice;
use kernel::TICK;

use crate::{Engine, Runtime};

impl Engine {
    /// `docker top`: the processes of a running container.
    ///
    /// # Errors
    /// An unknown container, one that does not run.
    pub fn top(&mut self, runtime: &mut Runtime, name: &str) -> Result<Vec<TopRow>, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let stopped = || ApiError::new(ErrorKind::Conflict, format!("Container {id} is not running"));
        if !self.container(id)?.is_running() {
            return Err(stopped());
        }
        let launch = runtime.get_mut(id).ok_or_else(stopped)?;
        let rows = launch.kernel.processes(launch.sandbox);
        self.tell_of(id, "top", &[]);
        Ok(rows
            .into_iter()
            .map(|row| TopRow {
                user: if row.uid == 0 { "root".to_owned() } else { row.uid.to_string() },
                pid: row.pid.0,
                parent: row.parent.0,
                started: row.started,
                worked: row.steps.saturating_mul(TICK.as_nanos() as u64),
                has_terminal: row.has_terminal,
                name: row.name.to_str_lossy().into_owned(),
                command: match row.is_zombie {
                    true => format!("[{}] <defunct>", row.name),
                    false => bstr::join(" ", &row.args).to_str_lossy().into_owned(),
                },
            })
            .collect())
    }
}
