use std::io::Read;

use bstr::{BStr, BString, ByteSlice};

use super::{ArchiveError, Entry, EntryKind, Header, Reader};
use crate::{Errno, Follow, Ino, Metadata, Mode, Node, Tree};

/// Unpacks an archive into the directory at `dest` as docker does: names are cleaned and stay inside, missing
/// directories are made, what is in the way is replaced, but a directory joins a directory.
///
/// # Errors
/// Those of [`Reader::next_entry`]; a name or link that leads outside; what the file system refuses.
pub fn unpack<R: Read>(reader: &mut Reader<R>, tree: &mut Tree, dest: &[u8]) -> Result<(), ArchiveError> {
    let root = tree.resolve(dest, Follow::Yes).map_err(|errno| refused(dest, errno))?;
    let mut unpacker = Unpacker { tree, dest: BString::from(dest), root, directories: Vec::new() };
    while let Some(entry) = reader.next_entry()? {
        unpacker.entry(entry)?;
    }
    unpacker.finish()
}

struct Unpacker<'a> {
    tree: &'a mut Tree,
    dest: BString,
    root: Ino,
    /// Directories get their metadata last: filling them changes their times.
    directories: Vec<(Ino, Metadata)>,
}

impl Unpacker<'_> {
    fn entry(&mut self, entry: Entry) -> Result<(), ArchiveError> {
        // Docker unpacks in a chroot: from the root `..` leads nowhere.
        let path =
            if self.dest == "/" { clean(&rooted(&entry.header.name)) } else { clean(&entry.header.name) };
        let outside = format!("{:?} is outside of {:?}", entry.header.name, self.dest);
        let path = path.ok_or(ArchiveError::Breakout(outside))?;
        let meta = metadata(&entry.header);
        if path.is_empty() {
            if entry.header.kind == EntryKind::Directory {
                self.directories.push((self.root, meta));
            }
            return Ok(());
        }
        self.check_link(path.as_bstr(), &entry.header)?;
        self.put(path.as_bstr(), &entry, meta).map_err(|errno| refused(&entry.header.name, errno))
    }

    /// Links may not lead out of the place where the archive is unpacked.
    fn check_link(&self, path: &BStr, header: &Header) -> Result<(), ArchiveError> {
        let (word, target) = match header.kind {
            EntryKind::HardLink => ("hardlink", header.link.clone()),
            EntryKind::Symlink => {
                let dir = path.rfind_byte(b'/').map_or(&b""[..], |at| &path[..at]);
                ("symlink", BString::from([dir, b"/", &header.link].concat()))
            }
            _ => return Ok(()),
        };
        let link = format!("invalid {word} {:?} -> {:?}", BStr::new(path), header.link);
        let target = if self.dest == "/" { rooted(&target) } else { target };
        clean(&target).map(drop).ok_or(ArchiveError::Breakout(link))
    }

    fn put(&mut self, path: &BStr, entry: &Entry, meta: Metadata) -> Result<(), Errno> {
        let now = meta.mtime;
        let (dir, name) = path.rfind_byte(b'/').map_or((&b""[..], path), |at| (&path[..at], &path[at + 1..]));
        let full = [&self.dest, &b"/"[..], dir].concat();
        // A link that leads nowhere is there: what it leads to is not made.
        let dir = match self.tree.resolve(&full, Follow::No) {
            Ok(_) => self.tree.resolve(&full, Follow::Yes)?,
            Err(_) => self.tree.mkdir_all(full, 0o755, now)?,
        };
        if let Ok(existing) = self.tree.lookup(dir, name) {
            let is_dir = self.tree.get_inode(existing)?.is_dir();
            if is_dir && entry.header.kind == EntryKind::Directory {
                self.directories.push((existing, meta));
                return Ok(());
            }
            self.tree.remove_tree(dir, name, now)?;
        }
        if entry.header.kind == EntryKind::HardLink {
            let target = clean(&entry.header.link).ok_or(Errno::EINVAL)?;
            let full = [&self.dest, &b"/"[..], &target].concat();
            let linked = self.tree.resolve(full, Follow::No)?;
            return self.tree.link(linked, dir, name, now);
        }
        let node = node(entry);
        let is_dir = matches!(node, Node::Directory(_));
        let ino = self.tree.create(dir, name, node, meta.clone(), now)?;
        if is_dir {
            self.directories.push((ino, meta));
        }
        Ok(())
    }

    fn finish(self) -> Result<(), ArchiveError> {
        for (ino, meta) in self.directories {
            if self.tree.inode(ino).is_some() {
                self.tree.set_metadata(ino, meta).map_err(|errno| refused(b".", errno))?;
            }
        }
        Ok(())
    }
}

