//! The digest of a layer's tar as docker 20.10 writes it from an overlay2 difference.

use bstr::{BStr, BString, ByteSlice};
use digest::{Digest, Hasher};
use std::collections::BTreeMap;
use vfs::{ChangeKind, ChangeSet, Ino, Node, Tree};

use crate::paths;

const BLOCK: usize = 512;

/// Fields of one header.
struct Header<'a> {
    name: BString,
    mode: u32,
    uid: u32,
    gid: u32,
    size: u64,
    mtime: i64,
    kind: u8,
    target: BString,
    device: (u32, u32),
    capability: Option<&'a BStr>,
}

/// SHA-256 of the layer's uncompressed tar: entries sorted, whiteouts spelled `.wh.`, two zero blocks at the end.
pub(crate) fn diff_id(changes: &ChangeSet) -> Digest {
    let mut hasher = Hasher::new();
    let mut first_names: BTreeMap<Ino, BString> = BTreeMap::new();
    for change in changes.changes().iter().filter(|change| change.path != "/") {
        let name = BString::from(&change.path[1..]);
        match change.kind {
            ChangeKind::Delete => hasher.update(headers(&whiteout(&name))),
            ChangeKind::Put { ino, .. } => put(&mut hasher, changes.source(), ino, name, &mut first_names),
        }
    }
    hasher.update([0; 2 * BLOCK]);
    hasher.finish()
}

fn whiteout(name: &BString) -> Header<'static> {
    let dir = name.rfind_byte(b'/').map_or(0, |at| at + 1);
    let name = [&name[..dir], b".wh.", &name[dir..]].concat().into();
    let target = BString::default();
    Header {
        name,
        mode: 0o600,
        uid: 0,
        gid: 0,
        size: 0,
        mtime: 0,
        kind: b'0',
        target,
        device: (0, 0),
        capability: None,
    }
}

fn put(hasher: &mut Hasher, tree: &Tree, ino: Ino, name: BString, first_names: &mut BTreeMap<Ino, BString>) {
    let (Ok(stat), Some(inode)) = (tree.stat(ino), tree.inode(ino)) else { return };
    let content = inode.content();
    let linked = first_names.get(&ino).cloned();
    let (kind, target) = match (&linked, inode.node()) {
        (Some(first), _) => (b'1', first.clone()),
        (_, Node::Symlink(target)) => (b'2', target.clone()),
        (_, Node::CharDevice(_)) => (b'3', BString::default()),
        (_, Node::BlockDevice(_)) => (b'4', BString::default()),
        (_, Node::Directory(_)) => (b'5', BString::default()),
        (_, Node::Fifo) => (b'6', BString::default()),
        (_, Node::Socket) => return,
        _ => (b'0', BString::default()),
    };
    if kind == b'0' {
        first_names.insert(ino, name.clone());
    }
    let slash = if kind == b'5' { &b"/"[..] } else { b"" };
    let content = content.filter(|_| kind == b'0');
    let header = Header {
        name: [&name[..], slash].concat().into(),
        mode: stat.st_mode(),
        uid: stat.uid,
        gid: stat.gid,
        size: content.map_or(0, vfs::Content::len),
        mtime: stat.mtime.secs(),
        kind,
        target,
        device: (stat.rdev.major, stat.rdev.minor),
        capability: inode.metadata().xattrs.get(b"security.capability"),
    };
    hasher.update(headers(&header));
    if let Some(content) = content {
        content.chunks().for_each(|chunk| hasher.update(&chunk));
        let rest = (content.len() % BLOCK as u64) as usize;
        hasher.update(&[0; BLOCK][..(BLOCK - rest) % BLOCK]);
    }
}

/// The header, after a PAX one for what USTAR cannot hold.
fn headers(header: &Header<'_>) -> Vec<u8> {
    let split = split_name(header.name.as_bstr());
    let mut records: Vec<(&str, &[u8])> = Vec::new();
    if let Some(capability) = header.capability {
        records.push(("SCHILY.xattr.security.capability", capability));
    }
    if header.target.len() > 100 || !header.target.is_ascii() {
        records.push(("linkpath", &header.target));
    }
    if split.is_none() {
        records.push(("path", &header.name));
    }
    let mut bytes = Vec::new();
    if !records.is_empty() {
        let body: Vec<u8> = records.iter().flat_map(|(key, value)| record(key, value)).collect();
        let dir = paths::parent(&header.name);
        let name = paths::join(&[&dir, b"PaxHeaders.0", paths::base(&header.name)]);
        let pax = Header {
            name: ascii(&name),
            mode: 0,
            uid: 0,
            gid: 0,
            size: body.len() as u64,
            mtime: 0,
            kind: b'x',
            target: BString::default(),
            device: (0, 0),
            capability: None,
        };
        bytes.extend(block(&pax, (b"", &pax.name)));
        let padding = (BLOCK - body.len() % BLOCK) % BLOCK;
        bytes.extend(body);
        bytes.extend(vec![0; padding]);
    }
    let cut = ascii(&header.name);
    let (prefix, name) = split.unwrap_or((b"", &cut));
    bytes.extend(block(header, (prefix, name)));
    bytes
}

/// A PAX record: its own length in decimal, key and value.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + rest.to_string().len();
    if length.to_string().len() != rest.to_string().len() {
        length = rest + length.to_string().len();
    }
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

fn ascii(name: &[u8]) -> BString {
    name.iter().copied().filter(u8::is_ascii).take(100).collect::<Vec<u8>>().into()
}

/// Prefix and name as USTAR splits a path; none if it cannot hold it.
fn split_name(name: &BStr) -> Option<(&[u8], &[u8])> {
    if !name.is_ascii() {
        return None;
    }
    if name.len() <= 100 {
        return Some((b"", name));
    }
    let limit = name.len().min(156) - usize::from(name.ends_with(b"/"));
    let at = name[..limit].rfind_byte(b'/').filter(|at| *at > 0)?;
    let (prefix, rest) = (&name[..at], &name[at + 1..]);
    (!rest.is_empty() && rest.len() <= 100 && prefix.len() <= 155).then_some((prefix, rest))
}

fn block(header: &Header<'_>, (prefix, name): (&[u8], &[u8])) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut field = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    let host_name = |id: u32| if id == 0 && header.kind != b'x' { "root" } else { "" };
    let target = ascii(&header.target);
    field(0, name);
    field(100, format!("{:07o}", header.mode).as_bytes());
    field(108, format!("{:07o}", header.uid).as_bytes());
    field(116, format!("{:07o}", header.gid).as_bytes());
    field(124, format!("{:011o}", header.size).as_bytes());
    field(136, format!("{:011o}", header.mtime.max(0)).as_bytes());
    field(148, b"        ");
    field(156, &[header.kind]);
    field(157, &target);
    field(257, b"ustar\x0000");
    field(265, host_name(header.uid).as_bytes());
    field(297, host_name(header.gid).as_bytes());
    if header.kind != b'x' {
        field(329, format!("{:07o}", header.device.0).as_bytes());
        field(337, format!("{:07o}", header.device.1).as_bytes());
    }
    field(345, prefix);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}
