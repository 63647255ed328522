//! `docker cp`: files into and out of a container, whether it runs or not, volumes and all.

use api::{ApiError, ErrorKind, PathStat};
use bstr::{BString, ByteSlice};
use digest::Id;
use vfs::{Cred, Errno, Follow, Ino, Metadata, MountOptions, Mounts, Node, Place, Time, Tree};

use super::create::host_path;
use super::{Container, Step};
use crate::saved::Shelf;
use crate::volumes::Shared;
use crate::{Engine, Runtime, paths};

impl Engine {
    /// What a path of a container is.
    ///
    /// # Errors
    /// No such container or path.
    pub fn stat_path(&self, name: &str, path: &str) -> Result<PathStat, ApiError> {
        let id = self.find_container(name)?;
        let mounts = self.mounts_of(self.container(id)?)?;
        let place = find(&mounts, path, Follow::No).map_err(|errno| no_path(id, path, errno))?;
        let inode = mounts.inode(place).ok_or_else(|| no_path(id, path, Errno::ENOENT))?;
        let target = match inode.node() {
            Node::Symlink(target) => {
                let whole = if target.starts_with(b"/") {
                    target.clone()
                } else {
                    paths::join(&[&paths::parent(&paths::clean(path)), b"/", target])
                };
                Some(paths::clean(whole).to_str_lossy().into_owned())
            }
            _ => None,
        };
        Ok(PathStat { is_dir: inode.is_dir(), target })
    }

    /// What is at a path of a container.
    ///
    /// # Errors
    /// No such container or path.
    pub fn copy_from(&mut self, runtime: &mut Runtime, name: &str, path: &str) -> Result<Tree, ApiError> {
        self.catch_up(runtime);
        if path.is_empty() {
            return Err(ApiError::new(ErrorKind::BadRequest, "bad parameter: pathcannot be empty"));
        }
        let id = self.find_container(name)?;
        let mounts = self.mounts_of(self.container(id)?)?;
        let failed = |errno| no_path(id, path, errno);
        let place = find(&mounts, path, Follow::No).map_err(failed)?;
        let inode = mounts.inode(place).ok_or_else(|| failed(Errno::ENOENT))?;
        if !inode.is_dir() && (path.ends_with('/') || path.ends_with("/.")) {
            return Err(failed(Errno::ENOTDIR));
        }
        self.tell_of(id, "archive-path", &[]);
        let mut copy = Tree::new(inode.metadata().clone());
        let root = copy.root();
        if inode.is_dir() {
            take(&mounts, place, &mut copy, root, self.clock).map_err(failed)?;
        } else {
            let cleaned = paths::clean(path);
            let name = paths::base(&cleaned).to_owned();
            copy.set_metadata(root, Metadata::new(0o755, self.clock)).map_err(failed)?;
            copy.create(root, &name, inode.node().clone(), inode.metadata().clone(), self.clock)
                .map_err(failed)?;
        }
        Ok(copy)
    }

    /// Puts what a tree holds into a directory of a container.
    ///
    /// # Errors
    /// No such container or directory; a read-only one; a file where a directory has to be.
    pub fn copy_to(
        &mut self,
        runtime: &mut Runtime,
        name: &str,
        directory: &str,
        tree: &Tree,
    ) -> Result<(), ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(name)?;
        let container = self.container(id)?;
        if container.host.read_only && container.is_running() {
            let text = "container rootfs is marked read-only";
            return Err(ApiError::new(ErrorKind::BadRequest, text));
        }
        self.tell_of(id, "extract-to-dir", &[]);
        if let Some(mut launch) = runtime.take(id) {
            self.refresh_mounts(id, &mut launch);
            let mut trial = launch.kernel.edit(launch.sandbox, |mounts| mounts.clone());
            let tried = trial.as_mut().map(|mounts| put(mounts, directory, tree, self.clock));
            if let Some(Ok(())) = tried {
                launch.step(Step::Copy(directory.into(), tree.clone()));
            }
            self.settle(runtime, id, launch);
            return tried.unwrap_or(Ok(())).map_err(|errno| refused(id, directory, errno));
        }
        let mut mounts = self.mounts_of(self.container(id)?)?;
        put(&mut mounts, directory, tree, self.clock).map_err(|errno| refused(id, directory, errno))?;
        self.take_mounts(id, &mounts);
        Ok(())
    }

    /// The file systems of a container, as its processes would see them.
    fn mounts_of(&self, container: &Container) -> Result<Mounts, ApiError> {
        let mut mounts = Mounts::new(container.files().tree.clone());
        let (trees, _) = self.mount_trees(&container.mounts, self.clock)?;
        for (mount, tree) in container.mounts.iter().zip(trees) {
            if let Some(root) = mounts.tree_mut(vfs::MountId::ROOT)
                && root.get(&mount.destination).is_none()
            {
                // Docker makes the mount points before it copies.
                let _ = root.mkdir_all(&mount.destination, 0o755, self.clock);
            }
            if let Ok(place) = find(&mounts, &mount.destination, Follow::Yes) {
                let options = MountOptions {
                    read_only: mount.read_only,
                    fs_type: "ext4".into(),
                    source: BString::default(),
                };
                // A mount that does not fit is not there, as when the container starts.
                let _ = mounts.mount(place, tree, options);
            }
        }
        Ok(mounts)
    }

    /// Takes over changed file systems of a container that does not run.
    fn take_mounts(&mut self, id: Id, mounts: &Mounts) {
        let Some(container) = self.containers.get_mut(&id) else { return };
        if let Some(tree) = mounts.tree(vfs::MountId::ROOT) {
            container.files_mut().tree = tree.clone();
        }
        let points = container.mounts.clone();
        for point in points {
            let mounted = mounts.iter().find(|entry| {
                entry.path.as_ref().is_some_and(|path| path.as_slice() == point.destination.as_bytes())
            });
            let Some(tree) = mounted.and_then(|entry| mounts.tree(entry.id)).cloned() else { continue };
            let Ok(Some(shared)) = self.shared(&point) else { continue };
            if !shared.tree.ptr_eq(&tree) {
                let files = Shelf::new(Shared { tree, version: shared.version + 1 });
                self.set_shared(&point, files);
            }
        }
    }
}

