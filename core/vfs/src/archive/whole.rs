use std::collections::BTreeMap;

use bstr::BString;

use super::{ArchiveError, Compression, EntryKind, Header, Limits, Reader, Writer, unpack};
use crate::{Content, FileType, Inode, Metadata, Node, Stat, Time, Tree, Xattrs};

/// Unpacks a tar archive, plain or compressed, into a tree: what `docker import` and `docker build -` read.
///
/// # Errors
/// Those of [`unpack`](super::unpack()); broken compressed data.
pub fn read_tree(bytes: &[u8]) -> Result<Tree, ArchiveError> {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let plain = Compression::detect(bytes).decoder(bytes)?;
    unpack(&mut Reader::new(plain, Limits::default()), &mut tree, b"/")?;
    Ok(tree)
}

/// Packs a whole tree but its root as a plain tar archive, byte for byte as `docker export` of 20.10 does.
///
/// # Errors
/// None in a sound tree: it writes to memory.
pub fn write_tree(tree: &Tree) -> Result<Vec<u8>, ArchiveError> {
    let mut writer = Writer::new(Vec::new());
    let mut first_names = BTreeMap::new();
    for visit in tree.walk().skip(1) {
        let Ok(stat) = tree.stat(visit.ino) else { continue };
        let Some(mut header) = Header::of(&visit.path[1..], &stat, visit.inode) else { continue };
        header.name_root();
        header.mode = stat.st_mode();
        if header.kind != EntryKind::Directory {
            match first_names.get(&visit.ino) {
                Some(first) => {
                    header.kind = EntryKind::HardLink;
                    header.link = BString::clone(first);
                }
                None => drop(first_names.insert(visit.ino, header.name.clone())),
            }
        }
        let empty = Content::default();
        writer.entry(&header, visit.inode.content().unwrap_or(&empty))?;
    }
    Ok(writer.finish()?)
}

impl Header {
    /// The header of an inode as docker writes it: permission bits alone, whole seconds, of the attributes only
    /// `security.capability`; a directory's name gets a slash. None for sockets, which archives cannot hold.
    pub fn of(name: &[u8], stat: &Stat, inode: &Inode) -> Option<Header> {
        let kind = kind(stat.file_type)?;
        let mut header = Header::new(name, kind, stat.mode.bits());
        if kind == EntryKind::Directory {
            header.name.push(b'/');
        }
        header.uid = stat.uid;
        header.gid = stat.gid;
        header.mtime = stat.mtime.truncated();
        header.device = stat.rdev;
        header.xattrs = kept_xattrs(inode);
        if let Node::Symlink(target) = inode.node() {
            header.link.clone_from(target);
        }
        Some(header)
    }

    /// Gives root its name. Docker 20.10 looks names up on the host, where only root is sure to have one.
    pub fn name_root(&mut self) {
        let name = |id: u32| BString::from(if id == 0 { "root" } else { "" });
        self.uname = name(self.uid);
        self.gname = name(self.gid);
    }
}

fn kept_xattrs(inode: &Inode) -> Xattrs {
    const CAPABILITY: &str = "security.capability";
    let mut xattrs = Xattrs::default();
    if let Some(value) = inode.metadata().xattrs.get(CAPABILITY.as_bytes()) {
        xattrs.set(CAPABILITY, value);
    }
    xattrs
}

fn kind(file_type: FileType) -> Option<EntryKind> {
    Some(match file_type {
        FileType::Regular => EntryKind::Regular,
        FileType::Directory => EntryKind::Directory,
        FileType::Symlink => EntryKind::Symlink,
        FileType::CharDevice => EntryKind::CharDevice,
        FileType::BlockDevice => EntryKind::BlockDevice,
        FileType::Fifo => EntryKind::Fifo,
        FileType::Socket => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Follow;

    fn sample() -> Tree {
        let now = Time::from_secs(1_700_000_000);
        let mut tree = Tree::new(Metadata::new(0o755, now));
        tree.mkdir_all("/a/b", 0o750, now).unwrap();
        let file = tree.write_file("/a/b/f", b"text".to_vec(), 0o4644, now).unwrap();
        tree.symlink("b/f", "/a/l", now).unwrap();
        let dir = tree.resolve("/a", Follow::No).unwrap();
        tree.link(file, dir, "hard", now).unwrap();
        tree
    }

    fn listing(tree: &Tree) -> Vec<String> {
        let line = |visit: crate::Visit<'_>| {
            let stat = tree.stat(visit.ino).unwrap();
            format!("{} {:o} {} {} {:?}", visit.path, stat.st_mode(), stat.nlink, stat.size, stat.mtime)
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
    fn what_is_no_archive_is_an_error() {
        assert_eq!(read_tree(&[7; 1024]).unwrap_err(), ArchiveError::Header);
        assert!(read_tree(b"\x28\xb5\x2f\xfd").is_err());
    }
}
