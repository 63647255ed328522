use bstr::BString;

use super::Tree;
use crate::{Entries, Ino, Inode};

/// One stop of a [`TreeWalk`].
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    /// Absolute path.
    pub path: BString,
    /// The inode there.
    pub ino: Ino,
    /// The inode itself.
    pub inode: &'a Inode,
}

/// All paths of a tree, a directory before its entries, entries sorted by the bytes of their names.
pub struct TreeWalk<'a> {
    tree: &'a Tree,
    first: Option<Ino>,
    path: BString,
    /// The directories being walked, each with the length of its path.
    stack: Vec<(usize, Entries<'a>)>,
}

impl Tree {
    /// Walks the whole tree, the root (`/`) first.
    pub fn walk(&self) -> TreeWalk<'_> {
        self.walk_from(self.root, "/")
    }

    /// Walks what is at and below `ino`, with `path` as its path.
    pub fn walk_from(&self, ino: Ino, path: impl AsRef<[u8]>) -> TreeWalk<'_> {
        TreeWalk { tree: self, first: Some(ino), path: BString::from(path.as_ref()), stack: Vec::new() }
    }
}

impl<'a> TreeWalk<'a> {
    fn arrive(&mut self, ino: Ino) -> Option<Visit<'a>> {
        let inode = self.tree.inode(ino)?;
        let path = self.path.clone();
        if inode.is_dir() {
            let len = if path == "/" { 0 } else { path.len() };
            self.stack.push((len, self.tree.entries(ino)));
        }
        Some(Visit { path, ino, inode })
    }

    /// Leaves out what is below the directory visited last.
    pub fn skip_entries(&mut self) {
        self.stack.pop();
    }
}

impl<'a> Iterator for TreeWalk<'a> {
    type Item = Visit<'a>;

    fn next(&mut self) -> Option<Visit<'a>> {
        if let Some(first) = self.first.take() {
            return self.arrive(first);
        }
        loop {
            let (len, entries) = self.stack.last_mut()?;
            let Some((name, ino)) = entries.next() else {
                self.stack.pop();
                continue;
            };
            self.path.truncate(*len);
            self.path.push(b'/');
            self.path.extend_from_slice(name);
            return self.arrive(ino);
        }
    }
}
