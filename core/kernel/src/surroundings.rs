//! What docker mounts into every container.

use bstr::BString;
use vfs::{Cred, Device, Errno, Follow, Metadata, MountId, MountOptions, Mounts, Node, Time, Tree};

use crate::MountSpec;
use crate::proc_mount::ProcMount;

/// Character devices of a container's `/dev`: name, mode, major, minor.
const DEVICES: [(&str, u32, u32, u32); 6] = [
    ("full", 0o666, 1, 7),
    ("null", 0o666, 1, 3),
    ("random", 0o666, 1, 8),
    ("tty", 0o666, 5, 0),
    ("urandom", 0o666, 1, 9),
    ("zero", 0o666, 1, 5),
];

/// Symbolic links of a container's `/dev`.
const LINKS: [(&str, &str); 6] = [
    ("core", "/proc/kcore"),
    ("fd", "/proc/self/fd"),
    ("ptmx", "pts/ptmx"),
    ("stderr", "/proc/self/fd/2"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
];

/// Read-only facts under `/sys` that programs ask for.
const SYS_FILES: [(&str, &str); 6] = [
    ("/sys/devices/system/cpu/online", "0\n"),
    ("/sys/devices/system/cpu/possible", "0\n"),
    ("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"),
    ("/sys/class/net/lo/address", "00:00:00:00:00:00\n"),
    ("/sys/class/net/lo/operstate", "unknown\n"),
    ("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n"),
];

/// Mounts the system's file systems in docker's order.
pub(crate) fn mount_system(mounts: &mut Mounts, now: Time) -> Result<ProcMount, Errno> {
    let proc_id = attach(mounts, "/proc", ProcMount::new_tree(now), "proc", "proc", true, now)?;
    attach(mounts, "/dev", device_tree(now)?, "tmpfs", "tmpfs", false, now)?;
    attach(mounts, "/dev/pts", terminals_tree(now)?, "devpts", "devpts", false, now)?;
    attach(mounts, "/sys", system_tree(now)?, "sysfs", "sysfs", true, now)?;
    attach(mounts, "/dev/mqueue", Tree::new(Metadata::new(0o1777, now)), "mqueue", "mqueue", false, now)?;
    attach(mounts, "/dev/shm", Tree::new(Metadata::new(0o1777, now)), "tmpfs", "shm", false, now)?;
    Ok(ProcMount::new(proc_id))
}

/// Mounts one of a sandbox's own file systems.
pub(crate) fn mount(mounts: &mut Mounts, spec: MountSpec, now: Time) -> Result<MountId, Errno> {
    let options = MountOptions { read_only: spec.read_only, fs_type: spec.fs_type, source: spec.source };
    let shown =
        spec.shows.and_then(|target| mounts.iter().find(|mount| mount.path.as_ref() == Some(&target)));
    let Some(shown) = shown.map(|mount| mount.id) else {
        return attach_with(mounts, &spec.target, spec.tree, options, now);
    };
    let at = place(mounts, &spec.target, &spec.tree, now)?;
    let ino = mounts.tree(shown).ok_or(Errno::ENOENT)?.root();
    mounts.bind(at, vfs::Place { mount: shown, ino }, options)
}

fn attach(
    mounts: &mut Mounts,
    target: &str,
    tree: Tree,
    fs_type: &str,
    source: &str,
    read_only: bool,
    now: Time,
) -> Result<MountId, Errno> {
    let options = MountOptions { read_only, fs_type: BString::from(fs_type), source: BString::from(source) };
    attach_with(mounts, target.as_bytes(), tree, options, now)
}

fn attach_with(
    mounts: &mut Mounts,
    target: &[u8],
    tree: Tree,
    options: MountOptions,
    now: Time,
) -> Result<MountId, Errno> {
    let at = place(mounts, target, &tree, now)?;
    mounts.mount(at, tree, options)
}

/// Where a tree is to be mounted; what is missing of the path is made.
fn place(mounts: &mut Mounts, target: &[u8], tree: &Tree, now: Time) -> Result<vfs::Place, Errno> {
    let (root, mut at) = (mounts.root(), mounts.root());
    let wants_file = tree.inode(tree.root()).is_some_and(|inode| !inode.is_dir());
    let mut names = target.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        let found = mounts.walk(&Cred::ROOT, root, at, name, Follow::Yes)?;
        at = match found.target {
            Some(place) => place,
            None => {
                let is_file = wants_file && names.peek().is_none();
                let (node, mode) =
                    if is_file { (Node::empty_file(), 0o644) } else { (Node::directory(), 0o755) };
                let dir = found.parent;
                let tree = mounts.tree_mut(dir.mount).ok_or(Errno::ENOENT)?;
                let ino = tree.create(dir.ino, &found.name, node, Metadata::new(mode, now), now)?;
                vfs::Place { mount: dir.mount, ino }
            }
        };
    }
    Ok(at)
}

fn device_tree(now: Time) -> Result<Tree, Errno> {
    let mut tree = Tree::new(Metadata::new(0o755, now));
    let root = tree.root();
    for (name, mode, major, minor) in DEVICES {
        let device = Node::CharDevice(Device { major, minor });
        tree.create(root, name, device, Metadata::new(mode, now), now)?;
    }
    for (name, target) in LINKS {
        tree.create(root, name, Node::Symlink(BString::from(target)), Metadata::new(0o777, now), now)?;
    }
    for name in ["mqueue", "pts", "shm"] {
        tree.create(root, name, Node::directory(), Metadata::new(0o755, now), now)?;
    }
    Ok(tree)
}

fn terminals_tree(now: Time) -> Result<Tree, Errno> {
    let mut tree = Tree::new(Metadata::new(0o755, now));
    let device = Node::CharDevice(Device { major: 5, minor: 2 });
    tree.create(tree.root(), "ptmx", device, Metadata::new(0o666, now), now)?;
    Ok(tree)
}

/// Gives a sandbox's first terminal its name, `/dev/pts/0`.
pub(crate) fn name_terminal(mounts: &mut Mounts, owner: &Cred, now: Time) -> Result<(), Errno> {
    let (root, at) = (mounts.root(), mounts.root());
    let dir = mounts.walk(&Cred::ROOT, root, at, "/dev/pts", Follow::Yes)?.target.ok_or(Errno::ENOENT)?;
    let tree = mounts.tree_mut(dir.mount).ok_or(Errno::ENOENT)?;
    let device = Node::CharDevice(Device { major: 136, minor: 0 });
    let meta = Metadata::new(0o620, now).owned_by(owner.uid, 5);
    match tree.create(dir.ino, "0", device, meta, now) {
        Err(Errno::EEXIST) => Ok(()),
        made => made.map(drop),
    }
}

fn system_tree(now: Time) -> Result<Tree, Errno> {
    let mut tree = Tree::new(Metadata::new(0o555, now));
    for (path, text) in SYS_FILES {
        let below = path.trim_start_matches("/sys");
        let (dir, _) = below.rsplit_once('/').unwrap_or_default();
        tree.mkdir_all(dir, 0o755, now)?;
        tree.write_file(below, text.as_bytes(), 0o444, now)?;
    }
    Ok(tree)
}
