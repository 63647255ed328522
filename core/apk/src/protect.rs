use crate::glob::matches_path;

/// How much a file that the user may have changed is spared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// Nothing is said of it.
    Unprotected,
    /// It is no concern of an audit.
    Ignored,
    /// Changed files are kept.
    Changed,
    /// Changed files are kept; an audit looks at links alone.
    SymlinksOnly,
    /// All files are kept.
    All,
}

impl Protection {
    /// Whether files are replaced without asking.
    pub(crate) fn is_none(self) -> bool {
        matches!(self, Protection::Unprotected | Protection::Ignored)
    }
}

/// Which paths are protected, the last rule that applies winning.
#[derive(Clone, Debug)]
pub(crate) struct ProtectedPaths(Vec<(Protection, String)>);

impl Default for ProtectedPaths {
    fn default() -> Self {
        let mut paths = ProtectedPaths(Vec::new());
        ["+etc", "@etc/init.d", "!etc/apk"].into_iter().for_each(|rule| paths.add(rule));
        paths
    }
}

impl ProtectedPaths {
    /// Rules of one line each, and no others.
    pub(crate) fn of(rules: &str) -> Self {
        let mut paths = ProtectedPaths(Vec::new());
        rules.lines().for_each(|rule| paths.add(rule));
        paths
    }

    /// Adds a line of a protected paths file.
    pub(crate) fn add(&mut self, rule: &str) {
        let (protection, path) = match rule.split_at_checked(1) {
            None | Some(("#", _)) => return,
            Some(("-", path)) => (Protection::Ignored, path),
            Some(("+", path)) => (Protection::Changed, path),
            Some(("@", path)) => (Protection::SymlinksOnly, path),
            Some(("!", path)) => (Protection::All, path),
            Some(_) => (Protection::Changed, rule),
        };
        self.0.push((protection, path.trim_matches('/').to_owned()));
    }

    /// The protection of a path relative to the root, inherited from the nearest ruled ancestor.
    pub(crate) fn of_path(&self, path: &[u8]) -> Protection {
        let mut protection = Protection::Unprotected;
        for end in ancestors(path) {
            for (rule, pattern) in &self.0 {
                if matches_path(pattern.as_bytes(), &path[..end]) {
                    protection = *rule;
                }
            }
        }
        protection
    }

    /// Whether something below a directory may be protected.
    pub(crate) fn reaches_below(&self, path: &[u8]) -> bool {
        let depth = path.split(|&b| b == b'/').filter(|part| !part.is_empty()).count();
        !self.of_path(path).is_none()
            || self.0.iter().any(|(rule, pattern)| {
                let head: Vec<&str> = pattern.split('/').take(depth).collect();
                !rule.is_none()
                    && pattern.split('/').count() > depth
                    && matches_path(head.join("/").as_bytes(), path)
            })
    }
}

/// Where the path of each ancestor ends, the path itself last.
fn ancestors(path: &[u8]) -> impl Iterator<Item = usize> {
    let inner = path.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(i, _)| i);
    inner.chain(std::iter::once(path.len()))
}
