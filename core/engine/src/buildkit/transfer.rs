//! What the client sends over, and how many bytes that takes.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use pattern::ignore::PatternMatcher;
use vfs::{FileType, Follow, Tree};

/// The part of a folder that a build needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    /// Paths and patterns without slash at the beginning; none for the whole folder.
    paths: Option<Vec<BString>>,
}

/// Length of the pieces in which content travels.
const CHUNK: u64 = 32 * 1024;

/// What is known of a file that was sent before: enough to see whether it has changed.
pub(super) type Sent = im::OrdMap<BString, (u32, u64, i64)>;

impl Selection {
    /// Nothing yet.
    pub(super) fn nothing() -> Self {
        Selection { paths: Some(Vec::new()) }
    }

    /// The whole folder.
    pub(super) fn everything() -> Self {
        Selection { paths: None }
    }

    /// Also what `path` names, links in it followed.
    pub(super) fn add(&mut self, tree: &Tree, path: &str) {
        let path = crate::paths::clean(format!("/{path}"));
        if path == "/" {
            self.paths = None;
        }
        if let Some(paths) = &mut self.paths {
            paths.extend(followed(tree, BString::from(&path[1..])));
        }
    }

    /// Patterns with `**`, which stands for any number of directories here.
    fn deep_patterns(&self) -> PatternMatcher {
        let deep = self.paths.iter().flatten().filter(|path| path.contains_str("**"));
        PatternMatcher::new(&deep.map(ToString::to_string).collect::<Vec<_>>()).unwrap_or_default()
    }

    fn takes(&self, path: &BStr, deep: &PatternMatcher) -> bool {
        let Some(paths) = &self.paths else { return true };
        paths.iter().any(|pattern| is_within(pattern.as_bstr(), path))
            || deep.matches(&path.to_str_lossy()).unwrap_or(false)
    }

    /// The files of `tree` that are sent: those selected and the directories above them.
    fn sent<'t>(&self, tree: &'t Tree) -> Vec<vfs::Visit<'t>> {
        let mut kept: Vec<vfs::Visit<'t>> = Vec::new();
        let mut above: Vec<vfs::Visit<'t>> = Vec::new();
        let deep = self.deep_patterns();
        for visit in tree.walk().skip(1) {
            let path = BString::from(&visit.path[1..]);
            above.retain(|dir| visit.path.starts_with(&[&dir.path[..], b"/"].concat()));
            if self.takes(path.as_bstr(), &deep) {
                kept.append(&mut above);
                kept.push(visit);
            } else if visit.inode.is_dir() {
                above.push(visit);
            }
        }
        kept
    }
}

/// Whether `path` matches the pattern, or lies below a path that does.
fn is_within(pattern: &BStr, path: &BStr) -> bool {
    let depth = pattern.split_str("/").count();
    let head: Vec<&[u8]> = path.split_str("/").take(depth).collect();
    if head.len() < depth {
        return false;
    }
    let head = head.join(&b'/');
    head.as_bstr() == pattern
        || pattern::filepath_match(&pattern.to_str_lossy(), &head.to_str_lossy()).unwrap_or(false)
}

/// The path, and where links on its way lead.
fn followed(tree: &Tree, path: BString) -> Vec<BString> {
    let mut all = vec![path.clone()];
    let mut pending = vec![path];
    while let Some(path) = pending.pop() {
        let ends = path.find_iter("/").chain([path.len()]).collect::<Vec<_>>();
        for end in ends {
            let Ok(ino) = tree.resolve([b"/", &path[..end]].concat(), Follow::No) else { break };
            let Ok(target) = tree.read_link(ino) else { continue };
            let above = crate::paths::parent(&[b"/", &path[..end]].concat());
            let rest = &path[end..];
            let full = match target.first() {
                Some(b'/') => [target.as_bytes(), rest].concat(),
                _ => [&above[..], b"/", target, rest].concat(),
            };
            let full = crate::paths::clean(full);
            let link = BString::from(&path[..end]);
            let next = BString::from(full.strip_prefix(b"/").unwrap_or(&full));
            all.push(link);
            if !all.contains(&next) {
                all.push(next.clone());
                pending.push(next);
            }
            break;
        }
    }
    all
}

/// Bytes of the protocol for sending the selected files, content only of those that `known` does not have; and what is
/// known then. The messages are those of fsutil: a packet for each entry, one for each piece of content, one at its end.
pub(super) fn wire_bytes(tree: &Tree, selection: &Selection, known: &Sent) -> (u64, Sent) {
    let mut bytes = 2;
    let mut sent = Sent::new();
    let mut first_names = BTreeMap::new();
    for (number, visit) in selection.sent(tree).into_iter().enumerate() {
        let Ok(stat) = tree.stat(visit.ino) else { continue };
        let path = BString::from(&visit.path[1..]);
        let kind = match stat.file_type {
            FileType::Directory => 1 << 31,
            FileType::Symlink => 1 << 27,
            _ => 0,
        };
        let mode = go_mode(stat.mode.bits()) | kind;
        let size = if stat.file_type == FileType::Directory { 0 } else { stat.size };
        let link = match tree.read_link(visit.ino) {
            Ok(target) => target.to_owned(),
            Err(_) => first_names.get(&visit.ino).cloned().unwrap_or_default(),
        };
        let nanos = stat.mtime.0;
        let fields = field(path.len() as u64)
            + 1
            + varint(u64::from(mode))
            + (if size > 0 { 1 + varint(size) } else { 0 })
            + 1
            + varint(nanos as u64)
            + (if link.is_empty() { 0 } else { field(link.len() as u64) });
        bytes += 1 + varint(fields) + fields;
        let is_content = stat.file_type == FileType::Regular && link.is_empty();
        if is_content && stat.nlink > 1 {
            first_names.insert(visit.ino, path.clone());
        }
        let facts = (mode, size, nanos);
        if is_content && known.get(&path) != Some(&facts) {
            bytes += content_bytes(number as u64, size);
        }
        sent.insert(path, facts);
    }
    (bytes, sent)
}

/// Bytes of the entries and their content alone: what the daemon counts when it writes to the client.
pub(super) fn copied_bytes(tree: &Tree, selection: &Selection) -> u64 {
    let (whole, sent) = wire_bytes(tree, selection, &Sent::new());
    let files = sent.iter().enumerate().filter(|(_, (_, facts))| facts.0 & (1 << 31 | 1 << 27) == 0);
    let ends: u64 =
        files.map(|(number, _)| 2 + if number == 0 { 0 } else { 1 + varint(number as u64) }).sum();
    whole.saturating_sub(ends + 2)
}

/// Permissions as Go numbers them, which has setuid and its like elsewhere than Unix.
fn go_mode(bits: u32) -> u32 {
    let moved = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)];
    let special: u32 = moved.iter().filter(|(unix, _)| bits & unix != 0).map(|(_, go)| go).sum();
    bits & 0o777 | special
}

fn content_bytes(number: u64, size: u64) -> u64 {
    let id = if number == 0 { 0 } else { 1 + varint(number) };
    let whole = size / CHUNK;
    let rest = size % CHUNK;
    let piece = |length: u64| 2 + id + field(length);
    whole * piece(CHUNK) + if rest > 0 { piece(rest) } else { 0 } + 2 + id
}

/// A field of bytes: its number, its length, itself.
fn field(length: u64) -> u64 {
    1 + varint(length) + length
}

/// Length of a protobuf varint.
fn varint(value: u64) -> u64 {
    u64::from((64 - value.max(1).leading_zeros()).div_ceil(7))
}
