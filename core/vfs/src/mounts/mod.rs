mod capability;
mod cred;
mod lookup;
mod rename;

use std::collections::BTreeMap;

use bstr::BString;

use crate::{Errno, Ino, Inode, Stat, Tree};
pub use capability::{Capabilities, Capability};
pub use cred::{Access, Cred};
pub use lookup::Walk;

/// A mount in a [`Mounts`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MountId(u32);

impl MountId {
    /// The mount of the root file system.
    pub const ROOT: MountId = MountId(0);
}

/// An inode as reached through a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The mount.
    pub mount: MountId,
    /// The inode in the mount's tree.
    pub ino: Ino,
}

/// How something is mounted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountOptions {
    /// Whether changes are refused with `EROFS`.
    pub read_only: bool,
    /// The type that `/proc/mounts` shows, e.g. `overlay`, `tmpfs`.
    pub fs_type: BString,
    /// The source that `/proc/mounts` shows.
    pub source: BString,
}

/// A mount as listed.
#[derive(Clone, Debug)]
pub struct MountEntry<'a> {
    /// Its id.
    pub id: MountId,
    /// Where it is, seen from the root of the root file system. None if that directory was removed.
    pub path: Option<BString>,
    /// How it is mounted.
    pub options: &'a MountOptions,
}

/// A mount table: trees joined into one name space. A value like its trees; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Mounts {
    file_systems: BTreeMap<u32, FileSystem>,
    mounts: BTreeMap<MountId, Mount>,
    /// What is mounted on a place.
    covers: BTreeMap<Place, MountId>,
    next: u32,
}

#[derive(Clone, Debug)]
struct FileSystem {
    tree: Tree,
    /// The lower layers of an overlay.
    lower: Option<Tree>,
}

#[derive(Clone, Debug)]
struct Mount {
    file_system: u32,
    root: Ino,
    at: Option<Place>,
    options: MountOptions,
}

impl Mounts {
    /// A table with one mount: an overlay on `/` whose lower layers are `root` as it is now.
    pub fn new(root: Tree) -> Self {
        let options = MountOptions {
            read_only: false,
            fs_type: BString::from("overlay"),
            source: BString::from("overlay"),
        };
        let mount = Mount { file_system: 0, root: root.root(), at: None, options };
        Mounts {
            file_systems: BTreeMap::from([(0, FileSystem { lower: Some(root.clone()), tree: root })]),
            mounts: BTreeMap::from([(MountId::ROOT, mount)]),
            covers: BTreeMap::new(),
            next: 1,
        }
    }

    /// Mounts a tree on a place, over what is mounted there already.
    ///
    /// # Errors
    /// `ENOTDIR` if one is a directory and the other is not, `ENOENT` if there is no such place.
    pub fn mount(&mut self, at: Place, tree: Tree, options: MountOptions) -> Result<MountId, Errno> {
        let (id, root) = (self.next, tree.root());
        self.file_systems.insert(id, FileSystem { tree, lower: None });
        self.add(Mount { file_system: id, root, at: Some(at), options }).inspect_err(|_| {
            self.file_systems.remove(&id);
        })
    }

    /// Mounts what is at `source` on a further place: both show the same inodes.
    ///
    /// # Errors
    /// Those of [`Mounts::mount`].
    pub fn bind(&mut self, at: Place, source: Place, options: MountOptions) -> Result<MountId, Errno> {
        let file_system = self.mounts.get(&source.mount).ok_or(Errno::EINVAL)?.file_system;
        self.add(Mount { file_system, root: source.ino, at: Some(at), options })
    }

    fn add(&mut self, mount: Mount) -> Result<MountId, Errno> {
        let at = mount.at.ok_or(Errno::EINVAL)?;
        let root = self.file_systems[&mount.file_system].tree.inode(mount.root).ok_or(Errno::ENOENT)?;
        if self.inode(at).ok_or(Errno::ENOENT)?.is_dir() != root.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        let at = self.enter(at);
        let id = MountId(self.next);
        self.next += 1;
        self.mounts.insert(id, Mount { at: Some(at), ..mount });
        self.covers.insert(at, id);
        Ok(id)
    }

    /// Takes a mount away. Its tree is forgotten when no other mount shows it.
    ///
    /// # Errors
    /// `EINVAL` for the root or no mount, `EBUSY` if something is mounted inside.
    pub fn unmount(&mut self, id: MountId) -> Result<(), Errno> {
        let at = self.mounts.get(&id).and_then(|mount| mount.at).ok_or(Errno::EINVAL)?;
        if self.covers.keys().any(|place| place.mount == id) {
            return Err(Errno::EBUSY);
        }
        self.covers.remove(&at);
        if let Some(mount) = self.mounts.remove(&id)
            && self.mounts.values().all(|other| other.file_system != mount.file_system)
        {
            self.file_systems.remove(&mount.file_system);
        }
        Ok(())
    }

    /// The root of the root file system.
    pub fn root(&self) -> Place {
        self.enter(Place { mount: MountId::ROOT, ino: self.mounts[&MountId::ROOT].root })
    }

    /// The tree behind a mount. None if there is no such mount.
    pub fn tree(&self, id: MountId) -> Option<&Tree> {
        let mount = self.mounts.get(&id)?;
        self.file_systems.get(&mount.file_system).map(|fs| &fs.tree)
    }

    /// The tree behind a mount, for changes. Whether they are allowed is the caller's to ask.
    pub fn tree_mut(&mut self, id: MountId) -> Option<&mut Tree> {
        let mount = self.mounts.get(&id)?;
        self.file_systems.get_mut(&mount.file_system).map(|fs| &mut fs.tree)
    }

    /// Whether a mount refuses changes.
    pub fn is_read_only(&self, id: MountId) -> bool {
        self.mounts.get(&id).is_some_and(|mount| mount.options.read_only)
    }

    /// How it is mounted.
    pub fn options(&self, id: MountId) -> Option<&MountOptions> {
        self.mounts.get(&id).map(|mount| &mount.options)
    }

    /// All mounts, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = MountEntry<'_>> {
        self.mounts.iter().map(|(id, mount)| {
            let place = Place { mount: *id, ino: mount.root };
            MountEntry { id: *id, path: self.path_of(place, self.root()), options: &mount.options }
        })
    }

    /// The inode at a place.
    pub fn inode(&self, place: Place) -> Option<&Inode> {
        self.tree(place.mount)?.inode(place.ino)
    }

    /// What `stat` tells of a place.
    ///
    /// # Errors
    /// `ENOENT` if there is nothing.
    pub fn stat(&self, place: Place) -> Result<Stat, Errno> {
        self.tree(place.mount).ok_or(Errno::ENOENT)?.stat(place.ino)
    }

    /// Whether something is mounted at this place: it cannot be removed or renamed (`EBUSY`).
    pub fn is_mount_point(&self, place: Place) -> bool {
        let is_root = self.mounts.get(&place.mount).is_some_and(|mount| mount.root == place.ino);
        is_root || self.covers.contains_key(&place)
    }

    /// The place that one sees at `place`: what was mounted there last.
    fn enter(&self, mut place: Place) -> Place {
        while let Some(id) = self.covers.get(&place) {
            place = Place { mount: *id, ino: self.mounts[id].root };
        }
        place
    }
}
