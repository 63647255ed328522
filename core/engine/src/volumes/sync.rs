use api::{ApiError, MountKind, MountPoint};
use digest::Id;
use vfs::{Metadata, Time, Tree};

use super::{Bind, Shared, Volume};
use crate::Engine;
use crate::containers::{Launch, Step};
use crate::saved::Shelf;

impl Engine {
    /// What is to be mounted at each of a container's mount points now, and the versions of what is shared.
    ///
    /// # Errors
    /// A volume of a saved state that cannot be read.
    pub(crate) fn mount_trees(
        &self,
        mounts: &[MountPoint],
        now: Time,
    ) -> Result<(Vec<Tree>, Vec<u64>), ApiError> {
        let mut trees = (Vec::new(), Vec::new());
        for mount in mounts {
            let shared = self.shared(mount)?;
            trees.1.push(shared.map_or(0, |shared| shared.version));
            trees.0.push(shared.map_or_else(|| fresh(mount, now), |shared| shared.tree.clone()));
        }
        Ok(trees)
    }

    /// The files behind a mount point; none for a tmpfs.
    pub(crate) fn shared(&self, mount: &MountPoint) -> Result<Option<&Shared>, ApiError> {
        let shelf = match mount.kind {
            MountKind::Volume => self.volumes.get(&mount.name).map(|volume: &Volume| &volume.files),
            MountKind::Bind => self.binds.get(&mount.source).map(|bind: &Bind| &bind.files),
            MountKind::Tmpfs => None,
        };
        shelf.map(|shelf| shelf.get_or_read(|part| self.read_shared(part))).transpose()
    }

    /// Gives a container's processes what others have done to its volumes.
    pub(crate) fn refresh_mounts(&self, id: Id, launch: &mut Launch) {
        let Some(container) = self.containers.get(&id) else { return };
        for (index, mount) in container.mounts.iter().enumerate() {
            let Ok(Some(shared)) = self.shared(mount) else { continue };
            if launch.journal.seen.get(index).is_some_and(|seen| *seen != shared.version) {
                launch.journal.seen[index] = shared.version;
                launch.step(Step::Mount(index, shared.tree.clone()));
                launch.mounted[index] = shared.tree.clone();
            }
        }
    }

    /// Takes over what a container's processes have done to its volumes.
    pub(crate) fn absorb_mounts(&mut self, id: Id, launch: &mut Launch) {
        let Some(mounts) = self.containers.get(&id).map(|container| container.mounts.clone()) else { return };
        for (index, mount) in mounts.iter().enumerate() {
            let Some(tree) = launch.kernel.mount_tree(launch.sandbox, &mount.destination) else { continue };
            if launch.mounted.get(index).is_none_or(|known| known.ptr_eq(&tree)) {
                continue;
            }
            launch.mounted[index] = tree.clone();
            let Ok(Some(shared)) = self.shared(mount) else { continue };
            let version = shared.version + 1;
            launch.journal.seen[index] = version;
            self.set_shared(mount, Shelf::new(Shared { tree, version }));
        }
    }

    /// Puts other files behind a mount point.
    pub(crate) fn set_shared(&mut self, mount: &MountPoint, files: Shelf<Shared>) {
        match mount.kind {
            MountKind::Volume => {
                if let Some(volume) = self.volumes.get_mut(&mount.name) {
                    volume.files = files;
                }
            }
            MountKind::Bind => {
                if let Some(bind) = self.binds.get_mut(&mount.source) {
                    bind.files = files;
                }
            }
            MountKind::Tmpfs => {}
        }
    }
}

/// What an empty file system of a mount's own begins with.
fn fresh(mount: &MountPoint, now: Time) -> Tree {
    let mode = mount.mode.split(',').find_map(|option| option.strip_prefix("mode="));
    let mode = mode.and_then(|mode| u32::from_str_radix(mode, 8).ok()).unwrap_or(0o1777);
    Tree::new(Metadata::new(mode, now))
}
