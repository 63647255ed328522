use std::sync::Arc;

use bstr::{BStr, BString};
use im::OrdMap;
use smallvec::SmallVec;

use crate::{Content, Metadata, Mode, Time};

/// Number of an inode, unique within a tree and its descendants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ino(pub u64);

/// One component of a path, shared between a directory and the inode that it names.
pub type Name = Arc<[u8]>;

/// Major and minor number of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Device {
    /// Major number: the driver.
    pub major: u32,
    /// Minor number: the unit.
    pub minor: u32,
}

/// The kind of an inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileType {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
    /// A Unix socket.
    Socket,
}

impl FileType {
    /// The type bits of `st_mode`, e.g. `0o100000` for a regular file.
    pub const fn bits(self) -> u32 {
        match self {
            FileType::Fifo => 0o010_000,
            FileType::CharDevice => 0o020_000,
            FileType::Directory => 0o040_000,
            FileType::BlockDevice => 0o060_000,
            FileType::Regular => 0o100_000,
            FileType::Symlink => 0o120_000,
            FileType::Socket => 0o140_000,
        }
    }

    /// The letter that `ls -l` shows.
    pub const fn letter(self) -> char {
        match self {
            FileType::Regular => '-',
            FileType::Directory => 'd',
            FileType::Symlink => 'l',
            FileType::CharDevice => 'c',
            FileType::BlockDevice => 'b',
            FileType::Fifo => 'p',
            FileType::Socket => 's',
        }
    }
}

/// The entries of a directory, without `.` and `..`.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub(crate) entries: OrdMap<Name, Ino>,
    /// How many of the entries are directories.
    pub(crate) subdirs: u32,
    /// The layer in which it was made or changed last; see [`crate::Tree::begin_layer`].
    pub(crate) layer: u32,
    /// Whether several layers have it.
    pub(crate) merged: bool,
}

impl Directory {
    /// The inode that `name` names.
    pub fn get(&self, name: &[u8]) -> Option<Ino> {
        self.entries.get(name).copied()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, sorted by the bytes of their names.
    pub fn iter(&self) -> Entries<'_> {
        Entries { inner: Some(self.entries.iter()) }
    }
}

/// The entries of a directory, sorted by the bytes of their names.
#[derive(Clone)]
pub struct Entries<'a> {
    pub(crate) inner: Option<im::ordmap::Iter<'a, Name, Ino, im::shared_ptr::DefaultSharedPtr>>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a BStr, Ino);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, ino) = self.inner.as_mut()?.next()?;
        Some((BStr::new(&**name), *ino))
    }
}

/// What an inode is.
#[derive(Clone, Debug)]
pub enum Node {
    /// A regular file.
    File(Content),
    /// A directory. New ones are made empty.
    Directory(Directory),
    /// A symbolic link with its target.
    Symlink(BString),
    /// A character device.
    CharDevice(Device),
    /// A block device.
    BlockDevice(Device),
    /// A named pipe.
    Fifo,
    /// A Unix socket.
    Socket,
}

impl Node {
    /// An empty regular file.
    pub fn empty_file() -> Self {
        Node::File(Content::default())
    }

    /// An empty directory.
    pub fn directory() -> Self {
        Node::Directory(Directory::default())
    }

    /// Its kind.
    pub const fn file_type(&self) -> FileType {
        match self {
            Node::File(_) => FileType::Regular,
            Node::Directory(_) => FileType::Directory,
            Node::Symlink(_) => FileType::Symlink,
            Node::CharDevice(_) => FileType::CharDevice,
            Node::BlockDevice(_) => FileType::BlockDevice,
            Node::Fifo => FileType::Fifo,
            Node::Socket => FileType::Socket,
        }
    }
}

/// A name that a directory gives to an inode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) dir: Ino,
    pub(crate) name: Name,
}

/// An inode: kind, metadata, and the names it has.
#[derive(Clone, Debug)]
pub struct Inode {
    pub(crate) node: Node,
    pub(crate) meta: Metadata,
    pub(crate) links: SmallVec<[Link; 1]>,
}

impl Inode {
    /// What it is.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Its metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.meta
    }

    /// Its kind.
    pub fn file_type(&self) -> FileType {
        self.node.file_type()
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        matches!(self.node, Node::Directory(_))
    }

    /// Its content, if it is a regular file.
    pub fn content(&self) -> Option<&Content> {
        match &self.node {
            Node::File(content) => Some(content),
            _ => None,
        }
    }

    /// The names that directories give it: the directory and the name.
    pub fn links(&self) -> impl Iterator<Item = (Ino, &BStr)> {
        self.links.iter().map(|link| (link.dir, BStr::new(&*link.name)))
    }
}

/// What `stat` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Inode number.
    pub ino: Ino,
    /// Kind.
    pub file_type: FileType,
    /// Permission bits.
    pub mode: Mode,
    /// Number of names; for a directory 2 and one for each directory in it.
    pub nlink: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes: of the content, or of a link's target; 4096 for a directory.
    pub size: u64,
    /// The device that a device node stands for.
    pub rdev: Device,
    /// Blocks of 512 bytes that it takes on an ext4 with 4096-byte blocks.
    pub blocks: u64,
    /// Last access.
    pub atime: Time,
    /// Last change of the content.
    pub mtime: Time,
    /// Last change of the inode.
    pub ctime: Time,
}

impl Stat {
    /// `st_mode`: type bits and permission bits.
    pub fn st_mode(&self) -> u32 {
        self.file_type.bits() | self.mode.bits()
    }
}
