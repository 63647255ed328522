use std::collections::VecDeque;
use std::io::Read;

use bstr::{BStr, BString, ByteSlice};
use vfs::archive::{ArchiveError, Compression, Entry, EntryKind, Limits, Reader};
use vfs::{Content, Errno, Ino, Metadata, Node, Time, Tree};

use super::place::make_directories;

/// Length of a tar header.
const BLOCK: usize = 512;

/// How many symbolic links one name of an archive may lead through.
const LINKS_MAX: u32 = 40;

/// Whether docker would unpack a file: a tar header can be read at its beginning, after decompression.
pub(crate) fn is_archive(content: &Content) -> bool {
    let first = content.read(0, BLOCK);
    let compression = match Compression::detect(&first) {
        // Docker 20.10 does not know it.
        Compression::None | Compression::Zstd => return is_header(&first),
        compression => compression,
    };
    let bytes = content.to_vec();
    let mut block = vec![0; BLOCK];
    compression.decoder(&bytes).is_ok_and(|mut plain| plain.read_exact(&mut block).is_ok())
        && is_header(&block)
}

/// Whether a block is a tar header: its checksum is right.
fn is_header(block: &[u8]) -> bool {
    let Some(field) = block.get(148..156).filter(|_| block.len() == BLOCK) else { return false };
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = field.iter().map(|byte| u32::from(*byte)).sum();
    let text = String::from_utf8_lossy(field);
    let written = u32::from_str_radix(text.trim_matches(['\0', ' ']), 8);
    written == Ok(sum - own + 8 * u32::from(b' '))
}

/// Unpacks an archive into the directory `dest`, as docker does within a root of its own: names and links cannot lead
/// out, missing directories are root's, what is in the way is replaced, a directory joins a directory. Errors are
/// docker's words, but a `dest` that is none is the system's.
pub(crate) fn unpack(tree: &mut Tree, content: &Content, dest: &BStr, now: Time) -> Result<(), Refusal> {
    let root = make_directories(tree, dest, (0, 0), now).map_err(Refusal::Destination)?;
    let bytes = content.to_vec();
    let broken = |error: ArchiveError| Refusal::Archive(error.to_string());
    let plain = Compression::detect(&bytes).decoder(&bytes).map_err(broken)?;
    let mut reader = Reader::new(plain, Limits::default());
    let mut unpacker = Unpacker { tree, root, now, directories: Vec::new() };
    while let Some(entry) = reader.next_entry().map_err(broken)? {
        unpacker.entry(&entry).map_err(Refusal::Archive)?;
    }
    unpacker.finish().map_err(|errno| Refusal::Archive(lower(errno)))
}

/// Why an archive is not unpacked.
pub(crate) enum Refusal {
    /// The destination is no directory.
    Destination(Errno),
    /// The archive is broken, or cannot be written; in docker's words.
    Archive(String),
}

struct Unpacker<'a> {
    tree: &'a mut Tree,
    root: Ino,
    now: Time,
    /// Directories of the archive get their times last: filling them changes those.
    directories: Vec<(Ino, Metadata)>,
}

