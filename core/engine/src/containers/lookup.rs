use api::{ApiError, ErrorKind};
use digest::Id;

use super::Container;
use crate::Engine;

impl Engine {
    /// All containers by id.
    pub fn containers(&self) -> impl Iterator<Item = (&Id, &Container)> {
        self.containers.iter()
    }

    /// The container that a user means: an id, a name (with or without slash), or an id's beginning.
    ///
    /// # Errors
    /// `No such container: NAME`
    pub fn find_container(&self, name: &str) -> Result<Id, ApiError> {
        let whole = name.parse::<Id>().ok().filter(|id| self.containers.contains_key(id));
        let bare = name.strip_prefix('/').unwrap_or(name);
        let by_name =
            || self.containers.iter().find(|(_, container)| container.name == bare).map(|(id, _)| *id);
        let by_link = || {
            let linked = |id: &&Id| self.linked_names(**id).iter().any(|known| known == bare);
            bare.contains('/').then(|| self.containers.keys().find(linked).copied())?
        };
        if let Some(id) = whole.or_else(by_name).or_else(by_link) {
            return Ok(id);
        }
        let mut matching =
            self.containers.keys().filter(|id| !name.is_empty() && id.to_string().starts_with(name));
        match (matching.next(), matching.next()) {
            (Some(id), None) => Ok(*id),
            (Some(_), Some(_)) => Err(ApiError::new(
                ErrorKind::BadRequest,
                format!("Multiple IDs found with provided prefix: {name}"),
            )),
            (None, _) => Err(ApiError::new(ErrorKind::NotFound, format!("No such container: {name}"))),
        }
    }

    /// A container that is known to exist, with its files.
    ///
    /// # Errors
    /// `No such container: ID`, should it be gone; files of a saved state that cannot be read.
    pub(crate) fn container(&self, id: Id) -> Result<&Container, ApiError> {
        let container = self
            .containers
            .get(&id)
            .ok_or_else(|| ApiError::new(ErrorKind::NotFound, format!("No such container: {id}")))?;
        container.files.get_or_read(|part| self.read_files(container.chain, part))?;
        Ok(container)
    }
}
