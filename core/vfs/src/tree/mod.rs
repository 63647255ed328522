mod attributes;
mod edit;
mod graft;
mod layers;
mod paths;
mod rename;
mod visit;

use std::sync::Arc;

use bstr::{BStr, BString};
use im::OrdMap;

use crate::node::Link;
use crate::{Content, Entries, Errno, Ino, Inode, Metadata, Node, Stat};

pub(crate) use edit::NAME_MAX;
pub use visit::{TreeWalk, Visit};

/// What ext4 and so most container hosts allow.
pub(crate) const MAX_LINKS: usize = 65_000;

/// Size that directories show: one block of an ext4.
const DIRECTORY_SIZE: u64 = 4096;

/// A whole file system as a value: an inode table with a root directory.
///
/// Cloning is O(1). Every edit is O(log n) and leaves all clones as they were. Edits check what the kernel's file
/// systems check (kinds, names, emptiness, limits) and nothing of permissions or mounts.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) inodes: OrdMap<Ino, Shared>,
    pub(crate) root: Ino,
    pub(crate) next: u64,
    /// The layer that edits belong to.
    pub(crate) layer: u32,
}

/// An inode in a table. Equal only if it is the very same one, untouched.
#[derive(Clone, Debug)]
pub(crate) struct Shared(pub(crate) Arc<Inode>);

impl PartialEq for Shared {
    fn eq(&self, other: &Shared) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Tree {
    /// A tree of one empty directory.
    pub fn new(root: Metadata) -> Self {
        Tree::with_root(Node::directory(), root)
    }

    /// A tree whose root is `node`; a file serves as the source of a bind mount. Entries of a directory are dropped.
    pub fn with_root(node: Node, meta: Metadata) -> Self {
        let node = if matches!(node, Node::Directory(_)) { Node::directory() } else { node };
        let root = Ino(1);
        let inode = Inode { node, meta, links: Default::default() };
        Tree { inodes: OrdMap::unit(root, Shared(Arc::new(inode))), root, next: 2, layer: 0 }
    }

    /// The root directory.
    pub fn root(&self) -> Ino {
        self.root
    }

    /// Number of inodes, unlinked ones included.
    pub fn inode_count(&self) -> usize {
        self.inodes.len()
    }

    /// The inode with this number.
    pub fn inode(&self, ino: Ino) -> Option<&Inode> {
        self.inodes.get(&ino).map(|shared| &*shared.0)
    }

    /// Whether both trees are one and the same value, with no edit between them.
    pub fn ptr_eq(&self, other: &Tree) -> bool {
        self.root == other.root && self.inodes.ptr_eq(&other.inodes)
    }

    /// What `stat` tells of an inode.
    ///
    /// # Errors
    /// `ENOENT` if there is no such inode.
    pub fn stat(&self, ino: Ino) -> Result<Stat, Errno> {
        let inode = self.get_inode(ino)?;
        let meta = &inode.meta;
        let (size, blocks) = extent(&inode.node);
        let rdev = match inode.node {
            Node::CharDevice(device) | Node::BlockDevice(device) => device,
            _ => Default::default(),
        };
        Ok(Stat {
            ino,
            file_type: inode.file_type(),
            mode: meta.mode,
            nlink: self.link_count(ino, inode),
            uid: meta.uid,
            gid: meta.gid,
            size,
            rdev,
            blocks,
            atime: meta.atime,
            mtime: meta.mtime,
            ctime: meta.ctime,
        })
    }

    /// The inode that `name` names in the directory `dir`.
    ///
    /// # Errors
    /// `ENOTDIR`, `ENOENT`, `ENAMETOOLONG`.
    pub fn lookup(&self, dir: Ino, name: impl AsRef<[u8]>) -> Result<Ino, Errno> {
        let name = name.as_ref();
        let Node::Directory(directory) = &self.get_inode(dir)?.node else { return Err(Errno::ENOTDIR) };
        if name.len() > edit::NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        directory.get(name).ok_or(Errno::ENOENT)
    }

    /// The entries of a directory, sorted by bytes; none for anything else.
    pub fn entries(&self, dir: Ino) -> Entries<'_> {
        match self.inode(dir).map(Inode::node) {
            Some(Node::Directory(directory)) => directory.iter(),
            _ => Entries { inner: None },
        }
    }

