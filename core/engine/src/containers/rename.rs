use api::{ApiError, ErrorKind};

use crate::Engine;

impl Engine {
    /// `docker rename`.
    ///
    /// # Errors
    /// An unknown container; a name that is malformed or taken, or its own.
    pub fn rename(&mut self, name: &str, new: &str) -> Result<(), ApiError> {
        let id = self.find_container(name)?;
        let new = new.strip_prefix('/').unwrap_or(new);
        if self.container(id)?.name == new {
            let message = "Renaming a container with the same name as its current name";
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        self.check_name(new, &format!("/{new}")).map_err(|error| {
            ApiError::new(error.kind, format!("Error when allocating new name: {}", error.message))
        })?;
        if let Some(container) = self.containers.get_mut(&id) {
            new.clone_into(&mut container.name);
        }
        Ok(())
    }
}
