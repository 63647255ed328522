use std::collections::BTreeMap;
use std::io::Read;

use bstr::{BStr, BString, ByteSlice};
use vfs::archive::{ArchiveError, Entry, EntryKind, Limits, Reader};
use vfs::{Change, ChangeKind, ChangeSet, Errno, Follow, Ino, Metadata, Node, Time, Tree};

use super::{BOOKKEEPING, OPAQUE, WHITEOUT};

/// Reads an uncompressed layer. Names are cleaned and stay inside; later entries replace earlier ones of the same
/// name; hard links must lead to an entry of the same layer.
///
/// # Errors
/// A broken archive, a limit, a name that leads outside, a link to nothing.
pub fn decode(tar: impl Read, limits: Limits) -> Result<ChangeSet, ArchiveError> {
    let mut reader = Reader::new(tar, limits);
    let source = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let mut decoder = Decoder { source, kinds: BTreeMap::new(), directories: Vec::new() };
    while let Some(entry) = reader.next_entry()? {
        let path = decoder.path(entry.header.name.as_bstr())?;
        decoder.entry(path.as_bstr(), &entry).map_err(|errno| refused(&entry.header.name, errno))?;
    }
    decoder.finish().map_err(|errno| refused(b"/", errno))
}

struct Decoder {
    source: Tree,
    kinds: BTreeMap<BString, ChangeKind>,
    /// Directories get their metadata last: filling them changes their times.
    directories: Vec<(Ino, Metadata)>,
}

impl Decoder {
    /// The absolute path of an entry, `..` resolved.
    fn path(&self, name: &BStr) -> Result<BString, ArchiveError> {
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in name.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." if parts.pop().is_some() => {}
                b".." => return Err(ArchiveError::Breakout(format!("{name:?} is outside of \"/\""))),
                part => parts.push(part),
            }
        }
        Ok([b"/", parts.join(&b'/').as_slice()].concat().into())
    }

    fn entry(&mut self, path: &BStr, entry: &Entry) -> Result<(), Errno> {
        if path == "/" {
            if let Some((_, meta)) = entry.inode() {
                let root = self.source.root();
                self.directories.push((root, meta));
                self.kinds.insert(BString::from("/"), ChangeKind::Put { ino: root, opaque: false });
            }
            return Ok(());
        }
        let at = path.rfind_byte(b'/').ok_or(Errno::EINVAL)?;
        let (above, name) = (&path[..at], BStr::new(&path[at + 1..]));
        let dir = if above.is_empty() {
            self.source.root()
        } else {
            self.source.mkdir_all(above, 0o755, entry.header.mtime)?
        };
        // The directory may have been reached through links.
        let above = self.source.path_of(dir).filter(|path| path != "/").unwrap_or_default();
        if name == OPAQUE {
            return self.hide(&above, dir);
        }
        if name.starts_with(BOOKKEEPING) {
            return Ok(());
        }
        if let Some(deleted) = name.strip_prefix(WHITEOUT) {
            if matches!(deleted, b"" | b"." | b"..") {
                return Err(Errno::EINVAL);
            }
            let path = [&above, &b"/"[..], deleted].concat();
            self.kinds.insert(path.into(), ChangeKind::Delete);
            return Ok(());
        }
        let path = BString::from([&above, &b"/"[..], name].concat());
        let ino = self.put(dir, name, entry)?;
        let opaque = matches!(self.kinds.get(&path), Some(ChangeKind::Put { opaque: true, .. }));
        let opaque = opaque && entry.header.kind == EntryKind::Directory;
        self.kinds.insert(path, ChangeKind::Put { ino, opaque });
        Ok(())
    }

    /// Makes a directory opaque, listed before or not.
    fn hide(&mut self, path: &BString, dir: Ino) -> Result<(), Errno> {
        let path = if path.is_empty() { BString::from("/") } else { path.clone() };
        self.kinds.insert(path, ChangeKind::Put { ino: dir, opaque: true });
        Ok(())
    }

    fn put(&mut self, dir: Ino, name: &BStr, entry: &Entry) -> Result<Ino, Errno> {
        let now = entry.header.mtime;
        let existing = self.source.lookup(dir, name).ok();
        let inode = entry.inode();
        if let (Some(existing), Some((Node::Directory(_), meta))) = (existing, &inode)
            && self.source.inode(existing).is_some_and(vfs::Inode::is_dir)
        {
            self.directories.push((existing, meta.clone()));
            return Ok(existing);
        }
        if let Some(existing) = existing {
            self.forget(existing);
            self.source.remove_tree(dir, name, now)?;
        }
        let Some((node, meta)) = inode else {
            let target = [b"/", entry.header.link.as_slice()].concat();
            let linked = self.source.resolve(target, Follow::No)?;
            self.source.link(linked, dir, name, now)?;
            return Ok(linked);
        };
        let is_dir = matches!(node, Node::Directory(_));
        let ino = self.source.create(dir, name, node, meta.clone(), now)?;
        if is_dir {
            self.directories.push((ino, meta));
        }
        Ok(ino)
    }

    /// Takes back what was said of an entry, and of all below it, that another one replaces.
    fn forget(&mut self, ino: Ino) {
        let Some(top) = self.source.path_of(ino) else { return };
        let below = BString::from([top.as_slice(), b"/"].concat());
        self.kinds.retain(|path, _| *path != top && !path.starts_with(&below));
    }

    fn finish(mut self) -> Result<ChangeSet, Errno> {
        for (ino, meta) in std::mem::take(&mut self.directories) {
            if self.source.inode(ino).is_some() {
                self.source.set_metadata(ino, meta)?;
            }
        }
        let changes = self.kinds.into_iter().map(|(path, kind)| Change { path, kind });
        Ok(ChangeSet::new(changes, self.source))
    }
}

fn refused(path: &[u8], errno: Errno) -> ArchiveError {
    ArchiveError::FileSystem { path: BStr::new(path).to_string(), errno }
}