    /// The directory that holds this directory; the root's is the root. None for other kinds and for removed ones.
    pub fn parent(&self, dir: Ino) -> Option<Ino> {
        let inode = self.inode(dir).filter(|inode| inode.is_dir())?;
        if dir == self.root { Some(dir) } else { inode.links.first().map(|link| link.dir) }
    }

    /// An absolute path of an inode: by the oldest of its names. None if it has none.
    pub fn path_of(&self, ino: Ino) -> Option<BString> {
        if ino == self.root {
            return Some(BString::from("/"));
        }
        self.path_of_link(self.inode(ino)?.links.first()?)
    }

    /// Every absolute path of an inode, in the order in which the names were given.
    pub fn paths_of(&self, ino: Ino) -> Vec<BString> {
        if ino == self.root {
            return vec![BString::from("/")];
        }
        let links = self.inode(ino).map(|inode| inode.links.as_slice()).unwrap_or_default();
        links.iter().filter_map(|link| self.path_of_link(link)).collect()
    }

    fn path_of_link(&self, link: &Link) -> Option<BString> {
        let mut names = vec![link.name.clone()];
        let mut dir = link.dir;
        while dir != self.root {
            let link = self.inode(dir)?.links.first()?;
            names.push(link.name.clone());
            dir = link.dir;
        }
        let mut path = BString::default();
        for name in names.iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        Some(path)
    }

    /// The target of a symbolic link.
    ///
    /// # Errors
    /// `EINVAL` for other kinds.
    pub fn read_link(&self, ino: Ino) -> Result<&BStr, Errno> {
        match &self.get_inode(ino)?.node {
            Node::Symlink(target) => Ok(target.as_ref()),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The content of a regular file.
    ///
    /// # Errors
    /// `EISDIR` for a directory, `EINVAL` for other kinds.
    pub fn content(&self, ino: Ino) -> Result<&Content, Errno> {
        match &self.get_inode(ino)?.node {
            Node::File(content) => Ok(content),
            Node::Directory(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Up to `len` bytes of a regular file from `offset` on.
    ///
    /// # Errors
    /// Those of [`Tree::content`].
    pub fn read(&self, ino: Ino, offset: u64, len: usize) -> Result<Vec<u8>, Errno> {
        Ok(self.content(ino)?.read(offset, len))
    }

    pub(crate) fn get_inode(&self, ino: Ino) -> Result<&Inode, Errno> {
        self.inode(ino).ok_or(Errno::ENOENT)
    }

    fn link_count(&self, ino: Ino, inode: &Inode) -> u32 {
        match &inode.node {
            Node::Directory(_) if inode.links.is_empty() && ino != self.root => 0,
            // overlayfs does not count the directories in what it merges.
            Node::Directory(directory) if directory.merged => 1,
            Node::Directory(directory) => 2 + directory.subdirs,
            _ if ino == self.root => 1,
            _ => inode.links.len() as u32,
        }
    }
}

/// Size in bytes, and blocks of 512 bytes.
fn extent(node: &Node) -> (u64, u64) {
    match node {
        Node::File(content) => (content.len(), content.blocks()),
        Node::Directory(_) => (DIRECTORY_SIZE, 8),
        // ext4 keeps targets shorter than 60 bytes in the inode itself.
        Node::Symlink(target) => (target.len() as u64, if target.len() < 60 { 0 } else { 8 }),
        _ => (0, 0),
    }
}

/// What path resolution does with the last component: whether a symbolic link is followed there, and what a trailing
/// slash asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Followed, as `stat` does.
    Yes,
    /// Not followed, as `lstat` does; but a trailing slash makes it followed.
    No,
    /// Never followed: a name is to be made (`mkdir`, `symlink`, `mknod`, the new name of `link`).
    Create,
    /// Never followed: a name is to be taken away or moved (`unlink`, `rmdir`, `rename`). Before a trailing slash only
    /// a directory will do (`ENOTDIR`).
    Remove,
}

impl Follow {
    pub(crate) fn follows(self, trailing_slash: bool) -> bool {
        match self {
            Follow::Yes => true,
            Follow::No => trailing_slash,
            Follow::Create | Follow::Remove => false,
        }
    }
}
