use api::{ApiError, ErrorKind, UpdateRequest};

use crate::Engine;

impl Engine {
    /// `docker update`. A memory limit counts from the next start on.
    ///
    /// # Errors
    /// An unknown container, an unknown restart policy, a policy for a container that removes itself.
    pub fn update(&mut self, name: &str, request: &UpdateRequest) -> Result<(), ApiError> {
        let id = self.find_container(name)?;
        let number = |name: &str| request.recorded.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0);
        super::options::check_processors(number)?;
        if let Some(policy) = &request.restart {
            check_policy(&policy.name, policy.maximum)?;
        }
        let Some(container) = self.containers.get_mut(&id) else { return Ok(()) };
        if request.restart.is_some() && container.host.auto_remove {
            let message = "Restart policy cannot be updated because AutoRemove is enabled for the container";
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        if let Some(restart) = &request.restart {
            container.host.restart = restart.clone();
        }
        container.host.recorded.extend(request.recorded.clone());
        if let Some(most) = request.recorded.get("PidsLimit").and_then(serde_json::Value::as_i64) {
            container.host.pids_limit = Some(most);
        }
        container.host.memory = request.memory.unwrap_or(container.host.memory);
        self.tell_of(id, "update", &[]);
        Ok(())
    }
}

/// Whether docker knows a restart policy.
///
/// # Errors
/// In docker's words.
pub(super) fn check_policy(name: &str, maximum: u32) -> Result<(), ApiError> {
    let bad = |message: String| Err(ApiError::new(ErrorKind::BadRequest, message));
    match name {
        "" | "no" | "always" | "unless-stopped" if maximum > 0 => {
            bad(format!("maximum retry count cannot be used with restart policy '{name}'"))
        }
        "" | "no" | "always" | "unless-stopped" | "on-failure" => Ok(()),
        other => bad(format!("invalid restart policy '{other}'")),
    }
}
