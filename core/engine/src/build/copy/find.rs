use bstr::{BStr, BString, ByteSlice};
use pattern::filepath_match;
use vfs::{Follow, Ino, Tree};

use super::checksum::{directory_checksum, file_checksum};
use crate::paths;

/// Where the files of a COPY come from; it decides the checksum and the error texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The build context, which came as a tar stream.
    Context,
    /// The file system of an image or an earlier stage.
    Image,
}

/// A file system to copy from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Its files.
    pub(crate) tree: &'a Tree,
    /// What it is.
    pub(crate) origin: Origin,
}

/// One file or directory to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path in the source as it was asked for: its last component names the copy.
    pub(crate) path: BString,
    /// The inode, links followed.
    pub(crate) ino: Ino,
    /// `file:<hex>` or `dir:<hex>`.
    pub(crate) checksum: String,
    /// For explanations: what each file's content and metadata hash to.
    pub(crate) parts: Vec<(BString, String)>,
}

impl<'a> Source<'a> {
    /// What a path names, in order; errors are docker's words after `COPY failed: `. A pattern may name nothing.
    pub(crate) fn find(&self, path: &str) -> Result<Vec<Found>, String> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        if has_wildcards(path) {
            return self.matching(path);
        }
        Ok(vec![self.one(path.as_bytes().as_bstr())?])
    }

    /// A pattern that matches nothing, or is none, gives nothing: that is no error here.
    fn matching(&self, pattern: &str) -> Result<Vec<Found>, String> {
        let mut all = Vec::new();
        for visit in self.tree.walk().skip(1) {
            let relative = visit.path[1..].as_bstr();
            if filepath_match(pattern, &relative.to_str_lossy()) == Ok(true) {
                all.push(self.one(relative)?);
            }
        }
        Ok(all)
    }

    /// The file or directory of a path as it stands.
    pub(crate) fn one(&self, path: &BStr) -> Result<Found, String> {
        let cleaned = paths::clean(path);
        if cleaned == ".." || cleaned.starts_with(b"../") {
            return Err(format!("forbidden path outside the build context: {path} ()"));
        }
        let absolute = paths::join(&[b"/", &cleaned]);
        let missing = match self.origin {
            Origin::Context => "file not found in build context or excluded by .dockerignore: ",
            Origin::Image => "",
        };
        let ino = self
            .tree
            .resolve(&absolute, Follow::Yes)
            .map_err(|_| format!("{missing}stat {path}: file does not exist"))?;
        let is_dir = self.tree.inode(ino).is_some_and(|inode| inode.is_dir());
        let (checksum, parts) = if is_dir {
            directory_checksum(self, ino)
        } else {
            let sum = file_checksum(self, absolute.as_bstr());
            (format!("file:{sum}"), vec![(BString::from(path), sum)])
        };
        Ok(Found { path: BString::from(path), ino, checksum, parts })
    }
}

/// Whether docker treats `path` as a pattern: `*`, `?` or `[` that is not escaped.
fn has_wildcards(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'*' | b'?' | b'[' => return true,
            _ => {}
        }
    }
    false
}
