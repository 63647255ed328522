use std::time::Duration;

use api::{ApiError, ImportRequest};
use digest::{Digest, Hasher};
use oci::{ConfigStyle, ContainerConfig, History, ImageConfig};
use vfs::{ChangeSet, Content};

use super::child::DOCKER_VERSION;
use super::tag::parse_name;
use crate::containers::changed_config;
use crate::{Engine, platform};

/// What reading the archive takes: a constant, and so much for each MiB.
const IMPORT_COST: Duration = Duration::from_micros(81_340);
const IMPORT_COST_PER_MIB: Duration = Duration::from_micros(9_200);

impl Engine {
    /// `docker import`: an image of one layer, made of a root file system.
    ///
    /// # Errors
    /// A bad name, an instruction that cannot be a change.
    pub fn import(&mut self, request: &ImportRequest) -> Result<Digest, ApiError> {
        let name =
            request.reference.as_deref().filter(|name| !name.is_empty()).map(parse_name).transpose()?;
        let config = changed_config(ContainerConfig::default(), &request.changes)?;
        let changes = ChangeSet::from_tree(&request.rootfs);
        let mib = u32::try_from(changes.size() >> 20).unwrap_or(u32::MAX);
        self.advance(IMPORT_COST + IMPORT_COST_PER_MIB * mib);
        let diff_id = match &request.tar {
            Some(tar) => {
                let diff_id = sha256_of(tar);
                self.take_layer(None, diff_id, changes, tar.clone())?;
                Some(diff_id)
            }
            None => self.make_layer(None, changes)?.diff_id,
        };
        let message = match &*request.message {
            "" => format!("Imported from {}", request.source),
            message => message.to_owned(),
        };
        let mut image = ImageConfig::new(ConfigStyle::Docker);
        image.comment.clone_from(&message);
        image.config = config;
        image.created = Some(self.clock);
        image.docker_version = DOCKER_VERSION.to_owned();
        image.history = vec![History { created: image.created, comment: message, ..History::default() }];
        image.rootfs.diff_ids.extend(diff_id);
        if let Some(platform) = &request.platform {
            let platform = platform::requested(platform)?;
            image.architecture = platform.architecture;
            image.os = platform.os;
            image.variant = platform.variant;
        }
        let id = self.add_image(image, None);
        if let Some(name) = name {
            self.set_name(&name, id);
        }
        Ok(id)
    }
}

/// The digest of content that may be large.
fn sha256_of(content: &Content) -> Digest {
    let mut hasher = Hasher::new();
    content.chunks().for_each(|chunk| hasher.update(chunk));
    hasher.finish()
}
