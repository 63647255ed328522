//! Tar archives of whole trees: what `docker import` reads and `docker export` writes.

use std::io::{self, Read};

use bstr::{BString, ByteSlice};
use tar::{Archive, Builder, EntryType, Header};
use thiserror::Error;

use crate::{Device, Errno, Follow, Ino, Metadata, Node, Time, Tree};

/// Bytes that an archive may unpack to.
pub const MAX_UNPACKED: u64 = 4 << 30;
/// Entries of an archive.
pub const MAX_ENTRIES: usize = 1_000_000;
/// Bytes of a path in an archive.
const MAX_PATH: usize = 4096;

/// Why an archive cannot be read.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The bytes are no archive, or a broken one.
    #[error("{0}")]
    Format(#[from] io::Error),
    /// A named limit is exceeded.
    #[error("the archive has more than {limit} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        limit: u64,
    },
    /// An entry leads out of the archive's root.
    #[error("invalid path {0:?} in the archive")]
    Path(BString),
    /// An entry cannot be made.
    #[error("{path}: {errno}")]
    Tree {
        /// The entry's path.
        path: BString,
        /// Why.
        errno: Errno,
    },
}

/// Unpacks a tar archive, plain or gzip, into a tree. Later entries replace earlier ones.
///
/// # Errors
/// See [`ArchiveError`].
pub fn read_tree(bytes: &[u8]) -> Result<Tree, ArchiveError> {
    if bytes.starts_with(b"\x1f\x8b") {
        return unpack(flate2::read::MultiGzDecoder::new(bytes).take(MAX_UNPACKED + 1));
    }
    unpack(bytes)
}

fn unpack(stream: impl Read) -> Result<Tree, ArchiveError> {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let mut archive = Archive::new(stream);
    let mut unpacked = 0;
    for (number, entry) in archive.entries()?.enumerate() {
        if number >= MAX_ENTRIES {
            return Err(ArchiveError::Limit { what: "entries", limit: MAX_ENTRIES as u64 });
        }
        let mut entry = entry?;
        unpacked += entry.size();
        if unpacked > MAX_UNPACKED {
            return Err(ArchiveError::Limit { what: "bytes", limit: MAX_UNPACKED });
        }
        let path = inside(&entry.path_bytes())?;
        put(&mut tree, &mut entry, path)?;
    }
    Ok(tree)
}

/// A path of an archive, absolute within it; one with `..` is refused.
fn inside(path: &[u8]) -> Result<BString, ArchiveError> {
    let parts: Vec<&[u8]> = path.split_str("/").filter(|part| !matches!(*part, b"" | b".")).collect();
    if parts.contains(&b"..".as_slice()) || path.len() > MAX_PATH {
        return Err(ArchiveError::Path(path.into()));
    }
    Ok(BString::from([b"/", bstr::join("/", parts).as_slice()].concat()))
}

fn put(tree: &mut Tree, entry: &mut tar::Entry<'_, impl Read>, path: BString) -> Result<(), ArchiveError> {
    let failed = |errno| ArchiveError::Tree { path: path.clone(), errno };
    let header = entry.header().clone();
    let time = Time::from_secs(i64::try_from(header.mtime()?).unwrap_or(i64::MAX));
    let id = |id: u64| u32::try_from(id).unwrap_or(u32::MAX);
    let meta = Metadata::new(header.mode()? & 0o7777, time).owned_by(id(header.uid()?), id(header.gid()?));
    if path == "/" {
        return tree.set_metadata(tree.root(), meta).map_err(failed);
    }
    let (parent, name) = place(tree, &path, time).map_err(failed)?;
    let target = entry.link_name_bytes().map(|target| target.into_owned()).unwrap_or_default();
    let existing = tree.lookup(parent, &name).ok();
    let is_dir = header.entry_type() == EntryType::Directory;
    if let Some(ino) = existing {
        if is_dir && tree.inode(ino).is_some_and(|inode| inode.is_dir()) {
            return tree.set_metadata(ino, meta).map_err(failed);
        }
        tree.remove_tree(parent, &name, time).map_err(failed)?;
    }
    if header.entry_type() == EntryType::Link {
        let first = tree.resolve(inside(&target)?, Follow::No).map_err(failed)?;
        return tree.link(first, parent, &name, time).map_err(failed);
    }
    let Some(node) = node(entry, &header, target)? else { return Ok(()) };
    let ino = tree.create(parent, &name, node, meta.clone(), time).map_err(failed)?;
    tree.set_metadata(ino, meta).map_err(failed)
}

/// The directory that an entry goes into, made if the archive has not named it, and the entry's name.
fn place(tree: &mut Tree, path: &BString, time: Time) -> Result<(Ino, BString), Errno> {
    let at = path.rfind_byte(b'/').unwrap_or(0);
    let parent = if at == 0 { tree.root() } else { tree.mkdir_all(&path[..at], 0o755, time)? };
    Ok((parent, path[at + 1..].into()))
}

