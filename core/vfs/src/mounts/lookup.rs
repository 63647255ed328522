use bstr::BString;

use super::{Access, Cred, Mounts, Place};
use crate::walk::{self, Resolved, Space};
use crate::{Errno, Follow, Ino, Inode};

/// Where a path leads in a mount table.
pub type Walk = Resolved<Place>;

struct View<'a> {
    mounts: &'a Mounts,
    cred: &'a Cred,
}

impl Space for View<'_> {
    type Place = Place;

    fn inode(&self, place: Place) -> Option<&Inode> {
        self.mounts.inode(place)
    }

    fn child(&self, dir: Place, ino: Ino) -> Place {
        self.mounts.enter(Place { mount: dir.mount, ino })
    }

    fn parent(&self, dir: Place, root: Place) -> Option<Place> {
        self.mounts.parent(dir, root)
    }

    fn may_search(&self, dir: Place) -> Result<(), Errno> {
        self.cred.permits(self.mounts.inode(dir).ok_or(Errno::ENOENT)?, Access::EXECUTE)
    }
}

impl Mounts {
    /// Resolves `path` for `cred`: from `root` if absolute, else from `cwd`; `..` stops at `root`. Every directory on
    /// the way must be searchable.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`, `EACCES`, `ELOOP` (over 40 links), `ENAMETOOLONG` (path from 4096, name over 255 bytes).
    pub fn walk(
        &self,
        cred: &Cred,
        root: Place,
        cwd: Place,
        path: impl AsRef<[u8]>,
        follow: Follow,
    ) -> Result<Walk, Errno> {
        walk::resolve(&View { mounts: self, cred }, root, cwd, path.as_ref(), follow)
    }

    /// What `..` leads to: never above `root`, and out of mounts. None for a removed directory.
    fn parent(&self, dir: Place, root: Place) -> Option<Place> {
        let mut at = dir;
        while at != root {
            let mount = self.mounts.get(&at.mount)?;
            if at.ino != mount.root {
                let ino = self.tree(at.mount)?.parent(at.ino)?;
                return Some(self.enter(Place { mount: at.mount, ino }));
            }
            match mount.at {
                Some(below) => at = below,
                None => break,
            }
        }
        Some(self.enter(at))
    }

    /// The absolute path of a place as seen from `root`. None if it, or a directory above it, has no name any more.
    pub fn path_of(&self, place: Place, root: Place) -> Option<BString> {
        let mut names = Vec::new();
        let mut at = place;
        while at != root {
            let mount = self.mounts.get(&at.mount)?;
            if at.ino == mount.root {
                match mount.at {
                    Some(below) => at = below,
                    None => break,
                }
                continue;
            }
            let (dir, name) = self.inode(at)?.links().next()?;
            names.push(name);
            at.ino = dir;
            // Other mounts may cover the directory that holds this one's root; they do not matter on the way up.
        }
        let mut path = BString::default();
        for name in names.iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        if path.is_empty() {
            path.push(b'/');
        }
        Some(path)
    }
}
