//! A simulated tree as files of a real folder.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use docker::{HostError, HostErrorKind};
use vfs::{ChangeKind, Inode, Node, Tree};

use super::host_error;

/// Writes all of a tree below `folder`. A link on the way that leads elsewhere is replaced, never followed: nothing is
/// written outside of the folder. Devices and pipes are left out with an error.
pub(super) fn write(folder: &Path, tree: &Tree) -> Result<(), HostError> {
    fs::create_dir_all(folder).map_err(host_error)?;
    let mut directories: Vec<(PathBuf, &Inode)> = Vec::new();
    for visit in tree.walk().skip(1) {
        let relative = std::str::from_utf8(&visit.path[1..]).map_err(|_| {
            HostError::new(HostErrorKind::Other, format!("{}: the name is no UTF-8", visit.path))
        })?;
        let path = folder.join(relative);
        entry(&path, visit.inode)?;
        if visit.inode.is_dir() {
            directories.push((path, visit.inode));
        }
    }
    for (path, inode) in directories.iter().rev() {
        set_time(path, inode)?;
    }
    Ok(())
}

/// Does to `folder`, or to a file, what changed from one tree to another. Every folder on the way to a change is part
/// of it, so that a link there is replaced as well.
pub(super) fn update(folder: &Path, before: &Tree, after: &Tree) -> Result<(), HostError> {
    let changes = vfs::diff(before, after);
    for change in changes.changes() {
        let relative = std::str::from_utf8(change.path.trim_ascii_start()).unwrap_or_default();
        let path = match relative.trim_start_matches('/') {
            "" => folder.to_path_buf(),
            below => folder.join(below),
        };
        match change.kind {
            ChangeKind::Delete => remove(&path)?,
            ChangeKind::Put { ino, .. } => {
                if let Some(inode) = after.inode(ino) {
                    entry(&path, inode)?;
                }
            }
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), HostError> {
    let Ok(existing) = fs::symlink_metadata(path) else { return Ok(()) };
    let removed = if existing.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(host_error)
}

fn entry(path: &Path, inode: &Inode) -> Result<(), HostError> {
    let existing = fs::symlink_metadata(path).ok();
    let is_dir = existing.as_ref().is_some_and(fs::Metadata::is_dir);
    if existing.is_some() && !(is_dir && inode.is_dir()) {
        remove(path)?;
    }
    match inode.node() {
        Node::Directory(_) if is_dir => {}
        Node::Directory(_) => fs::create_dir(path).map_err(host_error)?,
        Node::File(content) => fs::write(path, content.to_vec()).map_err(host_error)?,
        Node::Symlink(target) => {
            let target = String::from_utf8_lossy(target).into_owned();
            return symlink(target, path).map_err(host_error);
        }
        _ => {
            let text = format!("{}: devices and pipes are not written", path.display());
            return Err(HostError::new(HostErrorKind::Other, text));
        }
    }
    let mode = fs::Permissions::from_mode(inode.metadata().mode.bits());
    fs::set_permissions(path, mode).map_err(host_error)?;
    if inode.is_dir() { Ok(()) } else { set_time(path, inode) }
}

fn set_time(path: &Path, inode: &Inode) -> Result<(), HostError> {
    let mtime = inode.metadata().mtime;
    let since = Duration::new(u64::try_from(mtime.secs()).unwrap_or(0), mtime.nanos());
    let file = fs::File::open(path).map_err(host_error)?;
    file.set_modified(SystemTime::UNIX_EPOCH + since).map_err(host_error)
}
