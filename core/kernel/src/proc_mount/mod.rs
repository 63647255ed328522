//! The `/proc` mount: an ordinary tree that is brought up to date when a path leads there.

mod process_files;
mod system_files;

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice};
use vfs::{Content, Ino, Metadata, MountId, Node, Place, Time, Tree};

use crate::process::Process;
use crate::sandbox::Sandbox;
use crate::{Fd, Pid};

/// What the kernel remembers of a `/proc` mount.
pub(crate) struct ProcMount {
    id: MountId,
    /// The sandbox's generation and the process for which the tree was made.
    shown: Option<(u64, Pid)>,
    /// The links under `fd` directories.
    descriptors: BTreeMap<Ino, (Pid, Fd)>,
}

impl ProcMount {
    pub(crate) fn new(id: MountId) -> Self {
        ProcMount { id, shown: None, descriptors: BTreeMap::new() }
    }

    pub(crate) fn new_tree(now: Time) -> Tree {
        Tree::new(Metadata::new(0o555, now))
    }

    pub(crate) fn id(&self) -> MountId {
        self.id
    }

    /// Whether a path from `at` names `/proc`, as far as its text tells. A link whose text does not is found by where
    /// it leads.
    pub(crate) fn concerns(&self, at: Place, path: &[u8]) -> bool {
        at.mount == self.id || path.find("proc").is_some() || path.starts_with(b"/dev/fd")
    }

    /// Whose descriptor a link stands for, if it is one of an `fd` directory.
    pub(crate) fn descriptor(&self, link: Place) -> Option<(Pid, Fd)> {
        if link.mount == self.id { self.descriptors.get(&link.ino).copied() } else { None }
    }
}

impl Process {
    /// Reading a directory takes a descriptor, which the directory of one's own descriptors shows.
    pub(crate) fn open_listing(&self, directory: Place) {
        let sandbox = &self.state.sandbox;
        if directory.mount != sandbox.proc_mount.borrow().id {
            return;
        }
        let path = sandbox.mounts.borrow().path_of(directory, sandbox.root);
        if path == Some(process_files::own_descriptors(self.pid())) {
            self.state.listing.set(Some(self.state.fds.borrow().lowest_free()));
            sandbox.touch();
            sandbox.refresh_proc(self);
        }
    }
}

impl Sandbox {
    /// Brings `/proc` up to date as `viewer` sees it; false when it was.
    pub(crate) fn refresh_proc(&self, viewer: &Process) -> bool {
        let shown = (self.generation.get(), viewer.pid());
        let mut proc_mount = self.proc_mount.borrow_mut();
        let stale = proc_mount.shown != Some(shown);
        proc_mount.shown = Some(shown);
        let now = viewer.now();
        let system = system_files::all(self, viewer);
        let mut processes: Vec<_> = self.processes.borrow().values().cloned().collect();
        processes.retain(|process| !process.is_zombie() || process.pid != Pid(0));
        let images: Vec<_> = processes.iter().map(|process| process_files::all(self, process)).collect();
        let mut mounts = self.mounts.borrow_mut();
        let Some(tree) = mounts.tree_mut(proc_mount.id) else { return false };
        let mut writer = Writer { tree, now };
        let root = writer.tree.root();
        for (path, text) in system {
            writer.file(root, path, text);
        }
        writer.link(root, "self", viewer.pid().to_string());
        writer.link(root, "thread-self", format!("{0}/task/{0}", viewer.pid()));
        writer.link(root, "mounts", "self/mounts".to_owned());
        proc_mount.descriptors.clear();
        writer.drop_dead(root, |pid| processes.iter().any(|process| process.pid == pid));
        for (process, image) in processes.iter().zip(images) {
            let links = writer.process(root, process.pid, image);
            proc_mount.descriptors.extend(links.into_iter().map(|(ino, fd)| (ino, (process.pid, fd))));
        }
        stale
    }
}

