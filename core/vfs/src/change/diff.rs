use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;
use im::ordmap::DiffItem;

use super::opaque::hidden;
use super::{Change, ChangeKind, ChangeSet, path_order};
use crate::{Ino, Inode, Name, Node, Tree};

/// The changes that turn `old` into `new`: `old.apply(&diff(old, new))` has what `new` has.
///
/// Costs O(changes · (depth + log n)) where `new` was edited out of `old`; it is right, though slower, for any two.
pub fn diff(old: &Tree, new: &Tree) -> ChangeSet {
    let mut changes = Vec::new();
    if !old.ptr_eq(new) {
        let mut differ = Differ { old, new, touched: BTreeMap::new(), changes: Vec::new() };
        differ.find_touched();
        differ.run();
        changes = differ.changes;
        changes.sort_by(|a, b| path_order(&a.path, &b.path));
    }
    ChangeSet { changes, source: new.clone() }
}

struct Differ<'a> {
    old: &'a Tree,
    new: &'a Tree,
    /// By directory: the entries that are touched, or are directories above something touched.
    touched: BTreeMap<Ino, BTreeMap<Name, Ino>>,
    changes: Vec<Change>,
}

impl<'a> Differ<'a> {
    /// Finds the inodes that the trees do not share, and all directories above them.
    fn find_touched(&mut self) {
        let mut above = BTreeSet::new();
        for item in self.old.inodes.diff(&self.new.inodes) {
            let (ino, inode) = match item {
                DiffItem::Add(ino, inode) => (*ino, &*inode.0),
                DiffItem::Update { old, new } if !only_lost_names(&old.1.0, &new.1.0) => (*new.0, &*new.1.0),
                DiffItem::Update { .. } | DiffItem::Remove(..) => continue,
            };
            for link in &inode.links {
                self.touched.entry(link.dir).or_default().insert(link.name.clone(), ino);
                self.mark_above(link.dir, &mut above);
            }
        }
    }

    fn mark_above(&mut self, mut dir: Ino, above: &mut BTreeSet<Ino>) {
        while above.insert(dir) {
            let Some(link) = self.new.inode(dir).and_then(|inode| inode.links.first()) else { return };
            self.touched.entry(link.dir).or_default().insert(link.name.clone(), dir);
            dir = link.dir;
        }
    }

    fn run(&mut self) {
        let mut pending = vec![(BString::default(), self.new.root)];
        while let Some((path, dir)) = pending.pop() {
            let shown = if path.is_empty() { BString::from("/") } else { path.clone() };
            self.put(shown, dir, false);
            self.compare_entries(&path, dir);
            for (name, ino) in self.touched.get(&dir).cloned().unwrap_or_default() {
                if entry(self.old, dir, &name) == Some(ino) && entry(self.new, dir, &name) == Some(ino) {
                    self.compare_kept(join(&path, &name), ino, &mut pending);
                }
            }
        }
    }

    /// Names that came, went, or name another inode now.
    fn compare_entries(&mut self, path: &BString, dir: Ino) {
        let (old, new) = (self.old, self.new);
        let (Some(Node::Directory(old)), Some(Node::Directory(new))) =
            (old.inode(dir).map(Inode::node), new.inode(dir).map(Inode::node))
        else {
            return;
        };
        for item in old.entries.diff(&new.entries) {
            match item {
                DiffItem::Add(name, ino) => self.put_all(join(path, name), *ino, false),
                DiffItem::Remove(name, _) => self.delete(join(path, name)),
                DiffItem::Update { old, new } => self.replace(join(path, new.0), *old.1, *new.1),
            }
        }
    }

    /// An entry that names the same inode number in both.
    fn compare_kept(&mut self, path: BString, ino: Ino, pending: &mut Vec<(BString, Ino)>) {
        let (Some(old), Some(new)) = (self.old.inode(ino), self.new.inode(ino)) else { return };
        match (old.is_dir(), new.is_dir()) {
            (true, true) => pending.push((path, ino)),
            (false, false) => self.put(path, ino, false),
            // Only trees that do not descend from each other use a number for both.
            _ => self.replace(path, ino, ino),
        }
    }

    fn replace(&mut self, path: BString, old: Ino, new: Ino) {
        let deleted = hidden(self.old, old, self.new, new, &path);
        let opaque = self.new.inode(new).is_some_and(Inode::is_dir);
        self.put_all(path, new, opaque);
        for path in deleted {
            self.delete(path);
        }
    }

    fn put_all(&mut self, path: BString, ino: Ino, opaque: bool) {
        let new = self.new;
        for (at, visit) in new.walk_from(ino, path).enumerate() {
            self.put(visit.path, visit.ino, opaque && at == 0);
        }
    }

    fn put(&mut self, path: BString, ino: Ino, opaque: bool) {
        self.changes.push(Change { path, kind: ChangeKind::Put { ino, opaque } });
    }

    fn delete(&mut self, path: BString) {
        self.changes.push(Change { path, kind: ChangeKind::Delete });
    }
}

/// Whether nothing happened to the inode but the loss of some of its names: overlayfs leaves the others alone.
fn only_lost_names(old: &Inode, new: &Inode) -> bool {
    let same_node = match (&old.node, &new.node) {
        (Node::File(old), Node::File(new)) => old.ptr_eq(new),
        (Node::Symlink(old), Node::Symlink(new)) => old == new,
        (Node::CharDevice(old), Node::CharDevice(new)) | (Node::BlockDevice(old), Node::BlockDevice(new)) => {
            old == new
        }
        (Node::Fifo, Node::Fifo) | (Node::Socket, Node::Socket) => true,
        _ => false,
    };
    let (mut old_meta, new_meta) = (old.meta.clone(), &new.meta);
    old_meta.ctime = new_meta.ctime;
    same_node
        && old_meta == *new_meta
        && new.links.len() < old.links.len()
        && new.links.iter().all(|link| old.links.contains(link))
}

fn entry(tree: &Tree, dir: Ino, name: &[u8]) -> Option<Ino> {
    match tree.inode(dir).map(Inode::node) {
        Some(Node::Directory(directory)) => directory.get(name),
        _ => None,
    }
}

pub(super) fn join(path: &[u8], name: impl AsRef<[u8]>) -> BString {
    let name = name.as_ref();
    let mut joined = Vec::with_capacity(path.len() + name.len() + 1);
    joined.extend_from_slice(path);
    joined.push(b'/');
    joined.extend_from_slice(name);
    BString::from(joined)
}
