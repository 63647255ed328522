use std::collections::BTreeMap;

use super::Tree;
use crate::{Errno, Ino, Node, Time};

impl Tree {
    /// Copies what is at and below `from` in `source` to the free name `name` in `dir`: metadata and content as they
    /// are (content is shared), hard links among the copied kept. Gives the copy of `from`.
    ///
    /// # Errors
    /// Those of [`Tree::create`]; `ENOENT` if `source` has no inode `from`.
    pub fn graft(
        &mut self,
        source: &Tree,
        from: Ino,
        dir: Ino,
        name: impl AsRef<[u8]>,
        now: Time,
    ) -> Result<Ino, Errno> {
        let mut copies = BTreeMap::new();
        let top = self.graft_one(source, from, dir, name.as_ref(), now)?;
        copies.insert(from, top);
        let mut pending = vec![(from, top)];
        while let Some((original, copy)) = pending.pop() {
            for (name, ino) in source.entries(original) {
                let known = copies.get(&ino).copied();
                match known {
                    Some(linked) => self.link(linked, copy, name, now)?,
                    None => {
                        let made = self.graft_one(source, ino, copy, name, now)?;
                        copies.insert(ino, made);
                        pending.push((ino, made));
                    }
                }
            }
        }
        // Filling the directories and linking changed their times.
        for (original, copy) in copies {
            self.set_metadata(copy, source.get_inode(original)?.meta.clone())?;
        }
        Ok(top)
    }

    fn graft_one(&mut self, source: &Tree, ino: Ino, dir: Ino, name: &[u8], now: Time) -> Result<Ino, Errno> {
        let inode = source.get_inode(ino)?;
        let node = match &inode.node {
            Node::Directory(_) => Node::directory(),
            other => other.clone(),
        };
        self.create(dir, name, node, inode.meta.clone(), now)
    }
}