/// Puts what a tree holds into a directory.
pub(super) fn put(mounts: &mut Mounts, directory: &str, tree: &Tree, now: Time) -> Result<(), Errno> {
    let place = find(mounts, directory, Follow::Yes)?;
    if !mounts.inode(place).is_some_and(vfs::Inode::is_dir) {
        return Err(Errno::ENOTDIR);
    }
    merge(mounts, place, tree, tree.root(), now)
}

fn merge(mounts: &mut Mounts, dir: Place, tree: &Tree, from: Ino, now: Time) -> Result<(), Errno> {
    if mounts.is_read_only(dir.mount) {
        return Err(Errno::EROFS);
    }
    for (name, ino) in tree.entries(from) {
        let Some(inode) = tree.inode(ino) else { continue };
        let found = mounts.walk(&Cred::ROOT, mounts.root(), dir, name, Follow::No)?.target;
        let old = found.and_then(|place| mounts.inode(place).map(|old| (place, old.is_dir())));
        match (old, inode.is_dir()) {
            (Some((place, true)), true) => {
                merge(mounts, place, tree, ino, now)?;
                let target = mounts.tree_mut(place.mount).ok_or(Errno::ENOENT)?;
                target.set_metadata(place.ino, inode.metadata().clone())?;
            }
            (Some((_, true)), false) => return Err(Errno::EISDIR),
            (Some((_, false)), true) => return Err(Errno::ENOTDIR),
            (old, _) => {
                let target = mounts.tree_mut(dir.mount).ok_or(Errno::ENOENT)?;
                if old.is_some() {
                    let gone = target.unlink(dir.ino, name, now)?;
                    target.reap(gone);
                }
                target.graft(tree, ino, dir.ino, name, now)?;
            }
        }
    }
    Ok(())
}

/// Copies what is below a place, mounts and all.
fn take(mounts: &Mounts, place: Place, into: &mut Tree, dir: Ino, now: Time) -> Result<(), Errno> {
    let Some(tree) = mounts.tree(place.mount) else { return Ok(()) };
    let names: Vec<BString> = tree.entries(place.ino).map(|(name, _)| BString::from(name)).collect();
    for name in names {
        let Some(found) = mounts.walk(&Cred::ROOT, mounts.root(), place, &name, Follow::No)?.target else {
            continue;
        };
        let Some(inode) = mounts.inode(found) else { continue };
        let node = if inode.is_dir() { Node::directory() } else { inode.node().clone() };
        let made = into.create(dir, &name, node, inode.metadata().clone(), now)?;
        if inode.is_dir() {
            take(mounts, found, into, made, now)?;
            into.set_metadata(made, inode.metadata().clone())?;
        }
    }
    Ok(())
}

fn find(mounts: &Mounts, path: &str, follow: Follow) -> Result<Place, Errno> {
    let (root, path) = (mounts.root(), paths::join(&[b"/", path.as_bytes()]));
    let cleaned = paths::clean(&path);
    if cleaned == "/" {
        return Ok(root);
    }
    mounts.walk(&Cred::ROOT, root, root, &cleaned, follow)?.target.ok_or(Errno::ENOENT)
}

/// Docker's client makes its own sentence of a path that is not there.
fn no_path(id: Id, path: &str, errno: Errno) -> ApiError {
    let kind = if errno == Errno::ENOENT { ErrorKind::NotFound } else { ErrorKind::Server };
    let shown = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    ApiError::new(kind, format!("lstat {}: {}", host_path(id, &shown), errno.to_string().to_lowercase()))
}

fn refused(id: Id, directory: &str, errno: Errno) -> ApiError {
    let kind = ErrorKind::BadRequest;
    match errno {
        Errno::ENOENT => no_path(id, directory, errno),
        Errno::EROFS => ApiError::new(kind, "mounted volume is marked read-only"),
        Errno::ENOTDIR => ApiError::new(kind, "extraction point is not a directory"),
        Errno::EISDIR => ApiError::new(kind, "cannot overwrite directory with non-directory"),
        errno => ApiError::new(ErrorKind::Server, errno.to_string().to_lowercase()),
    }
}
