use std::rc::Rc;

use bstr::BString;
use vfs::{Access, Cred, Errno, Follow, Node, Place, Resolved, Time, Tree};

use super::Process;
use crate::file::OpenFile;

/// Links in last components that one path may lead through, on top of the walk's own count.
const LINKS_MAX: u32 = 40;

/// Where a path leads.
pub(crate) enum Found {
    /// To a place in the mounts.
    Node(Resolved<Place>),
    /// Through `/proc/PID/fd/N` (so `/dev/stdout` too) to what a process has open.
    Open(Rc<OpenFile>),
}

impl Process {
    pub(crate) fn credentials(&self) -> Rc<Cred> {
        Rc::clone(&self.state.cred.borrow())
    }

    fn walk(&self, at: Place, path: &[u8], follow: Follow) -> Result<Resolved<Place>, Errno> {
        let sandbox = &self.state.sandbox;
        let root = self.state.root.borrow().place();
        let cred = self.credentials();
        let mentions_proc = sandbox.proc_mount.borrow().concerns(at, path);
        if mentions_proc {
            sandbox.refresh_proc(self);
        }
        let found = sandbox.mounts.borrow().walk(&cred, root, at, path, follow)?;
        let proc_mount = sandbox.proc_mount.borrow().id();
        if !mentions_proc && found.parent.mount == proc_mount && sandbox.refresh_proc(self) {
            return sandbox.mounts.borrow().walk(&cred, root, at, path, follow);
        }
        Ok(found)
    }

    /// Resolves a path against the working directory.
    pub(crate) fn resolve(&self, path: &[u8], follow: Follow) -> Result<Found, Errno> {
        let mut at = self.state.cwd.borrow().place();
        let mut path = BString::from(path);
        for _ in 0..LINKS_MAX {
            let found = self.walk(at, &path, Follow::No)?;
            let Some(target) = found.target.filter(|_| follow == Follow::Yes) else {
                return Ok(Found::Node(found));
            };
            let link = self.inspect(target, |node| match node {
                Node::Symlink(link) => Some(link.clone()),
                _ => None,
            })?;
            let Some(link) = link else { return Ok(Found::Node(found)) };
            if let Some(file) = self.open_through_proc(target)? {
                return Ok(Found::Open(file));
            }
            (at, path) = (found.parent, link);
        }
        Err(Errno::ELOOP)
    }

    fn open_through_proc(&self, link: Place) -> Result<Option<Rc<OpenFile>>, Errno> {
        let sandbox = &self.state.sandbox;
        let Some((pid, fd)) = sandbox.proc_mount.borrow().descriptor(link) else { return Ok(None) };
        let process = sandbox.process(pid).ok_or(Errno::ENOENT)?;
        let fds = process.fds.borrow();
        Ok(Some(Rc::clone(&fds.get(fd).map_err(|_| Errno::ENOENT)?.file)))
    }

    /// The existing place that a path leads to.
    pub(crate) fn place(&self, path: &[u8], follow: Follow) -> Result<Place, Errno> {
        match self.resolve(path, follow)? {
            Found::Node(found) => found.target.ok_or(Errno::ENOENT),
            Found::Open(file) => Ok(file.node().ok_or(Errno::ENOENT)?.place()),
        }
    }

    /// The parent and name of a path that something is to be made at. `EEXIST` when there is something.
    pub(crate) fn vacant(&self, path: &[u8]) -> Result<Resolved<Place>, Errno> {
        let at = self.state.cwd.borrow().place();
        let found = self.walk(at, path, Follow::Create)?;
        if found.target.is_some() { Err(Errno::EEXIST) } else { Ok(found) }
    }

    /// The parent, name and place of a path that is to be removed or moved, its last link not followed.
    pub(crate) fn entry(&self, path: &[u8]) -> Result<(Resolved<Place>, Option<Place>), Errno> {
        let at = self.state.cwd.borrow().place();
        let found = self.walk(at, path, Follow::Remove)?;
        let target = found.target;
        Ok((found, target))
    }

    /// Looks at the node of a place.
    pub(crate) fn inspect<T>(&self, place: Place, look: impl FnOnce(&Node) -> T) -> Result<T, Errno> {
        let mounts = self.state.sandbox.mounts.borrow();
        mounts.inode(place).map(|inode| look(inode.node())).ok_or(Errno::ENOENT)
    }

    /// Reads from the tree that holds a place.
    pub(crate) fn with_tree<T>(
        &self,
        place: Place,
        read: impl FnOnce(&Tree) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        read(self.state.sandbox.mounts.borrow().tree(place.mount).ok_or(Errno::ENOENT)?)
    }

    /// Changes the tree that holds a place. `EROFS` on a read-only mount.
    pub(crate) fn edit<T>(
        &self,
        place: Place,
        change: impl FnOnce(&mut Tree, Time) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        self.check_writable_mount(place)?;
        let now = self.now();
        let mut mounts = self.state.sandbox.mounts.borrow_mut();
        change(mounts.tree_mut(place.mount).ok_or(Errno::ENOENT)?, now)
    }

    pub(crate) fn check_writable_mount(&self, place: Place) -> Result<(), Errno> {
        if self.state.sandbox.is_read_only(place.mount) { Err(Errno::EROFS) } else { Ok(()) }
    }

    /// Whether this process may do so with a place.
    pub(crate) fn check_access(&self, place: Place, access: Access) -> Result<(), Errno> {
        self.state.sandbox.mounts.borrow().access(&self.credentials(), place, access)
    }

    /// Whether this process may enter a name into a directory.
    pub(crate) fn check_create(&self, dir: Place) -> Result<(), Errno> {
        self.check_writable_mount(dir)?;
        self.state.sandbox.mounts.borrow().may_create(&self.credentials(), dir)
    }

    /// Whether this process may take a name away.
    pub(crate) fn check_removal(&self, found: &Resolved<Place>, victim: Place) -> Result<(), Errno> {
        self.check_writable_mount(found.parent)?;
        self.state.sandbox.mounts.borrow().may_remove(&self.credentials(), found.parent, victim)
    }

    /// The absolute path of a place within this process's root. `ENOENT` when it has none any more.
    pub(crate) fn path_of(&self, place: Place) -> Result<BString, Errno> {
        let root = self.state.root.borrow().place();
        self.state.sandbox.mounts.borrow().path_of(place, root).ok_or(Errno::ENOENT)
    }
}
