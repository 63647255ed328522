use api::{ApiError, ErrorKind, MountKind, MountPoint};
use bstr::ByteSlice;
use digest::Id;
use vfs::{Errno, Metadata, Time, Tree};

use super::Container;
use super::create::{host_path, on_disk};
use crate::saved::Shelf;
use crate::volumes::{MountSource, Shared, Wanted, volumes_from, wanted};
use crate::{Engine, paths};

impl Engine {
    /// What a new container gets mounted: the mounts of others, its own, and a volume for each `VOLUME`.
    pub(super) fn plan_mounts(&self, container: &Container) -> Result<Vec<Wanted>, ApiError> {
        let mut all: Vec<Wanted> = Vec::new();
        let mut add = |wanted: Wanted| {
            all.retain(|known| known.point.destination != wanted.point.destination);
            all.push(wanted);
        };
        for text in &container.host.volumes_from {
            let (name, read_only) = volumes_from(text)?;
            for point in &self.container(self.find_container(name)?)?.mounts {
                let mut point = point.clone();
                point.read_only = read_only.unwrap_or(point.read_only);
                if point.kind != MountKind::Tmpfs {
                    add(Wanted { point, copy: false, from: MountSource::Inherited });
                }
            }
        }
        wanted(&container.host)?.into_iter().for_each(&mut add);
        for declared in container.config.volumes.iter().flatten() {
            let destination = paths::clean(declared).to_str_lossy().into_owned();
            if all.iter().any(|known| known.point.destination == destination) {
                continue;
            }
            let point = MountPoint { destination, anonymous: true, ..MountPoint::default() };
            all.push(Wanted { point, copy: true, from: MountSource::Given });
        }
        all.sort_by(|a, b| a.point.destination.cmp(&b.point.destination));
        Ok(all)
    }

    /// Makes what is to be mounted; new volumes are filled with what the image has at their place.
    pub(super) fn make_mounts(
        &mut self,
        container: &mut Container,
        id: Id,
        plan: Vec<Wanted>,
    ) -> Result<(), ApiError> {
        for Wanted { mut point, copy, from } in plan {
            match point.kind {
                MountKind::Volume if from == MountSource::Given => {
                    self.make_volume(container, id, &mut point, copy)?;
                }
                MountKind::Bind => self.find_bind(container, &point)?,
                _ => {}
            }
            container.mounts.push(point);
        }
        Ok(())
    }

    fn make_volume(
        &mut self,
        container: &Container,
        id: Id,
        point: &mut MountPoint,
        copy: bool,
    ) -> Result<(), ApiError> {
        let absolute = paths::join(&[b"/", point.destination.as_bytes()]);
        let tree = &container.files().tree;
        if tree.get(&absolute).is_some_and(|inode| !inode.is_dir()) {
            let path = host_path(id, &absolute.to_str_lossy());
            let message = format!("cannot mount volume over existing file, file exists {path}");
            return Err(ApiError::new(ErrorKind::Server, message));
        }
        if point.name.is_empty() {
            point.name = self.ids.draw().to_string();
            point.anonymous = true;
        }
        self.ensure_volume(&point.name, point.anonymous, &[])?;
        let is_empty = self
            .shared(point)?
            .is_some_and(|shared| shared.tree.entries(shared.tree.root()).next().is_none());
        if copy && is_empty && tree.get(&absolute).is_some() {
            let filled = subtree(tree, &absolute, self.clock)
                .map_err(|errno| on_disk(id, &point.destination, errno))?;
            let version = self.shared(point)?.map_or(0, |shared| shared.version + 1);
            self.set_shared(point, Shelf::new(Shared { tree: filled, version }));
        }
        Ok(())
    }

    /// A folder of the host that `-v` names is made when it is missing; `--mount` refuses.
    fn find_bind(&mut self, container: &Container, point: &MountPoint) -> Result<(), ApiError> {
        if self.binds.contains_key(&point.source) {
            return Ok(());
        }
        let source = &point.source;
        if container.host.mounts.iter().any(|mount| mount.source == *source) {
            let message =
                format!("invalid mount config for type \"bind\": bind source path does not exist: {source}");
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        let source = source.clone();
        self.set_bind(&source, Tree::new(Metadata::new(0o755, self.clock)));
        Ok(())
    }
}

/// What is at and below `path`, as a tree of its own.
fn subtree(tree: &Tree, path: &[u8], now: Time) -> Result<Tree, Errno> {
    let ino = tree.resolve(path, vfs::Follow::Yes)?;
    let meta = tree.inode(ino).ok_or(Errno::ENOENT)?.metadata().clone();
    let mut copy = Tree::new(meta.clone());
    let root = copy.root();
    for (name, ino) in tree.entries(ino) {
        copy.graft(tree, ino, root, name, now)?;
    }
    copy.set_metadata(root, meta)?;
    Ok(copy)
}