/// What `/proc/PID` holds.
pub(crate) struct ProcessImage {
    pub(crate) owner: (u32, u32),
    pub(crate) files: Vec<(&'static str, BString)>,
    pub(crate) links: Vec<(&'static str, BString)>,
    pub(crate) descriptors: Vec<(Fd, BString)>,
}

/// Edits a tree whose shape is known to fit: an edit that fails leaves that entry out.
struct Writer<'t> {
    tree: &'t mut Tree,
    now: Time,
}

impl Writer<'_> {
    fn file(&mut self, dir: Ino, path: &str, text: BString) {
        let content = Content::from(Vec::from(text));
        match path.split_once('/') {
            Some((first, rest)) => {
                if let Some(below) = self.directory(dir, first, (0, 0)) {
                    self.file_content(below, rest, content);
                }
            }
            None => self.file_content(dir, path, content),
        }
    }

    fn file_content(&mut self, dir: Ino, path: &str, content: Content) {
        if let Some((first, rest)) = path.split_once('/') {
            if let Some(below) = self.directory(dir, first, (0, 0)) {
                self.file_content(below, rest, content);
            }
            return;
        }
        let _ = match self.tree.lookup(dir, path) {
            Ok(ino) => self.tree.set_content(ino, content, self.now),
            Err(_) => {
                let meta = Metadata::new(0o444, self.now);
                self.tree.create(dir, path, Node::File(content), meta, self.now).map(drop)
            }
        };
    }

    fn directory(&mut self, dir: Ino, name: &str, owner: (u32, u32)) -> Option<Ino> {
        match self.tree.lookup(dir, name) {
            Ok(ino) => Some(ino),
            Err(_) => {
                let meta = Metadata::new(0o555, self.now).owned_by(owner.0, owner.1);
                self.tree.create(dir, name, Node::directory(), meta, self.now).ok()
            }
        }
    }

    fn link(&mut self, dir: Ino, name: &str, target: impl Into<BString>) -> Option<Ino> {
        let target = target.into();
        if let Ok(ino) = self.tree.lookup(dir, name) {
            if self.tree.read_link(ino).is_ok_and(|old| old == target.as_bstr()) {
                return Some(ino);
            }
            self.tree.remove_tree(dir, name, self.now).ok()?;
        }
        self.tree.create(dir, name, Node::Symlink(target), Metadata::new(0o777, self.now), self.now).ok()
    }

    /// Removes the directories of processes that are gone.
    fn drop_dead(&mut self, root: Ino, lives: impl Fn(Pid) -> bool) {
        let names: Vec<BString> = self.tree.entries(root).map(|(name, _)| name.to_owned()).collect();
        for name in names {
            let pid = name.to_str().ok().and_then(|name| name.parse().ok()).map(Pid);
            if pid.is_some_and(|pid| !lives(pid)) {
                let _ = self.tree.remove_tree(root, &name, self.now);
            }
        }
    }

    /// Fills `/proc/PID` and tells which inode is the link of which descriptor.
    fn process(&mut self, root: Ino, pid: Pid, image: ProcessImage) -> Vec<(Ino, Fd)> {
        let Some(dir) = self.directory(root, &pid.to_string(), image.owner) else { return Vec::new() };
        for (name, text) in image.files {
            self.file(dir, name, text);
        }
        for (name, target) in image.links {
            self.link(dir, name, target);
        }
        let Some(fd_dir) = self.directory(dir, "fd", image.owner) else { return Vec::new() };
        let open = |name: &BString| {
            image.descriptors.iter().any(|(fd, _)| fd.to_string().as_bytes() == name.as_slice())
        };
        let old: Vec<BString> = self.tree.entries(fd_dir).map(|(name, _)| name.to_owned()).collect();
        for name in old.iter().filter(|name| !open(name)) {
            let _ = self.tree.remove_tree(fd_dir, name, self.now);
        }
        let mut links = Vec::new();
        for (fd, target) in image.descriptors {
            links.extend(self.link(fd_dir, &fd.to_string(), target).map(|ino| (ino, fd)));
        }
        links
    }
}
