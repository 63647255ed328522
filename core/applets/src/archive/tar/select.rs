//! Which entries are meant.

use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};
use pattern::{FnmatchFlags, fnmatch};

use crate::frame::path;

/// The names that were given, and the patterns that are excluded.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) accept: Vec<BString>,
    pub(super) reject: Vec<BString>,
    passed: BTreeSet<BString>,
}

impl Selection {
    /// Slashes at the end of the accepted names do not count.
    pub(super) fn new(accept: &[BString], reject: Vec<BString>) -> Self {
        let accept = accept.iter().map(|name| path::strip(name.as_bstr()).to_owned()).collect();
        Self { accept, reject, passed: BTreeSet::new() }
    }

    /// Whether an entry of an archive is taken; it is remembered.
    pub(super) fn takes(&mut self, name: &BStr) -> bool {
        if self.reject.iter().any(|pattern| begins(pattern.as_bstr(), name)) {
            return false;
        }
        let taken =
            self.accept.is_empty() || self.accept.iter().any(|pattern| begins(pattern.as_bstr(), name));
        if taken {
            self.passed.insert(path::strip(name).to_owned());
        }
        taken
    }

    /// The accepted names that are the name of no entry; what is excluded is not missed.
    pub(super) fn missing(&self) -> Vec<BString> {
        let missed = |name: &&BString| {
            let rejected = self.reject.iter().any(|pattern| begins(pattern.as_bstr(), name.as_bstr()));
            !rejected && !self.passed.contains(*name)
        };
        self.accept.iter().filter(missed).cloned().collect()
    }

    /// Whether a file is left out of a new archive: a pattern matches the path, or what follows one of its slashes, or
    /// leading components of these.
    pub(super) fn leaves_out(&self, file: &BStr) -> bool {
        self.reject.iter().any(|pattern| {
            let absolute = pattern.starts_with(b"/");
            let starts = file.find_iter("/").map(|at| at + 1).filter(|_| !absolute);
            std::iter::once(0).chain(starts).any(|at| matches_leading(pattern.as_bstr(), &file[at..]))
        })
    }
}

/// A pattern against as many leading components of the name as it has itself; a star matches slashes too.
fn begins(pattern: &BStr, name: &BStr) -> bool {
    let slashes = pattern.find_iter("/").count();
    let end = name.find_iter("/").nth(slashes).unwrap_or(name.len());
    fnmatch(pattern, &name[..end], FnmatchFlags::default())
}

/// `fnmatch` with `FNM_PATHNAME | FNM_LEADING_DIR`.
fn matches_leading(pattern: &BStr, name: &[u8]) -> bool {
    let flags = FnmatchFlags { pathname: true, ..FnmatchFlags::default() };
    let ends = name.find_iter("/").chain(std::iter::once(name.len()));
    ends.into_iter().any(|end| fnmatch(pattern, &name[..end], flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_taken_by_their_leading_parts() {
        let takes = |accept: &str, name: &str| Selection::new(&[accept.into()], vec![]).takes(name.into());
        assert!(takes("d/e/", "d/e/g") && takes("d/*", "d/f") && takes("d", "d/e/"));
        assert!(!takes("f", "d/f") && !takes("./d/f", "d/f"));
    }

    #[test]
    fn files_are_left_out_by_any_part() {
        let out = |reject: &str, file: &str| Selection::new(&[], vec![reject.into()]).leaves_out(file.into());
        assert!(out("g", "d/e/g") && out("e", "d/e/g") && out("d/e", "./d/e") && out("d/e/*", "d/e/g"));
        assert!(!out("./d/e", "d/e") && !out("d/e/", "d/e") && !out("/f", "d/f"));
    }
}
