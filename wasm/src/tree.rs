use bstr::ByteSlice;
use digest::Digest;
use engine::Engine;
use serde::Serialize;
use vfs::{Node, Visit};

/// A path of an image's file system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeEntry {
    /// Absolute path.
    pub path: String,
    /// The letter of `ls -l`: `-`, `d`, `l`, ...
    pub kind: char,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Length of a file.
    pub size: u64,
    /// Where a link points.
    pub target: Option<String>,
    /// Which layer it comes from, counted from 0 at the bottom.
    pub layer: usize,
}

/// The files of an image, sorted by path; the root itself is left out.
pub(crate) fn of_image(engine: &Engine, id: &Digest) -> Vec<TreeEntry> {
    let (Ok(origins), Ok(tree)) = (simulator::origins(engine, id), engine.image_tree(id)) else {
        return Vec::new();
    };
    let origin = |path: &[u8]| origins.get(path.as_bstr()).copied().unwrap_or(0);
    tree.walk().skip(1).map(|visit| entry(&visit, origin(&visit.path))).collect()
}

fn entry(visit: &Visit<'_>, layer: usize) -> TreeEntry {
    let metadata = visit.inode.metadata();
    TreeEntry {
        path: visit.path.to_str_lossy().into_owned(),
        kind: visit.inode.file_type().letter(),
        mode: metadata.mode.bits(),
        uid: metadata.uid,
        gid: metadata.gid,
        size: match visit.inode.node() {
            Node::File(content) => content.len(),
            _ => 0,
        },
        target: match visit.inode.node() {
            Node::Symlink(target) => Some(target.to_str_lossy().into_owned()),
            _ => None,
        },
        layer,
    }
}
