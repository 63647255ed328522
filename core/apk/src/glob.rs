//! Names and paths against shell patterns.

use pattern::{FnmatchFlags, fnmatch};

/// Whether a name matches a pattern, letters of either case alike.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let flags = FnmatchFlags { casefold: true, ..FnmatchFlags::default() };
    fnmatch(pattern.as_bytes(), name.as_bytes(), flags)
}

/// Whether a path matches a pattern whose wildcards stay within a component.
pub(crate) fn matches_path(pattern: &[u8], path: &[u8]) -> bool {
    fnmatch(pattern, path, FnmatchFlags { pathname: true, ..FnmatchFlags::default() })
}
