//! Change sets and trees in a saved state. The form is serde's; contents that are computed stay recipes.

use std::collections::BTreeMap;

use bstr::{BStr, BString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Change, ChangeKind, ChangeSet};
use crate::{Content, Device, Ino, Inode, Metadata, Mode, Node, Time, Tree, Xattrs};

#[derive(Serialize, Deserialize)]
struct StoredChange {
    path: BString,
    put: Option<Put>,
}

#[derive(Serialize, Deserialize)]
enum Put {
    /// A new inode.
    Made { node: StoredNode, meta: StoredMeta, opaque: bool },
    /// The inode of an earlier change: its index.
    Linked(u32),
}

#[derive(Serialize, Deserialize)]
enum StoredNode {
    File(Content),
    Directory,
    Symlink(BString),
    CharDevice(u32, u32),
    BlockDevice(u32, u32),
    Fifo,
    Socket,
}

#[derive(Serialize, Deserialize)]
struct StoredMeta {
    mode: Mode,
    uid: u32,
    gid: u32,
    atime: Time,
    mtime: Time,
    ctime: Time,
    xattrs: Vec<(BString, BString)>,
}

impl Serialize for ChangeSet {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut first: BTreeMap<Ino, u32> = BTreeMap::new();
        let stored = self.changes.iter().zip(0..).map(|(change, index)| {
            let ChangeKind::Put { ino, opaque } = change.kind else {
                return StoredChange { path: change.path.clone(), put: None };
            };
            let put = match (first.get(&ino), self.source.inode(ino)) {
                (Some(earlier), _) => Some(Put::Linked(*earlier)),
                (None, Some(inode)) => {
                    first.insert(ino, index);
                    let (node, meta) = (StoredNode::of(inode), StoredMeta::of(inode.metadata()));
                    Some(Put::Made { node, meta, opaque })
                }
                // Its source does not have it: there is nothing to put.
                (None, None) => None,
            };
            StoredChange { path: change.path.clone(), put }
        });
        to.collect_seq(stored)
    }
}

impl<'de> Deserialize<'de> for ChangeSet {
    /// The inodes come to lie in a tree of their own, in which they are entries of the root: change sets name inodes,
    /// and only their own paths count.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let stored: Vec<StoredChange> = Vec::deserialize(from)?;
        let mut source = Tree::new(Metadata::new(0o755, Time::EPOCH));
        let mut inos: Vec<Option<Ino>> = Vec::with_capacity(stored.len());
        let mut changes = Vec::with_capacity(stored.len());
        for StoredChange { path, put } in stored {
            if !path.starts_with(b"/") {
                return Err(D::Error::custom("a changed path does not begin with /"));
            }
            let kind = match put {
                None => ChangeKind::Delete,
                Some(Put::Linked(index)) => {
                    let earlier = inos.get(index as usize).copied().flatten();
                    let ino = earlier.ok_or_else(|| D::Error::custom("a link to no earlier file"))?;
                    ChangeKind::Put { ino, opaque: false }
                }
                Some(Put::Made { node, meta, opaque }) => {
                    let (root, name, meta) = (source.root(), inos.len().to_string(), meta.metadata());
                    let ino = source
                        .create(root, name, node.node(), meta, Time::EPOCH)
                        .map_err(|errno| D::Error::custom(errno.to_string()))?;
                    ChangeKind::Put { ino, opaque }
                }
            };
            inos.push(match kind {
                ChangeKind::Put { ino, .. } => Some(ino),
                ChangeKind::Delete => None,
            });
            changes.push(Change { path, kind });
        }
        Ok(ChangeSet::new(changes, source))
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        ChangeSet::from_tree(self).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let changes = ChangeSet::deserialize(from)?;
        let root =
            changes.changes.iter().find(|change| change.path == "/").and_then(|change| match change.kind {
                ChangeKind::Put { ino, .. } => changes.source.inode(ino),
                ChangeKind::Delete => None,
            });
        let root = root.ok_or_else(|| D::Error::custom("a tree without a root"))?;
        let node = if root.is_dir() { Node::directory() } else { root.node.clone() };
        let empty = Tree::with_root(node, root.meta.clone());
        if !root.is_dir() {
            return Ok(empty);
        }
        empty.apply(&changes).map_err(|errno| D::Error::custom(errno.to_string()))
    }
}

impl StoredNode {
    fn of(inode: &Inode) -> Self {
        match &inode.node {
            Node::File(content) => StoredNode::File(content.clone()),
            Node::Directory(_) => StoredNode::Directory,
            Node::Symlink(target) => StoredNode::Symlink(target.clone()),
            Node::CharDevice(device) => StoredNode::CharDevice(device.major, device.minor),
            Node::BlockDevice(device) => StoredNode::BlockDevice(device.major, device.minor),
            Node::Fifo => StoredNode::Fifo,
            Node::Socket => StoredNode::Socket,
        }
    }

    fn node(self) -> Node {
        match self {
            StoredNode::File(content) => Node::File(content),
            StoredNode::Directory => Node::directory(),
            StoredNode::Symlink(target) => Node::Symlink(target),
            StoredNode::CharDevice(major, minor) => Node::CharDevice(Device { major, minor }),
            StoredNode::BlockDevice(major, minor) => Node::BlockDevice(Device { major, minor }),
            StoredNode::Fifo => Node::Fifo,
            StoredNode::Socket => Node::Socket,
        }
    }
}

impl StoredMeta {
    fn of(meta: &Metadata) -> Self {
        let owned = |(name, value): (&BStr, &BStr)| (name.into(), value.into());
        StoredMeta {
            mode: meta.mode,
            uid: meta.uid,
            gid: meta.gid,
            atime: meta.atime,
            mtime: meta.mtime,
            ctime: meta.ctime,
            xattrs: meta.xattrs.iter().map(owned).collect(),
        }
    }

    fn metadata(self) -> Metadata {
        let mut xattrs = Xattrs::default();
        for (name, value) in self.xattrs {
            xattrs.set(name, value);
        }
        Metadata {
            mode: Mode::new(self.mode.bits()),
            uid: self.uid,
            gid: self.gid,
            atime: self.atime,
            mtime: self.mtime,
            ctime: self.ctime,
            xattrs,
        }
    }
}
