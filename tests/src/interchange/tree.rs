use std::{collections::BTreeMap, fs, path::Path};

use bstr::ByteSlice;
use vfs::{FileType, Node, Tree, archive::read_tree};

/// What docker puts into every container, and what a runtime mounts over.
const MOUNTED: [&str; 9] = [
    "/.dockerenv",
    "/dev",
    "/proc",
    "/sys",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/mtab",
    "/etc/resolv.conf",
    "/data",
];

/// The files of a tar, a line for each.
pub(super) fn of_tar(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let tree = read_tree(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(listing(&tree))
}

/// Kind, mode, owner, size, time, digest or target or device, attributes and the first of its names, of every file.
/// Directories' times are left out where docker's own files touch them.
fn listing(tree: &Tree) -> String {
    let mut firsts = BTreeMap::new();
    let mut lines = String::new();
    for visit in tree.walk().skip(1) {
        let path = visit.path.to_str_lossy();
        let is_mounted = |place: &&str| {
            path.strip_prefix(*place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if MOUNTED.iter().any(is_mounted) {
            continue;
        }
        let Ok(stat) = tree.stat(visit.ino) else { continue };
        let first = firsts.entry(visit.ino).or_insert_with(|| path.clone().into_owned()).clone();
        let what = match visit.inode.node() {
            Node::File(content) => format!("{} {}", content.len(), digest::sha256(content.to_vec()).short()),
            Node::Symlink(target) => format!("-> {target}"),
            Node::CharDevice(device) | Node::BlockDevice(device) => {
                format!("{}, {}", device.major, device.minor)
            }
            _ => String::new(),
        };
        let xattrs: String =
            visit.inode.metadata().xattrs.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
        let time = if path == "/etc" { 0 } else { stat.mtime.secs() };
        lines += &format!(
            "{}{:o} {}:{} {time} {path} {what}{xattrs}",
            stat.file_type.letter(),
            stat.mode.bits(),
            stat.uid,
            stat.gid
        );
        lines += &if first != path && stat.file_type == FileType::Regular {
            format!(" is {first}\n")
        } else {
            "\n".to_owned()
        };
    }
    lines
}