fn node(
    entry: &mut tar::Entry<'_, impl Read>,
    header: &Header,
    target: Vec<u8>,
) -> Result<Option<Node>, ArchiveError> {
    let device = || -> Result<Device, ArchiveError> {
        let (major, minor) = (header.device_major()?, header.device_minor()?);
        Ok(Device { major: major.unwrap_or(0), minor: minor.unwrap_or(0) })
    };
    Ok(Some(match header.entry_type() {
        EntryType::Directory => Node::directory(),
        EntryType::Symlink => Node::Symlink(target.into()),
        EntryType::Char => Node::CharDevice(device()?),
        EntryType::Block => Node::BlockDevice(device()?),
        EntryType::Fifo => Node::Fifo,
        EntryType::Regular | EntryType::Continuous => {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            Node::File(bytes.into())
        }
        _ => return Ok(None),
    }))
}

/// Packs a whole tree as a plain tar archive, sorted by path, as `docker export` does.
///
/// # Errors
/// When an entry does not fit the format.
pub fn write_tree(tree: &Tree) -> Result<Vec<u8>, ArchiveError> {
    let mut builder = Builder::new(Vec::new());
    let mut first_names = std::collections::BTreeMap::new();
    for visit in tree.walk().skip(1) {
        let failed = |errno| ArchiveError::Tree { path: visit.path.clone(), errno };
        let stat = tree.stat(visit.ino).map_err(failed)?;
        let name = visit.path[1..].to_str_lossy().into_owned();
        let mut header = Header::new_ustar();
        header.set_mode(stat.mode.bits());
        header.set_uid(u64::from(stat.uid));
        header.set_gid(u64::from(stat.gid));
        header.set_mtime(u64::try_from(stat.mtime.secs()).unwrap_or(0));
        header.set_size(0);
        if let Some(first) = first_names.get(&visit.ino) {
            header.set_entry_type(EntryType::Link);
            builder.append_link(&mut header, &name, first)?;
            continue;
        }
        append(&mut builder, &mut header, &name, visit.inode.node())?;
        if stat.nlink > 1 && !visit.inode.is_dir() {
            first_names.insert(visit.ino, name);
        }
    }
    Ok(builder.into_inner()?)
}

fn append(builder: &mut Builder<Vec<u8>>, header: &mut Header, name: &str, node: &Node) -> io::Result<()> {
    let mut special = |kind: EntryType, device: Option<&Device>, header: &mut Header| {
        header.set_entry_type(kind);
        if let Some(device) = device {
            header.set_device_major(device.major)?;
            header.set_device_minor(device.minor)?;
        }
        builder.append_data(header, name, io::empty())
    };
    match node {
        Node::Directory(_) => {
            header.set_entry_type(EntryType::Directory);
            builder.append_data(header, format!("{name}/"), io::empty())
        }
        Node::Symlink(target) => {
            header.set_entry_type(EntryType::Symlink);
            builder.append_link(header, name, target.to_str_lossy().as_ref())
        }
        Node::CharDevice(device) => special(EntryType::Char, Some(device), header),
        Node::BlockDevice(device) => special(EntryType::Block, Some(device), header),
        Node::Fifo => special(EntryType::Fifo, None, header),
        Node::Socket => Ok(()),
        Node::File(content) => {
            header.set_size(content.len());
            builder.append_data(header, name, content.to_vec().as_slice())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let now = Time::from_secs(1_700_000_000);
        let mut tree = Tree::new(Metadata::new(0o755, now));
        tree.mkdir_all("/a/b", 0o750, now).unwrap();
        let file = tree.write_file("/a/b/f", b"text".to_vec(), 0o644, now).unwrap();
        tree.symlink("b/f", "/a/l", now).unwrap();
        let dir = tree.resolve("/a", Follow::No).unwrap();
        tree.link(file, dir, "hard", now).unwrap();
        tree
    }

    fn listing(tree: &Tree) -> Vec<String> {
        let line = |visit: crate::Visit<'_>| {
            let stat = tree.stat(visit.ino).unwrap();
            format!("{} {:o} {} {}", visit.path, stat.st_mode(), stat.nlink, stat.size)
        };
        tree.walk().map(line).collect()
    }

    #[test]
    fn a_tree_survives_the_round_trip() {
        let tree = sample();
        let again = read_tree(&write_tree(&tree).unwrap()).unwrap();
        assert_eq!(listing(&again)[1..], listing(&tree)[1..]);
        assert_eq!(again.read_file("/a/hard").unwrap(), b"text");
    }

    #[test]
    fn an_entry_cannot_leave_the_root() {
        let mut builder = Builder::new(Vec::new());
        let mut header = Header::new_ustar();
        header.set_size(0);
        header.set_mode(0o644);
        header.as_mut_bytes()[..6].copy_from_slice(b"../etc");
        header.set_cksum();
        builder.append(&header, io::empty()).unwrap();
        let error = read_tree(&builder.into_inner().unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "invalid path \"../etc\" in the archive");
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        assert!(matches!(read_tree(&[7; 1024]), Err(ArchiveError::Format(_))));
    }
}
