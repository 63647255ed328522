//! Paths as Go's `path` package treats them: by text alone, without a file system.

use bstr::BString;

/// The shortest equal path: `.` and doubled slashes gone, `..` resolved by text, no final slash; `.` for the empty one.
pub(crate) fn clean(path: impl AsRef<[u8]>) -> BString {
    let path = path.as_ref();
    let rooted = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(last) if *last != b".." => drop(parts.pop()),
                _ if rooted => {}
                _ => parts.push(part),
            },
            part => parts.push(part),
        }
    }
    let text = parts.join(&b'/');
    match (rooted, text.is_empty()) {
        (true, _) => BString::from([b"/", &text[..]].concat()),
        (false, true) => BString::from("."),
        (false, false) => BString::from(text),
    }
}

/// The parts joined with slashes and cleaned; empty parts are left out.
pub(crate) fn join(parts: &[&[u8]]) -> BString {
    let filled: Vec<&[u8]> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if filled.is_empty() { BString::default() } else { clean(filled.join(&b'/')) }
}

/// The last component; `.` of the empty path, `/` of the root.
pub(crate) fn base(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
    let trimmed = &path[..end];
    match (trimmed.rsplit(|byte| *byte == b'/').next(), path) {
        (_, b"") => b".",
        (Some(b"") | None, _) => b"/",
        (Some(name), _) => name,
    }
}

/// All but the last component, cleaned.
pub(crate) fn parent(path: &[u8]) -> BString {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => clean(&path[..=at]),
        None => BString::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::{base, clean, join, parent};

    #[test]
    fn as_go_does_it() {
        let cases = [
            ("", "."),
            ("/", "/"),
            ("/x/y/../z/", "/x/z"),
            ("a/../../x", "../x"),
            ("/..", "/"),
            ("./a//b/.", "a/b"),
        ];
        for (path, cleaned) in cases {
            assert_eq!(clean(path), cleaned, "{path}");
        }
        assert_eq!(join(&[b"/", b"a", b"./b/../c"]), "/a/c");
        assert_eq!((base(b"a/b/"), base(b""), base(b"/")), (&b"b"[..], &b"."[..], &b"/"[..]));
        assert_eq!((parent(b"/a/b"), parent(b"/a"), parent(b"a")), ("/a".into(), "/".into(), ".".into()));
    }
}
