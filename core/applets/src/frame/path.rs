//! Path texts: nothing here asks the file system.

use bstr::{BStr, BString, ByteSlice};

/// The last part, trailing slashes removed; `/` of `/`, nothing of nothing (`bb_get_last_path_component_strip`).
pub fn last_part(path: &BStr) -> &BStr {
    let path = strip(path);
    if path == "/" {
        return path;
    }
    path.rfind_byte(b'/').map_or(path, |at| path[at + 1..].as_bstr())
}

/// The path without trailing slashes, but `/` stays.
pub fn strip(path: &BStr) -> &BStr {
    let trimmed = path.trim_end_with(|c| c == '/');
    if trimmed.is_empty() && !path.is_empty() { "/".into() } else { trimmed.as_bstr() }
}

/// What `dirname` prints.
pub fn parent(path: &BStr) -> &BStr {
    let stripped = path.trim_end_with(|c| c == '/');
    match stripped.rfind_byte(b'/') {
        None if stripped.is_empty() && !path.is_empty() => "/".into(),
        None => ".".into(),
        Some(at) => strip(path[..=at].as_bstr()),
    }
}

/// `directory/name` with one slash between; the name alone under an empty directory.
pub fn join(directory: &BStr, name: &BStr) -> BString {
    let slash = if directory.is_empty() || directory.ends_with(b"/") { "" } else { "/" };
    let name = if slash.is_empty() && directory.is_empty() {
        name
    } else {
        name.trim_start_with(|c| c == '/').as_bstr()
    };
    bytes!("{}{}{}", directory, slash, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_paths() {
        let parents: Vec<&BStr> =
            ["/a/b/c", "a", "/a", "/", "a/b/", "", "//a//b//"].map(|path| parent(path.into())).into();
        assert_eq!(parents, ["/a/b", ".", "/", "/", "a", ".", "//a"]);
        let lasts: Vec<&BStr> = ["/a/b/c", "a/", "/", "", "//"].map(|path| last_part(path.into())).into();
        assert_eq!(lasts, ["c", "a", "/", "", "/"]);
        assert_eq!(join("a/".into(), "b".into()), "a/b");
        assert_eq!(join("".into(), "/b".into()), "/b");
    }
}
