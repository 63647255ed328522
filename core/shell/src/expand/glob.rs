//! Pathname expansion.

use bstr::BString;
use kernel::Process;
use pattern::{FnmatchFlags, fnmatch};
use vfs::FileType;

/// Hidden files are matched by a leading dot only.
const FLAGS: FnmatchFlags = FnmatchFlags { pathname: false, period: true, noescape: false, casefold: false };

/// The most names that one pattern may give.
const MAX_NAMES: usize = 100_000;

/// The files that a pattern matches, sorted by bytes.
pub(super) fn glob(p: &mut Process, pattern: &[u8]) -> Vec<BString> {
    if pattern.split(|byte| *byte == b'/').all(|component| literal(component).is_some()) {
        return Vec::new();
    }
    let mut found = vec![BString::default()];
    let mut rest = pattern;
    while !rest.is_empty() && !found.is_empty() {
        let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
        let end = rest[slashes..].iter().position(|byte| *byte == b'/').map_or(rest.len(), |at| slashes + at);
        let (separator, component) = rest[..end].split_at(slashes);
        let is_last = end == rest.len();
        found = extend(p, found, separator, component, is_last);
        rest = &rest[end..];
    }
    found.sort_unstable();
    found
}

/// Continues each prefix with a component of the pattern.
fn extend(
    p: &mut Process,
    prefixes: Vec<BString>,
    separator: &[u8],
    component: &[u8],
    is_last: bool,
) -> Vec<BString> {
    let mut found = Vec::new();
    for mut prefix in prefixes {
        prefix.extend_from_slice(separator);
        match literal(component) {
            Some(name) => {
                prefix.extend_from_slice(&name);
                if !is_last || p.lstat(&prefix).is_ok() || name.is_empty() && p.stat(&prefix).is_ok() {
                    found.push(prefix);
                }
            }
            None => matching(p, &prefix, component, is_last, &mut found),
        }
        if found.len() > MAX_NAMES {
            break;
        }
    }
    found
}

fn matching(p: &mut Process, prefix: &BString, component: &[u8], is_last: bool, found: &mut Vec<BString>) {
    let directory: &[u8] = if prefix.is_empty() { b"." } else { prefix };
    let Ok(entries) = p.read_dir(directory) else { return };
    let entries = entries.into_iter().map(|entry| (entry.name, entry.file_type));
    let dots = [".", ".."].map(|name| (BString::from(name), FileType::Directory));
    for (name, file_type) in dots.into_iter().chain(entries) {
        let may_continue = is_last || matches!(file_type, FileType::Directory | FileType::Symlink);
        if may_continue && fnmatch(component, &name, FLAGS) {
            let mut path = prefix.clone();
            path.extend_from_slice(&name);
            found.push(path);
        }
    }
}

/// The name that a component without pattern characters stands for.
fn literal(component: &[u8]) -> Option<BString> {
    let mut name = BString::default();
    let mut bytes = component.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return None,
            b'\\' => name.push(*bytes.next()?),
            _ => name.push(byte),
        }
    }
    Some(name)
}
