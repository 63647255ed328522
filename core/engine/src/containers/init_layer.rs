use bstr::ByteSlice;
use vfs::{Errno, Follow, Metadata, Node, Time, Tree};

use crate::paths;

enum Stub {
    Directory,
    File,
    Link(&'static str),
}

/// What docker puts between an image and a container's own layer, so that mount points exist and nothing of it gets
/// into a commit.
const STUBS: [(&str, Stub); 10] = [
    ("/.dockerenv", Stub::File),
    ("/dev/console", Stub::File),
    ("/dev/pts", Stub::Directory),
    ("/dev/shm", Stub::Directory),
    ("/etc/hostname", Stub::File),
    ("/etc/hosts", Stub::File),
    ("/etc/mtab", Stub::Link("/proc/mounts")),
    ("/etc/resolv.conf", Stub::File),
    ("/proc", Stub::Directory),
    ("/sys", Stub::Directory),
];

/// The tree with the stubs on it. A file where a directory has to be is removed first, as docker does.
pub(crate) fn with_stubs(tree: &Tree, now: Time) -> Result<Tree, Errno> {
    let mut tree = tree.clone();
    tree.begin_layer();
    for (path, stub) in &STUBS {
        remove_files_on(&mut tree, path, now)?;
        if tree.resolve(path, Follow::Yes).is_ok() {
            continue;
        }
        let parent = tree.mkdir_all(paths::parent(path.as_bytes()), 0o755, now)?;
        let name = paths::base(path.as_bytes()).as_bstr();
        let (node, mode) = match stub {
            Stub::Directory => (Node::directory(), 0o755),
            Stub::File => (Node::empty_file(), 0o755),
            Stub::Link(target) => (Node::Symlink((*target).into()), 0o777),
        };
        tree.create(parent, name, node, Metadata::new(mode, now), now)?;
    }
    Ok(tree)
}

fn remove_files_on(tree: &mut Tree, path: &str, now: Time) -> Result<(), Errno> {
    let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).chain([path.len()]);
    for end in ends {
        let Ok(found) = tree.walk_path(&path[..end], Follow::No) else { return Ok(()) };
        let Some(ino) = found.target else { return Ok(()) };
        if tree.inode(ino).is_some_and(|inode| !inode.is_dir()) {
            tree.unlink(found.parent, &found.name, now)?;
            tree.reap(ino);
        }
    }
    Ok(())
}
