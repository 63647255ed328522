//! Snapshots that can be named: an image, or the state after one of its steps.

use std::collections::BTreeMap;

use api::{ApiError, ErrorKind};
use bstr::{BStr, BString, ByteSlice};
use digest::Digest;
use engine::Engine;
use vfs::{Follow, Inode, Node, Tree};

/// The file system that a name means: `IMAGE`, or `IMAGE:STEP` for the state after a step of its build, where step 1
/// is its base.
///
/// # Errors
/// No such image or step; a layer that cannot be read.
pub fn snapshot(engine: &Engine, name: &str) -> Result<Tree, ApiError> {
    let error = match engine.find_image(name) {
        Ok(id) => return engine.image_tree(&id),
        Err(error) => error,
    };
    let Some((image, step)) = name.rsplit_once(':') else { return Err(error) };
    let Ok(step) = step.parse::<usize>() else { return Err(error) };
    let id = engine.find_image(image).map_err(|_| error)?;
    let steps = steps(engine, id);
    match step.checked_sub(1).and_then(|index| steps.get(index)) {
        Some(id) => engine.image_tree(id),
        None => {
            let message = format!("{image} has the steps 1 to {}, and not {step}", steps.len());
            Err(ApiError::new(ErrorKind::NotFound, message))
        }
    }
}

/// The images after each step of a build, its base first.
fn steps(engine: &Engine, id: Digest) -> Vec<Digest> {
    let mut steps = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        steps.push(id);
        next = engine.image(&id).and_then(|image| image.parent);
    }
    steps.reverse();
    steps
}

/// For each path of an image: the number of the layer that it comes from, 0 for the lowest.
///
/// # Errors
/// No such image; a layer that cannot be read.
pub fn origins(engine: &Engine, id: &Digest) -> Result<BTreeMap<BString, usize>, ApiError> {
    let tree = engine.image_tree(id)?;
    let chains = engine.image(id).map(|image| image.config.rootfs.chain_ids()).unwrap_or_default();
    let mut origins: BTreeMap<BString, usize> = BTreeMap::new();
    for (number, chain) in chains.iter().enumerate() {
        for change in engine.layer_changes(chain)?.changes() {
            origins.insert(change.path.clone(), number);
        }
    }
    Ok(tree
        .walk()
        .map(|visit| {
            let number = origins.get(visit.path.as_bstr()).copied().unwrap_or(0);
            (visit.path, number)
        })
        .collect())
}

/// Whether two file systems have the same at a path: kind, permissions, owner, attributes and content. Times may differ.
pub fn same_file(a: &Tree, b: &Tree, path: &BStr) -> bool {
    let at = |tree: &Tree| tree.resolve(path, Follow::No).ok().and_then(|ino| tree.inode(ino).cloned());
    let (Some(a), Some(b)) = (at(a), at(b)) else { return false };
    let seen = |inode: &Inode| {
        let meta = inode.metadata();
        (inode.file_type(), meta.mode, meta.uid, meta.gid, meta.xattrs.clone())
    };
    let same_node = match (a.node(), b.node()) {
        (Node::File(a), Node::File(b)) => a.ptr_eq(b) || (a.len() == b.len() && a.to_vec() == b.to_vec()),
        (Node::Symlink(a), Node::Symlink(b)) => a == b,
        _ => true,
    };
    same_node && seen(&a) == seen(&b)
}
