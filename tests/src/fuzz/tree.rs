//! What a case leaves in its working directory, one line for each file, on both sides in the same form.

use std::{fs, io::Read, os::unix::fs::MetadataExt, path::Path};

use flate2::read::GzDecoder;
use vfs::{Follow, Node, Tree};

/// What a file of gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Bytes that are looked at of what is unpacked.
const MOST: u64 = 1 << 20;

/// Where the cases run.
pub(super) const FOLDER: &str = "/w";

pub(super) fn of_machine(tree: &Tree) -> String {
    let Ok(top) = tree.resolve(FOLDER, Follow::Yes) else { return "gone".to_owned() };
    let mut lines = Vec::new();
    for visit in tree.walk_from(top, "") {
        if visit.path.is_empty() {
            continue;
        }
        let inode = visit.inode;
        let rest = match inode.node() {
            Node::Directory(_) => "directory".to_owned(),
            Node::File(_) => content(&tree.read(visit.ino, 0, usize::MAX >> 1).unwrap_or_default()),
            Node::Symlink(target) => format!("-> {}", lossy(target)),
            _ => "special".to_owned(),
        };
        lines.push(line(&lossy(&visit.path), inode.metadata().mode.bits(), &rest));
    }
    lines.sort();
    lines.concat()
}

pub(super) fn of_folder(top: &Path) -> String {
    let mut lines = Vec::new();
    collect(top, "", &mut lines);
    lines.sort();
    lines.concat()
}

fn collect(folder: &Path, prefix: &str, lines: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(metadata) = path.symlink_metadata() else { continue };
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        let rest = if metadata.is_dir() {
            "directory".to_owned()
        } else if metadata.is_symlink() {
            format!("-> {}", fs::read_link(&path).unwrap_or_default().to_string_lossy())
        } else if metadata.is_file() {
            content(&fs::read(&path).unwrap_or_default())
        } else {
            "special".to_owned()
        };
        lines.push(line(&name, metadata.mode() & 0o7777, &rest));
        if metadata.is_dir() {
            collect(&path, &name, lines);
        }
    }
}

/// What a file holds. What gzip packed counts, not how well it did. In tar archives the times, and the checksums with them,
/// are those of another clock.
fn content(bytes: &[u8]) -> String {
    let mut unpacked = Vec::new();
    if bytes.starts_with(&GZIP) && GzDecoder::new(bytes).take(MOST).read_to_end(&mut unpacked).is_ok() {
        return format!("gzip of {}", content(&unpacked));
    }
    let mut bytes = bytes.to_vec();
    for block in bytes.chunks_exact_mut(512).filter(|block| block[257..262] == *b"ustar") {
        block[136..156].fill(b'?');
    }
    format!("{:?}", lossy(&bytes))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn line(path: &str, mode: u32, rest: &str) -> String {
    let mode = if rest.starts_with("-> ") { 0o777 } else { mode };
    format!("{path} {mode:04o} {rest}\n")
}
