use std::{fs, io, path::Path, time::UNIX_EPOCH};

use docker::{HostError, HostErrorKind, Select};
use vfs::{Ino, Metadata, Node, Time, Tree};

use super::{host_error, read_bounded};

/// Entries of a folder that is loaded.
const MAX_ENTRIES: usize = 1_000_000;
/// Depth of a folder that is loaded.
const MAX_DEPTH: usize = 256;

/// Loads a folder of the machine. Owners become 0:0, as docker's client sends them.
pub(super) fn load(path: &Path, select: &mut dyn FnMut(&str, bool) -> Select) -> Result<Tree, HostError> {
    let root = fs::metadata(path).map_err(host_error)?;
    let mut tree = Tree::new(metadata(&root));
    let mut loader = Loader { tree: &mut tree, select, entries: 0, links: Links::default() };
    let top = loader.tree.root();
    loader.fill(path, "", top, 0)?;
    // Filling a directory touches it; its own time is what the machine says.
    Ok(tree)
}

/// Files with several names: device and inode to our inode.
type Links = std::collections::BTreeMap<(u64, u64), Ino>;

struct Loader<'a> {
    tree: &'a mut Tree,
    select: &'a mut dyn FnMut(&str, bool) -> Select,
    entries: usize,
    links: Links,
}

impl Loader<'_> {
    fn fill(&mut self, path: &Path, relative: &str, into: Ino, depth: usize) -> Result<(), HostError> {
        if depth > MAX_DEPTH {
            return Err(limit(format!("folders nested deeper than {MAX_DEPTH} (limit of a build context)")));
        }
        let meta = self.tree.inode(into).map(|inode| inode.metadata().clone());
        let mut names: Vec<_> = fs::read_dir(path)
            .map_err(|error| denied("can't stat", path, error))?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<Result<_, _>>()
            .map_err(host_error)?;
        names.sort();
        for name in names {
            let shown = name.to_string_lossy();
            let below = if relative.is_empty() { shown.into_owned() } else { format!("{relative}/{shown}") };
            self.entry(&path.join(&name), &below, into, depth)?;
        }
        match meta {
            Some(meta) => self.tree.set_metadata(into, meta).map_err(tree_error),
            None => Ok(()),
        }
    }

    fn entry(&mut self, path: &Path, relative: &str, into: Ino, depth: usize) -> Result<(), HostError> {
        let found = fs::symlink_metadata(path).map_err(|error| denied("can't stat", path, error))?;
        let choice = (self.select)(relative, found.is_dir());
        if choice == Select::Skip {
            return Ok(());
        }
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(limit(format!("more than {MAX_ENTRIES} entries (limit of a build context)")));
        }
        let name = relative.rsplit('/').next().unwrap_or(relative);
        let meta = metadata(&found);
        let time = meta.mtime;
        if found.is_dir() {
            return self.directory(path, relative, into, meta, choice, depth);
        }
        if let Some(first) = self.earlier_name(&found) {
            return self.tree.link(first, into, name, time).map_err(tree_error);
        }
        let Some(node) = node(path, &found)? else { return Ok(()) };
        let ino = self.tree.create(into, name, node, meta, time).map_err(tree_error)?;
        self.remember(&found, ino);
        Ok(())
    }

    /// A directory that is only looked into appears when something below it is included.
    fn directory(
        &mut self,
        path: &Path,
        relative: &str,
        into: Ino,
        meta: Metadata,
        choice: Select,
        depth: usize,
    ) -> Result<(), HostError> {
        let name = relative.rsplit('/').next().unwrap_or(relative);
        let time = meta.mtime;
        let ino = self.tree.create(into, name, Node::directory(), meta, time).map_err(tree_error)?;
        self.fill(path, relative, ino, depth + 1)?;
        if choice == Select::Descend && self.tree.entries(ino).next().is_none() {
            let gone = self.tree.rmdir(into, name, time).map_err(tree_error)?;
            self.tree.reap(gone);
        }
        Ok(())
    }

    #[cfg(unix)]
    fn earlier_name(&self, found: &fs::Metadata) -> Option<Ino> {
        use std::os::unix::fs::MetadataExt;
        (found.nlink() > 1).then(|| self.links.get(&(found.dev(), found.ino())).copied()).flatten()
    }

    #[cfg(unix)]
    fn remember(&mut self, found: &fs::Metadata, ino: Ino) {
        use std::os::unix::fs::MetadataExt;
        if found.nlink() > 1 {
            self.links.insert((found.dev(), found.ino()), ino);
        }
    }

    #[cfg(not(unix))]
    fn earlier_name(&self, _found: &fs::Metadata) -> Option<Ino> {
        None
    }

    #[cfg(not(unix))]
    fn remember(&mut self, _found: &fs::Metadata, _ino: Ino) {}
}

/// Files, links and pipes; sockets and devices of the machine are left out, as docker leaves out sockets.
fn node(path: &Path, found: &fs::Metadata) -> Result<Option<Node>, HostError> {
    if found.is_symlink() {
        let target = fs::read_link(path).map_err(host_error)?;
        return Ok(Some(Node::Symlink(target.to_string_lossy().as_bytes().into())));
    }
    if is_fifo(found) {
        return Ok(Some(Node::Fifo));
    }
    if !found.is_file() {
        return Ok(None);
    }
    let file = fs::File::open(path).map_err(|error| denied("no permission to read from", path, error))?;
    Ok(Some(Node::File(read_bounded(file)?.into())))
}

#[cfg(unix)]
fn is_fifo(found: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_fifo(_found: &fs::Metadata) -> bool {
    false
}

pub(super) fn metadata(found: &fs::Metadata) -> Metadata {
    let since =
        found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let time = Time::new(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos());
    Metadata::new(mode(found), time)
}

#[cfg(unix)]
fn mode(found: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o7777
}

/// Docker's client on Windows marks everything executable.
#[cfg(not(unix))]
fn mode(_found: &fs::Metadata) -> u32 {
    0o755
}

/// An error on the way through a context; docker's client has words of its own for a lack of permission.
fn denied(words: &str, path: &Path, error: io::Error) -> HostError {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            HostError::new(HostErrorKind::PermissionDenied, format!("{words} '{shown}'"))
        }
        _ => host_error(error),
    }
}

fn limit(message: String) -> HostError {
    HostError::new(HostErrorKind::Limit, message)
}

fn tree_error(errno: vfs::Errno) -> HostError {
    host_error(io::Error::other(errno.to_string()))
}
