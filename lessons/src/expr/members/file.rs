//! What can be asked of a file.

use vfs::{FileType, Follow, Node, Tree};

use super::{Call, Member, Parameter, row};
use crate::expr::value::{Absent, FileValue, ImageValue, Seen, Type, Value};

const ON: Type = Type::File;
/// Bytes of a file that are looked at as text.
const MAX_TEXT: usize = 1 << 20;

pub(super) const ROWS: &[Member] = &[
    row(ON, "exists", &[], Type::Bool, "whether it is there", |call| {
        Ok(Seen::new(of(call)?.inode.is_some(), call.from))
    }),
    row(ON, "kind", &[], Type::Text, "file, directory, link, device, pipe or socket", |call| {
        Ok(Seen::new(kind(inode(call)?.file_type()), call.from))
    }),
    row(ON, "mode", &[], Type::Text, "its permission bits, four octal digits", |call| {
        Ok(Seen::new(format!("{:04o}", inode(call)?.metadata().mode.bits()), call.from))
    }),
    row(
        ON,
        "owner",
        &[],
        Type::Text,
        "user and group, by name where /etc/passwd and /etc/group have one",
        owner,
    ),
    row(ON, "uid", &[], Type::Int, "the number of its user", |call| {
        Ok(Seen::new(u64::from(inode(call)?.metadata().uid), call.from))
    }),
    row(ON, "gid", &[], Type::Int, "the number of its group", |call| {
        Ok(Seen::new(u64::from(inode(call)?.metadata().gid), call.from))
    }),
    row(ON, "size", &[], Type::Int, "its bytes", |call| {
        Ok(Seen::new(inode(call)?.content().map_or(0, vfs::Content::len), call.from))
    }),
    row(ON, "text", &[], Type::Text, "its content", |call| Ok(Seen::new(text(call)?, call.from))),
    row(ON, "lines", &[], Type::Texts, "the lines of its content", |call| {
        let lines: Vec<String> = text(call)?.lines().map(str::to_owned).collect();
        Ok(Seen::new(lines, call.from))
    }),
    row(ON, "sha256", &[], Type::Text, "the SHA-256 of its content, 64 digits", |call| {
        let mut hasher = digest::Hasher::new();
        for chunk in inode(call)?.content().iter().flat_map(|content| content.chunks()) {
            hasher.update(&chunk);
        }
        Ok(Seen::new(hasher.finish().hex(), call.from))
    }),
    row(ON, "target", &[], Type::Text, "where a link leads; links are not followed for this", target),
    row(ON, "layer", &[], Type::Layer, "the layer of the image that it comes from", layer),
    row(ON, "file", &[Parameter::text("name")], Type::File, "a file below a directory", |call| {
        let file = of(call)?;
        let path = format!("{}/{}", file.path, call.text(0));
        Ok(at(file.tree.clone(), &path, file.image.as_ref(), call.from))
    }),
    row(ON, "names", &[], Type::Texts, "the names in a directory, sorted", names),
];

/// A path of a tree as a value.
pub(super) fn at(tree: Tree, path: &str, image: Option<&ImageValue>, from: &str) -> Seen {
    let inode = tree.resolve(path, Follow::Yes).ok().and_then(|ino| tree.inode(ino).cloned());
    let from = format!("{path} in {from}");
    Seen::new(Value::File(FileValue { path: path.to_owned(), tree, inode, image: image.cloned() }), from)
}

fn of<'c>(call: &Call<'c>) -> Result<&'c FileValue, Absent> {
    match call.on {
        Value::File(file) => Ok(file),
        _ => Err(call.impossible()),
    }
}

fn inode<'c>(call: &Call<'c>) -> Result<&'c vfs::Inode, Absent> {
    let file = of(call)?;
    file.inode.as_ref().ok_or_else(|| Absent::new(format!("{} does not exist", file.path), call.from))
}

fn text(call: &Call<'_>) -> Result<String, Absent> {
    let bytes = inode(call)?.content().map(|content| content.read(0, MAX_TEXT)).unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn kind(file_type: FileType) -> &'static str {
    match file_type {
        FileType::Regular => "file",
        FileType::Directory => "directory",
        FileType::Symlink => "link",
        FileType::CharDevice | FileType::BlockDevice => "device",
        FileType::Fifo => "pipe",
        FileType::Socket => "socket",
    }
}

fn owner(call: &Call<'_>) -> Result<Seen, Absent> {
    let metadata = inode(call)?.metadata();
    let tree = &of(call)?.tree;
    let name = |database: &str, id: u32| {
        let text = tree.read_file(database).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let named = |line: &&str| line.split(':').nth(2) == Some(&id.to_string());
        let line = text.lines().find(named);
        line.and_then(|line| line.split(':').next()).map_or_else(|| id.to_string(), str::to_owned)
    };
    let owner = format!("{}:{}", name("/etc/passwd", metadata.uid), name("/etc/group", metadata.gid));
    Ok(Seen::new(owner, call.from))
}

fn target(call: &Call<'_>) -> Result<Seen, Absent> {
    let file = of(call)?;
    let found = file.tree.resolve(&file.path, Follow::No).ok().and_then(|ino| file.tree.inode(ino));
    match found.map(vfs::Inode::node) {
        Some(Node::Symlink(target)) => Ok(Seen::new(target.to_string(), call.from)),
        Some(_) => Err(Absent::new(format!("{} is no link", file.path), call.from)),
        None => Err(Absent::new(format!("{} does not exist", file.path), call.from)),
    }
}

fn layer(call: &Call<'_>) -> Result<Seen, Absent> {
    inode(call)?;
    let file = of(call)?;
    let Some(image) = &file.image else {
        return Err(Absent::new(format!("{} is in no image", file.path), call.from));
    };
    let number = call.scene.origin(image, &file.path)?;
    match call.scene.layers(image)?.into_iter().nth(number) {
        Some(layer) => Ok(Seen::new(Value::Layer(layer), call.from)),
        None => Err(Absent::new("the image has no layers", call.from)),
    }
}

fn names(call: &Call<'_>) -> Result<Seen, Absent> {
    match inode(call)?.node() {
        Node::Directory(directory) => {
            let names: Vec<String> = directory.iter().map(|(name, _)| name.to_string()).collect();
            Ok(Seen::new(names, call.from))
        }
        _ => Err(Absent::new(format!("{} is no directory", of(call)?.path), call.from)),
    }
}
