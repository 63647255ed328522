//! The checksum in a COPY's cache key, docker's "tarsum" of version 1: sha256 over header fields and content of a tar
//! entry, without its times.

use bstr::{BStr, BString, ByteSlice};
use digest::Hasher;
use vfs::{FileType, Follow, Ino, Node, Tree};

use super::find::{Found, Origin, Source};
use crate::paths;

/// The checksum of all sources of one instruction, as it stands in `created_by`.
pub(crate) fn combined(found: &[Found]) -> String {
    match found {
        [one] => one.checksum.clone(),
        many => {
            let sums: Vec<&str> = many.iter().map(|found| &*found.checksum).collect();
            format!("multi:{}", sha256_hex(sums.join(",").as_bytes()))
        }
    }
}

/// `dir:<hex>` over the sorted checksums of the directory and all below it, with each path's own checksum.
pub(super) fn directory_checksum(source: &Source<'_>, dir: Ino) -> (String, Vec<(BString, String)>) {
    let top = source.tree.path_of(dir).unwrap_or_default();
    let parts: Vec<(BString, String)> = source
        .tree
        .walk_from(dir, &top)
        .filter(|visit| visit.path != "/")
        .map(|visit| (BString::from(&visit.path[1..]), file_checksum(source, visit.path.as_bstr())))
        .collect();
    let mut sums: Vec<&str> = parts.iter().map(|(_, sum)| &**sum).collect();
    sums.sort_unstable();
    let sum = sha256_hex(sums.join(",").as_bytes());
    (format!("dir:{sum}"), parts)
}

/// The checksum of the entry that `path` leads to. A link counts as what it points to, and one that points nowhere
/// as its own path: a fallback of docker's that has stayed in its keys.
pub(super) fn file_checksum(source: &Source<'_>, path: &BStr) -> String {
    let Ok(ino) = source.tree.resolve(path, Follow::Yes) else { return fallback(path) };
    if ino == source.tree.root() {
        return fallback(path);
    }
    let name = resolved_name(source.tree, path, ino);
    match source.origin {
        Origin::Context => entry_checksum(source.tree, ino, name.as_bstr(), HostNames::Absent),
        Origin::Image => entry_checksum(source.tree, ino, name.as_bstr(), HostNames::LookedUp),
    }
}

fn fallback(path: &BStr) -> String {
    path.trim_start_with(|ch| ch == '/').to_str_lossy().into_owned()
}

/// Whether user and group names stand in the header: the client leaves them out, the daemon looks them up on its host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HostNames {
    Absent,
    LookedUp,
}

/// Which of a file's names is meant: the one `path` itself has when it leads through no link at its end.
fn resolved_name(tree: &Tree, path: &BStr, ino: Ino) -> BString {
    let names = tree.paths_of(ino);
    let wanted = names.iter().find(|name| name.as_bstr() == path);
    let name = wanted.or(names.first()).cloned().unwrap_or_else(|| BString::from(path));
    BString::from(name.trim_start_with(|ch| ch == '/'))
}

fn entry_checksum(tree: &Tree, ino: Ino, name: &BStr, names: HostNames) -> String {
    let (Ok(stat), Some(inode)) = (tree.stat(ino), tree.inode(ino)) else { return fallback(name) };
    let first = first_name(tree, ino, name);
    let is_link = names == HostNames::Absent && stat.file_type == FileType::Regular && first != name;
    let (kind, target) = match inode.node() {
        _ if is_link => ('1', first),
        Node::Symlink(target) => ('2', target.clone()),
        node => (type_flag(node), BString::default()),
    };
    let host_name = |id: u32| if names == HostNames::LookedUp && id == 0 { "root" } else { "" };
    let slash = if stat.file_type == FileType::Directory { "/" } else { "" };
    let has_content = stat.file_type == FileType::Regular && !is_link;
    let size = if has_content { stat.size } else { 0 };
    let mut hasher = Hasher::new();
    hasher.update("name");
    hasher.update(name);
    hasher.update(format!("{slash}mode{}uid{}gid{}", stat.st_mode(), stat.uid, stat.gid));
    hasher.update(format!("size{size}typeflag{kind}linkname"));
    hasher.update(&target);
    hasher.update(format!("uname{}gname{}", host_name(stat.uid), host_name(stat.gid)));
    hasher.update(format!("devmajor{}devminor{}", stat.rdev.major, stat.rdev.minor));
    if let Some(capability) = inode.metadata().xattrs.get(b"security.capability") {
        hasher.update("security.capability");
        hasher.update(capability);
    }
    if let Some(content) = inode.content().filter(|_| has_content) {
        content.chunks().for_each(|chunk| hasher.update(&chunk));
    }
    hasher.finish().hex()
}

/// The name under which a hard-linked file comes first in a walk; later ones are links to it.
fn first_name(tree: &Tree, ino: Ino, name: &BStr) -> BString {
    let names = tree.paths_of(ino);
    let first = names.iter().min_by(|a, b| a.split_str("/").cmp(b.split_str("/")));
    first.map_or_else(|| BString::from(name), |path| BString::from(path.trim_start_with(|ch| ch == '/')))
}

fn type_flag(node: &Node) -> char {
    match node {
        Node::CharDevice(_) => '3',
        Node::BlockDevice(_) => '4',
        Node::Directory(_) => '5',
        Node::Fifo => '6',
        _ => '0',
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    digest::sha256(bytes).hex()
}

/// The last component of a found path.
pub(super) fn name_of(found: &Found) -> &[u8] {
    paths::base(&found.path)
}
