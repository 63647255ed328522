use std::time::Duration;

use api::{ApiError, ErrorKind};
use digest::Digest;
use oci::ContainerConfig;
use vfs::diff;

use super::merge::merge;
use crate::build::apply_change;
use crate::images::{Child, parse_name};
use crate::{Engine, Runtime};

/// What a commit takes, besides the bytes.
const COMMIT_COST: Duration = Duration::from_micros(41_730);

impl Engine {
    /// `docker commit`: an image of a container's file system; `changes` are Dockerfile instructions.
    ///
    /// # Errors
    /// An unknown container, a bad name, an instruction that cannot be a change.
    pub fn commit(
        &mut self,
        runtime: &mut Runtime,
        container: &str,
        reference: Option<&str>,
        author: &str,
        message: &str,
        changes: &[String],
    ) -> Result<Digest, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(container)?;
        let name = reference.filter(|name| !name.is_empty()).map(parse_name).transpose()?;
        self.advance(COMMIT_COST);
        let container = self.container(id)?.clone();
        let mut config = changed_config(container.config.clone(), changes)?;
        merge(&mut config, &container.config);
        let files = container.files();
        let layer = self.make_layer(container.chain, diff(&files.base, &files.tree))?;
        let child = Child {
            parent: container.image,
            container: Some(id),
            author: author.to_owned(),
            comment: message.to_owned(),
            config,
            container_config: container.config,
        };
        let image = self.commit_child(child, &layer);
        if let Some(name) = name {
            self.set_name(&name, image);
        }
        Ok(image)
    }
}

/// A configuration after `--change` instructions.
pub(crate) fn changed_config(
    mut config: ContainerConfig,
    changes: &[String],
) -> Result<ContainerConfig, ApiError> {
    if changes.is_empty() {
        return Ok(config);
    }
    apply_change(&mut config, &changes.join("\n"))
        .map_err(|message| ApiError::new(ErrorKind::BadRequest, message))?;
    Ok(config)
}
