use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use digest::Id;
use vfs::{Errno, Follow, Ino, Metadata, Node, Time, Tree};

use super::checksum::name_of;
use super::find::Found;
use crate::paths;

/// How sources are put into the image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement<'a> {
    /// Absolute destination; a final slash says that it is a directory.
    pub(crate) destination: &'a BStr,
    /// The owner of all that is written; none keeps the source's (COPY --from without --chown).
    pub(crate) owner: Option<(u32, u32)>,
    /// Time of the copy.
    pub(crate) now: Time,
    /// What docker calls the layer on its disk; errors show it.
    pub(crate) layer: Id,
}

/// Copies one file or directory of `source` into `tree`. Errors are the system's, with the path they are about.
pub(crate) fn place(
    tree: &mut Tree,
    source: &Tree,
    found: &Found,
    how: &Placement<'_>,
) -> Result<(), (BString, Errno)> {
    let target = scoped(tree, how.destination);
    let fail = |errno: Errno| (target.clone(), errno);
    if source.inode(found.ino).is_some_and(|inode| inode.is_dir()) {
        return place_directory(tree, source, found.ino, target.as_bstr(), how).map_err(fail);
    }
    let into_directory = how.destination.ends_with(b"/") || is_directory(tree, target.as_bstr());
    let path = if into_directory { paths::join(&[&target, name_of(found)]) } else { target.clone() };
    place_file(tree, source, found.ino, path.as_bstr(), how).map_err(fail)
}

/// The path that `path` leads to with every link resolved inside the tree; parts that are missing stay as they are.
pub(crate) fn scoped(tree: &Tree, path: &BStr) -> BString {
    let path = paths::join(&[b"/", path]);
    let mut known = path.clone();
    let mut rest: Vec<BString> = Vec::new();
    loop {
        if let Ok(ino) = tree.resolve(&known, Follow::Yes) {
            let resolved = match tree.inode(ino) {
                Some(inode) if inode.is_dir() => tree.path_of(ino),
                _ => resolved_file(tree, known.as_bstr()),
            };
            let mut full = resolved.unwrap_or(known);
            for name in rest.iter().rev() {
                full = paths::join(&[&full, name]);
            }
            return full;
        }
        if known == "/" {
            return path;
        }
        rest.push(BString::from(paths::base(&known)));
        known = paths::parent(&known);
    }
}

fn resolved_file(tree: &Tree, path: &BStr) -> Option<BString> {
    let found = tree.walk_path(path, Follow::Yes).ok()?;
    Some(paths::join(&[&tree.path_of(found.parent)?, &found.name]))
}

fn is_directory(tree: &Tree, path: &BStr) -> bool {
    tree.get(path).is_some_and(|inode| inode.is_dir())
}

fn place_file(
    tree: &mut Tree,
    source: &Tree,
    ino: Ino,
    path: &BStr,
    how: &Placement<'_>,
) -> Result<(), Errno> {
    let dir = make_directories(tree, paths::parent(path).as_bstr(), how.owner.unwrap_or((0, 0)), how.now)?;
    let name = paths::base(path);
    clear_for(tree, dir, name, source, ino, how.now)?;
    let copy = put(tree, source, ino, dir, name, how.now)?;
    own(tree, copy, how)
}

/// Directories are merged: what exists gets the source's metadata, what is in the way is removed.
fn place_directory(
    tree: &mut Tree,
    source: &Tree,
    from: Ino,
    path: &BStr,
    how: &Placement<'_>,
) -> Result<(), Errno> {
    let existed = is_directory(tree, path);
    let top = make_directories(tree, path, (0, 0), how.now)?;
    let mut made = BTreeMap::from([(from, top)]);
    let mut pending = vec![(from, top)];
    while let Some((original, copy)) = pending.pop() {
        for (name, ino) in source.entries(original) {
            clear_for(tree, copy, name, source, ino, how.now)?;
            let target = match (tree.lookup(copy, name), made.get(&ino).copied()) {
                (Ok(existing), _) => existing,
                (Err(_), Some(first)) => {
                    tree.link(first, copy, name, how.now)?;
                    continue;
                }
                (Err(_), None) => put(tree, source, ino, copy, name, how.now)?,
            };
            made.insert(ino, target);
            if source.inode(ino).is_some_and(|inode| inode.is_dir()) {
                pending.push((ino, target));
            }
        }
    }
    for (original, copy) in made {
        if copy != top {
            tree.set_metadata(copy, archived_metadata(source, original, how.now)?)?;
        }
        if copy != top || !existed {
            own(tree, copy, how)?;
        }
    }
    Ok(())
}

/// Removes what `name` is now, unless a directory is to be merged with a directory.
fn clear_for(
    tree: &mut Tree,
    dir: Ino,
    name: &[u8],
    source: &Tree,
    ino: Ino,
    now: Time,
) -> Result<(), Errno> {
    let Ok(existing) = tree.lookup(dir, name) else { return Ok(()) };
    let is_dir = |tree: &Tree, ino| tree.inode(ino).is_some_and(|inode| inode.is_dir());
    if is_dir(tree, existing) && is_dir(source, ino) {
        return Ok(());
    }
    tree.remove_tree(dir, name, now)
}

fn put(tree: &mut Tree, source: &Tree, ino: Ino, dir: Ino, name: &[u8], now: Time) -> Result<Ino, Errno> {
    let node = match source.inode(ino).ok_or(Errno::ENOENT)?.node() {
        Node::Directory(_) => Node::directory(),
        other => other.clone(),
    };
    tree.create(dir, name, node, archived_metadata(source, ino, now)?, now)
}

/// Metadata after a way through a tar stream: times in whole seconds, last access as last change, only the one
/// extended attribute that docker archives.
fn archived_metadata(source: &Tree, ino: Ino, now: Time) -> Result<Metadata, Errno> {
    let meta = source.inode(ino).ok_or(Errno::ENOENT)?.metadata();
    let mtime = meta.mtime.truncated();
    let mut copy = Metadata::new(meta.mode.bits(), now).owned_by(meta.uid, meta.gid);
    copy.mtime = mtime;
    copy.atime = mtime;
    if let Some(value) = meta.xattrs.get(b"security.capability") {
        copy.xattrs.set("security.capability", value);
    }
    Ok(copy)
}

fn own(tree: &mut Tree, ino: Ino, how: &Placement<'_>) -> Result<(), Errno> {
    match how.owner {
        Some((uid, gid)) => tree.set_owner(ino, Some(uid), Some(gid), how.now),
        None => Ok(()),
    }
}

/// Makes the directories of `path` that are missing, each owned by `owner`, mode 755.
pub(super) fn make_directories(
    tree: &mut Tree,
    path: &BStr,
    owner: (u32, u32),
    now: Time,
) -> Result<Ino, Errno> {
    let mut at = tree.root();
    for name in path.split_str("/").filter(|name| !name.is_empty()) {
        at = match tree.lookup(at, name) {
            Ok(ino) => ino,
            Err(Errno::ENOENT) => {
                let meta = Metadata::new(0o755, now).owned_by(owner.0, owner.1);
                tree.create(at, name, Node::directory(), meta, now)?
            }
            Err(errno) => return Err(errno),
        };
    }
    if tree.inode(at).is_some_and(|inode| inode.is_dir()) { Ok(at) } else { Err(Errno::ENOTDIR) }
}