impl Entry {
    /// The inode that the entry describes: its kind with content, and its metadata. None for a hard link.
    pub fn inode(&self) -> Option<(Node, Metadata)> {
        (self.header.kind != EntryKind::HardLink).then(|| (node(self), metadata(&self.header)))
    }
}

fn node(entry: &Entry) -> Node {
    match entry.header.kind {
        EntryKind::Regular | EntryKind::HardLink => Node::File(entry.content.clone()),
        EntryKind::Directory => Node::directory(),
        EntryKind::Symlink => Node::Symlink(entry.header.link.clone()),
        EntryKind::CharDevice => Node::CharDevice(entry.header.device),
        EntryKind::BlockDevice => Node::BlockDevice(entry.header.device),
        EntryKind::Fifo => Node::Fifo,
    }
}

fn metadata(header: &Header) -> Metadata {
    Metadata {
        mode: Mode::new(header.mode),
        uid: header.uid,
        gid: header.gid,
        atime: header.mtime,
        mtime: header.mtime,
        ctime: header.mtime,
        xattrs: header.xattrs.clone(),
    }
}

/// The name without `.`, `..` and doubled slashes, relative to the archive's root. None if it leads outside.
pub(super) fn clean(name: &[u8]) -> Option<BString> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let absolute = name.starts_with(b"/");
    for part in name.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.pop().is_some() || absolute => {}
            b".." => return None,
            part => parts.push(part),
        }
    }
    Some(BString::from(parts.join(&b'/')))
}

fn rooted(name: &[u8]) -> BString {
    BString::from([b"/", name].concat())
}

fn refused(path: &[u8], errno: Errno) -> ArchiveError {
    ArchiveError::FileSystem { path: BStr::new(path).to_string(), errno }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Limits, Writer};
    use crate::{Content, Time};

    fn unpacked(entries: &[(&str, EntryKind, &str)]) -> Result<String, ArchiveError> {
        let mut writer = Writer::new(Vec::new());
        for (name, kind, text) in entries {
            let mut header = Header::new(*name, *kind, 0o644);
            let is_file = *kind == EntryKind::Regular;
            header.link = BString::from(if is_file { "" } else { text });
            writer.entry(&header, &Content::from(if is_file { *text } else { "" })).unwrap();
        }
        let bytes = writer.finish().unwrap();
        let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
        tree.mkdir_all("/in", 0o755, Time::EPOCH).unwrap();
        unpack(&mut Reader::new(&bytes[..], Limits::default()), &mut tree, b"/in")?;
        let lines = tree.walk().skip(2).map(|visit| {
            format!(
                "{}{} {}",
                visit.inode.file_type().letter(),
                visit.path,
                tree.stat(visit.ino).unwrap().nlink
            )
        });
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    use EntryKind::{Directory, HardLink, Regular, Symlink};

    #[test]
    fn entries_are_joined_and_replaced_as_docker_does() {
        let entries = [
            ("a/b/f", Regular, "1"),
            ("a", Directory, ""),
            ("./a/g", HardLink, "a/b/f"),
            ("x", Directory, ""),
            ("x", Regular, "now a file"),
            ("a/../../in/s", Symlink, "b/f"),
        ];
        assert_eq!(
            unpacked(&entries[..5]).unwrap(),
            "d/in/a 3\nd/in/a/b 2\n-/in/a/b/f 2\n-/in/a/g 2\n-/in/x 1"
        );
        let error = unpacked(&entries).unwrap_err();
        assert_eq!(error.to_string(), "\"a/../../in/s\" is outside of \"/in\"");
    }

    #[test]
    fn links_may_not_lead_outside() {
        let error = |kind, target| unpacked(&[("d/l", kind, target)]).unwrap_err().to_string();
        assert_eq!(error(Symlink, "../../etc"), "invalid symlink \"d/l\" -> \"../../etc\"");
        assert_eq!(error(HardLink, "../etc"), "invalid hardlink \"d/l\" -> \"../etc\"");
        assert_eq!(unpacked(&[("l", Symlink, "/etc")]).unwrap(), "l/in/l 1");
    }
}
