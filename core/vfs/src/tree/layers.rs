use super::Tree;
use crate::{Errno, Ino, Inode, Node};

impl Tree {
    /// What is edited from here on belongs to a layer of its own, as on overlayfs: a directory of a layer below that is
    /// changed, or that something below it is changed in, is in both from then on, and its number of links is 1. What
    /// was made before the first layer is in none.
    pub fn begin_layer(&mut self) {
        self.layer += 1;
    }

    /// Takes `dir`, and the directories above it, into the current layer.
    pub(super) fn copy_up(&mut self, mut dir: Ino) {
        while let Some(Inode { node: Node::Directory(directory), links, .. }) = self.inode(dir)
            && directory.layer != self.layer
        {
            let above = links.first().map(|link| link.dir);
            let layer = self.layer;
            if let Ok(Inode { node: Node::Directory(directory), .. }) = self.edit(dir) {
                directory.merged |= directory.layer != 0;
                directory.layer = layer;
            }
            let Some(above) = above else { return };
            dir = above;
        }
    }

    /// An inode for a change of what it is, in the current layer with the directories above it.
    pub(super) fn edit_copied_up(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
        let inode = self.get_inode(ino)?;
        let dir = if inode.is_dir() { Some(ino) } else { inode.links.first().map(|link| link.dir) };
        if let Some(dir) = dir {
            self.copy_up(dir);
        }
        self.edit(ino)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Metadata, Time, Tree, diff};

    fn links(tree: &Tree) -> String {
        let dirs = tree.walk().filter(|visit| visit.inode.is_dir());
        let shown = dirs.map(|visit| format!("{} {}", visit.path, tree.stat(visit.ino).unwrap().nlink));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// `ls -ld` in containers of docker 20.10 on overlay2.
    #[test]
    fn merged_directories_have_one_link() {
        let now = Time::from_secs(1);
        let mut base = Tree::new(Metadata::new(0o755, now));
        base.begin_layer();
        base.mkdir_all("/a/b", 0o755, now).unwrap();
        base.mkdir_all("/c/d", 0o755, now).unwrap();
        assert_eq!(links(&base), "/ 4, /a 3, /a/b 2, /c 3, /c/d 2");
        let mut tree = base.clone();
        tree.begin_layer();
        tree.mkdir_all("/a/b/new/x", 0o755, now).unwrap();
        tree.remove_all("/c", now).unwrap();
        tree.mkdir_all("/c/e", 0o755, now).unwrap();
        assert_eq!(links(&tree), "/ 1, /a 1, /a/b 1, /a/b/new 3, /a/b/new/x 2, /c 3, /c/e 2");
        let applied = base.apply(&diff(&base, &tree)).unwrap();
        assert_eq!(links(&applied), links(&tree), "a layer says the same as the edits that it holds");
    }
}
