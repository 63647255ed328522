use api::{ApiError, ErrorKind, MountKind, Pruned, VolumeRequest, VolumeSummary};
use digest::Id;
use vfs::{Metadata, Tree};

use super::{Shared, Volume};
use crate::Engine;

/// Where docker keeps a volume's files on its host.
fn mountpoint(name: &str) -> String {
    format!("/var/lib/docker/volumes/{name}/_data")
}

impl Engine {
    /// `docker volume create`: the name. A volume that exists stays as it is.
    ///
    /// # Errors
    /// A malformed name, a driver that is not there.
    pub fn create_volume(&mut self, request: &VolumeRequest) -> Result<String, ApiError> {
        let name = match request.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => name.to_owned(),
            None => self.ids.draw().to_string(),
        };
        if !matches!(request.driver.as_str(), "" | "local") {
            let driver = &request.driver;
            let message = format!(
                "create {name}: error looking up volume plugin {driver}: plugin \"{driver}\" not found"
            );
            return Err(ApiError::new(ErrorKind::NotFound, message));
        }
        self.ensure_volume(&name, request.name.is_none(), &request.labels)?;
        Ok(name)
    }

    /// Makes a volume unless there is one of this name.
    pub(crate) fn ensure_volume(
        &mut self,
        name: &str,
        anonymous: bool,
        labels: &[(String, String)],
    ) -> Result<(), ApiError> {
        if self.volumes.contains_key(name) {
            return Ok(());
        }
        check_name(name)?;
        let mut labels = labels.to_vec();
        labels.sort();
        labels.dedup_by(|later, earlier| later.0 == earlier.0);
        let files = Shared::new(Tree::new(Metadata::new(0o755, self.clock)));
        let volume = Volume { created: self.clock, labels, anonymous, files };
        self.volumes.insert(name.to_owned(), volume);
        self.tell("volume", "create", name.to_owned(), &[("driver", "local")]);
        Ok(())
    }

    /// `docker volume ls`: by name.
    ///
    /// # Errors
    /// A volume of a saved state that cannot be read.
    pub fn list_volumes(&self) -> Result<Vec<VolumeSummary>, ApiError> {
        self.volumes
            .iter()
            .map(|(name, volume)| {
                let files = volume.files.get_or_read(|part| self.read_shared(part))?;
                Ok(VolumeSummary {
                    name: name.clone(),
                    created: volume.created,
                    labels: volume.labels.clone(),
                    mountpoint: mountpoint(name),
                    links: self.volume_users(name).len(),
                    size: size(&files.tree),
                })
            })
            .collect()
    }

    /// The containers that have a volume mounted, by id.
    pub(crate) fn volume_users(&self, name: &str) -> Vec<Id> {
        let uses = |container: &crate::Container| {
            container.mounts.iter().any(|mount| mount.kind == MountKind::Volume && mount.name == name)
        };
        self.containers.iter().filter(|(_, container)| uses(container)).map(|(id, _)| *id).collect()
    }

    /// `docker volume rm`.
    ///
    /// # Errors
    /// An unknown volume, without force; one that a container has mounted.
    pub fn remove_volume(&mut self, name: &str, force: bool) -> Result<(), ApiError> {
        if !self.volumes.contains_key(name) {
            return match force {
                true => Ok(()),
                false => Err(ApiError::new(ErrorKind::NotFound, format!("get {name}: no such volume"))),
            };
        }
        let users: Vec<String> = self.volume_users(name).iter().map(Id::to_string).collect();
        if !users.is_empty() {
            let message = format!("remove {name}: volume is in use - [{}]", users.join(", "));
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        self.volumes.remove(name);
        self.tell("volume", "destroy", name.to_owned(), &[("driver", "local")]);
        Ok(())
    }

    /// `docker volume prune`: removes what no container has mounted and `keep` does not want.
    ///
    /// # Errors
    /// A volume of a saved state that cannot be read.
    pub fn prune_volumes(&mut self, keep: &dyn Fn(&VolumeSummary) -> bool) -> Result<Pruned, ApiError> {
        let mut pruned = Pruned::default();
        for volume in self.list_volumes()? {
            if volume.links == 0 && !keep(&volume) {
                self.volumes.remove(&volume.name);
                pruned.reclaimed += volume.size;
                pruned.removed.push(volume.name);
            }
        }
        Ok(pruned)
    }

    /// Removes the volumes among these that were made for a container alone and that no other one has.
    pub(crate) fn drop_anonymous(&mut self, mounts: &[api::MountPoint]) {
        for mount in mounts {
            if mount.anonymous && self.volume_users(&mount.name).is_empty() {
                self.volumes.remove(&mount.name);
            }
        }
    }
}

/// Bytes of the files of a tree.
fn size(tree: &Tree) -> u64 {
    tree.walk().map(|visit| tree.content(visit.ino).map_or(0, vfs::Content::len)).sum()
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let bad = |message: String| ApiError::new(ErrorKind::BadRequest, format!("create {name}: {message}"));
    if name.len() == 1 {
        let message = "volume name is too short, names should be at least two alphanumeric characters";
        return Err(bad(message.to_owned()));
    }
    if !crate::names::is_valid(name) {
        return Err(bad(format!(
            "\"{name}\" includes invalid characters for a local volume name, only \
             \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
        )));
    }
    Ok(())
}