impl Unpacker<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<(), String> {
        let header = &entry.header;
        let name = header.name.trim_end_with(|ch| ch == '/').as_bstr();
        let (above, name) = match name.rfind_byte(b'/') {
            Some(at) => (name[..at].as_bstr(), name[at + 1..].as_bstr()),
            None => (b"".as_bstr(), name),
        };
        if matches!(name.as_bytes(), b"" | b"." | b"..") {
            return Ok(());
        }
        let shown = |errno: Errno| format!("{}: {}", clean(&header.name), lower(errno));
        let dir = self.enter(above).map_err(shown)?;
        self.clear(dir, name, header.kind).map_err(shown)?;
        match entry.inode() {
            Some((node, meta)) => self.put(dir, name, node, meta).map_err(shown),
            None => self.link(dir, name, entry).map_err(|errno| {
                format!("link {} {}: {}", clean(&header.link), clean(&header.name), lower(errno))
            }),
        }
    }

    /// Removes what is in the way.
    fn clear(&mut self, dir: Ino, name: &BStr, kind: EntryKind) -> Result<(), Errno> {
        let Ok(existing) = self.tree.lookup(dir, name) else { return Ok(()) };
        if self.is_dir(existing) && kind == EntryKind::Directory {
            return Ok(());
        }
        self.tree.remove_tree(dir, name, self.now)
    }

    fn put(&mut self, dir: Ino, name: &BStr, node: Node, meta: Metadata) -> Result<(), Errno> {
        let is_dir = matches!(node, Node::Directory(_));
        let mut archived = meta;
        archived.ctime = self.now;
        let ino = match self.tree.lookup(dir, name) {
            Ok(existing) => existing,
            Err(_) => self.tree.create(dir, name, node, archived.clone(), self.now)?,
        };
        if is_dir {
            self.directories.push((ino, archived));
        }
        Ok(())
    }

    /// A hard link gives the file the link's own owner, mode and times.
    fn link(&mut self, dir: Ino, name: &BStr, entry: &Entry) -> Result<(), Errno> {
        let header = &entry.header;
        let target = header.link.trim_end_with(|ch| ch == '/').as_bstr();
        let (above, last) = match target.rfind_byte(b'/') {
            Some(at) => (target[..at].as_bstr(), target[at + 1..].as_bstr()),
            None => (b"".as_bstr(), target),
        };
        let linked = self.find(above).and_then(|above| self.tree.lookup(above, last))?;
        self.tree.link(linked, dir, name, self.now)?;
        self.tree.set_owner(linked, Some(header.uid), Some(header.gid), self.now)?;
        if self.tree.inode(linked).is_some_and(|inode| !matches!(inode.node(), Node::Symlink(_))) {
            self.tree.set_mode(linked, vfs::Mode::new(header.mode), self.now)?;
        }
        self.tree.set_times(linked, Some(header.mtime), Some(header.mtime), self.now)
    }

    fn is_dir(&self, ino: Ino) -> bool {
        self.tree.inode(ino).is_some_and(vfs::Inode::is_dir)
    }

    /// The directory at `path` below the root of the archive, made where it is missing.
    fn enter(&mut self, path: &BStr) -> Result<Ino, Errno> {
        let mut walk = Walk::new(self.root, path);
        while let Some(name) = walk.next() {
            let at = walk.at();
            match self.tree.lookup(at, &name) {
                Ok(found) => walk.step(self.tree, found)?,
                Err(Errno::ENOENT) => {
                    let meta = Metadata::new(0o755, self.now);
                    walk.path.push(self.tree.create(at, &name, Node::directory(), meta, self.now)?);
                }
                Err(errno) => return Err(errno),
            }
        }
        Ok(walk.at())
    }

    /// The directory at `path`, which must exist.
    fn find(&self, path: &BStr) -> Result<Ino, Errno> {
        let mut walk = Walk::new(self.root, path);
        while let Some(name) = walk.next() {
            let found = self.tree.lookup(walk.at(), &name)?;
            walk.step(self.tree, found)?;
        }
        Ok(walk.at())
    }

    fn finish(self) -> Result<(), Errno> {
        for (ino, meta) in self.directories {
            if self.tree.inode(ino).is_some() {
                self.tree.set_metadata(ino, meta)?;
            }
        }
        Ok(())
    }
}

/// A way through directories that never leaves the first one.
struct Walk {
    /// The directories entered, the root first.
    path: Vec<Ino>,
    pending: VecDeque<BString>,
    links: u32,
}

impl Walk {
    fn new(root: Ino, path: &BStr) -> Self {
        Walk { path: vec![root], pending: names(path).collect(), links: 0 }
    }

    fn at(&self) -> Ino {
        self.path[self.path.len() - 1]
    }

    /// The next name to look up.
    fn next(&mut self) -> Option<BString> {
        loop {
            let name = self.pending.pop_front()?;
            if name != ".." {
                return Some(name);
            }
            if self.path.len() > 1 {
                self.path.pop();
            }
        }
    }

    /// Goes into what was found: a directory, or where a link leads.
    fn step(&mut self, tree: &Tree, found: Ino) -> Result<(), Errno> {
        match tree.inode(found).ok_or(Errno::ENOENT)?.node() {
            Node::Directory(_) => self.path.push(found),
            Node::Symlink(target) => {
                self.links += 1;
                if self.links > LINKS_MAX {
                    return Err(Errno::ELOOP);
                }
                if target.starts_with(b"/") {
                    self.path.truncate(1);
                }
                let rest = std::mem::take(&mut self.pending);
                self.pending = names(target.as_bstr()).chain(rest).collect();
            }
            _ => return Err(Errno::ENOTDIR),
        }
        Ok(())
    }
}

fn names(path: &BStr) -> impl Iterator<Item = BString> + '_ {
    path.split_str("/").filter(|name| !matches!(*name, b"" | b".")).map(BString::from)
}

/// A name of an archive as a path in its root.
fn clean(name: &[u8]) -> BString {
    crate::paths::clean([b"/", name].concat())
}

fn lower(errno: Errno) -> String {
    errno.to_string().to_lowercase()
}
