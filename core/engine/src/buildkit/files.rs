//! Writing files into a tree as BuildKit's copy does.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use pattern::ignore::PatternMatcher;
use vfs::{Content, Errno, Follow, Ino, Metadata, Node, Time, Tree};

use super::ops::copy::{CopyFailure, excluded};
use crate::build::Refusal;
use crate::containers::owner_of;
use crate::paths;

/// `--chown` once it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    /// Looks `user[:group]` up in a tree. What cannot be found or read is root, as BuildKit has it; a group that cannot
    /// be found leaves the user's own.
    pub(super) fn parse(tree: &Tree, spec: &str) -> Self {
        let mut parts = spec.splitn(3, ':');
        let (user, group, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if more.is_some() {
            return Owner { uid: 0, gid: 0 };
        }
        let (uid, gid) = owner_of(tree, user, group.unwrap_or_default());
        Owner { uid, gid }
    }
}

/// `--chmod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// An octal number.
    Octal(u32),
    /// Symbolic clauses, as given.
    Symbolic(String),
}

impl Mode {
    /// The permission bits of a file that had `bits`.
    fn apply(&self, bits: u32, is_dir: bool) -> u32 {
        match self {
            Mode::Octal(mode) => *mode,
            Mode::Symbolic(text) => text.split(',').fold(bits, |bits, clause| symbolic(clause, bits, is_dir)),
        }
    }

    /// Whether a word is a mode.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(mode) = u32::from_str_radix(text, 8) {
            return (mode <= 0o7777).then_some(Mode::Octal(mode));
        }
        let is_clause = |clause: &str| {
            let rest = clause.trim_start_matches(['u', 'g', 'o', 'a']);
            let mut letters = rest.chars();
            matches!(letters.next(), Some('+' | '-' | '='))
                && letters.all(|letter| "rwxXstugo".contains(letter))
        };
        (!text.is_empty() && text.split(',').all(is_clause)).then(|| Mode::Symbolic(text.to_owned()))
    }
}

/// One clause such as `u=rwX`.
fn symbolic(clause: &str, bits: u32, is_dir: bool) -> u32 {
    let at = clause.find(['+', '-', '=']).unwrap_or(clause.len());
    let (who, rest) = clause.split_at(at);
    let (sign, letters) = rest.split_at(rest.len().min(1));
    let all = who.is_empty() || who.contains('a');
    let mut mask = 0;
    for (letter, shift) in [('u', 6), ('g', 3), ('o', 0)] {
        if all || who.contains(letter) {
            mask |= 0o7 << shift;
        }
    }
    let mut value = 0;
    for letter in letters.chars() {
        value |= match letter {
            'r' => 0o444 & mask,
            'w' => 0o222 & mask,
            'x' => 0o111 & mask,
            'X' if is_dir || bits & 0o111 != 0 => 0o111 & mask,
            's' => {
                (if mask & 0o700 != 0 { 0o4000 } else { 0 }) | (if mask & 0o070 != 0 { 0o2000 } else { 0 })
            }
            't' => 0o1000,
            _ => 0,
        };
    }
    match sign {
        "+" => bits | value,
        "-" => bits & !value,
        _ => bits & !mask | value,
    }
}

/// A tree that is being written to, and how.
pub(super) struct Writer {
    /// The tree.
    pub(super) tree: Tree,
    /// Who owns what is written; none keeps the source's owner.
    pub(super) owner: Option<Owner>,
    /// Which mode it gets; none keeps the source's.
    pub(super) mode: Option<Mode>,
    /// When it is written.
    pub(super) now: Time,
    /// Whether the directory that is copied gives its own metadata to the destination, as BuildKit does today.
    pub(super) takes_top: bool,
}

impl Writer {
    /// Whether a path is a directory, links followed.
    pub(super) fn is_directory(&self, path: &BStr) -> bool {
        self.tree.get(paths::clean(path)).is_some_and(|inode| inode.is_dir())
    }

    /// Makes the directories of a path that are missing; links in it are followed.
    pub(super) fn directories(&mut self, path: &BStr) -> Result<Ino, CopyFailure> {
        let mut at = self.tree.root();
        let mut known = BString::from("/");
        let path = paths::clean(path);
        let mut parts = path.split_str("/").filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let next = paths::join(&[&known, part]);
            at = match self.tree.resolve(&next, Follow::Yes) {
                Ok(ino) => ino,
                Err(Errno::ENOENT) => self.made(at, part, Metadata::new(0o755, self.now))?,
                Err(errno) => return Err(refused(&next, errno)),
            };
            if !self.tree.inode(at).is_some_and(|inode| inode.is_dir()) {
                let below = parts.peek().map(|part| paths::join(&[&next, part]));
                return Err(CopyFailure::NotDirectory(next, below));
            }
            known = self.tree.path_of(at).unwrap_or(next);
        }
        Ok(at)
    }

    fn made(&mut self, dir: Ino, name: &[u8], meta: Metadata) -> Result<Ino, CopyFailure> {
        let meta = self.owned(meta, true, true);
        let made = match self.tree.lookup(dir, name) {
            // A link that leads nowhere.
            Ok(link) => {
                let target = self.tree.read_link(link).map(ToOwned::to_owned);
                let target = target.map_err(|errno| refused(name, errno))?;
                let above = self.tree.path_of(dir).unwrap_or_default();
                let full = if target.starts_with(b"/") { target } else { paths::join(&[&above, &target]) };
                return self.directories(full.as_bstr());
            }
            Err(_) => self.tree.create(dir, name, Node::directory(), meta, self.now),
        };
        made.map_err(|errno| refused(name, errno))
    }

    /// Metadata with the owner and mode of this copy.
    fn owned(&self, mut meta: Metadata, is_dir: bool, is_made: bool) -> Metadata {
        if let Some(owner) = self.owner {
            (meta.uid, meta.gid) = (owner.uid, owner.gid);
        } else if is_made {
            (meta.uid, meta.gid) = (0, 0);
        }
        if let Some(mode) = &self.mode {
            let bits = mode.apply(meta.mode.bits(), is_dir);
            meta.mode = vfs::Mode::new(bits);
        }
        meta
    }

    /// Copies a file, link or device to `path`. Nothing but a file can be replaced.
    pub(super) fn file(&mut self, source: &Tree, ino: Ino, path: &BStr) -> Result<(), CopyFailure> {
        let dir = self.directories(paths::parent(path).as_bstr())?;
        self.entry(source, ino, dir, paths::base(path)).map(drop)
    }

    fn entry(&mut self, source: &Tree, ino: Ino, dir: Ino, name: &[u8]) -> Result<Ino, CopyFailure> {
        let inode = source.inode(ino).ok_or_else(|| refused(name, Errno::ENOENT))?;
        if let Ok(existing) = self.tree.lookup(dir, name) {
            let path = paths::join(&[&self.tree.path_of(dir).unwrap_or_default(), name]);
            if self.tree.inode(existing).is_some_and(|inode| inode.is_dir()) {
                return Err(CopyFailure::OverDirectory(path));
            }
            self.tree.remove_tree(dir, name, self.now).map_err(|errno| refused(&path, errno))?;
        }
        let is_link = matches!(inode.node(), Node::Symlink(_));
        let mut meta = inode.metadata().clone();
        if is_link {
            let mode = meta.mode;
            meta = self.owned(meta, false, false);
            meta.mode = mode;
        } else {
            meta = self.owned(meta, false, false);
        }
        let made = self.tree.create(dir, name, inode.node().clone(), meta.clone(), self.now);
        let made = made.map_err(|errno| refused(name, errno))?;
        self.tree.set_metadata(made, meta).map_err(|errno| refused(name, errno))?;
        Ok(made)
    }

    /// Makes a directory like one of the source, unless it is there.
    pub(super) fn make_like(&mut self, source: &Tree, ino: Ino, path: &BStr) -> Result<(), CopyFailure> {
        if self.is_directory(path) {
            return Ok(());
        }
        let dir = self.directories(paths::parent(path).as_bstr())?;
        let mut meta = Metadata::new(0o755, self.now);
        if let Some(inode) = source.inode(ino) {
            meta = inode.metadata().clone();
        }
        let meta = self.owned(meta, true, false);
        let name = paths::base(path);
        let made = self.tree.create(dir, name, Node::directory(), meta, self.now);
        made.map(drop).map_err(|errno| refused(path, errno))
    }

    /// Copies what is in a directory into the one at `path`, which is made if it is missing. Patterns of `exclude` are about
    /// paths that begin with `prefix`.
    pub(super) fn directory(
        &mut self,
        source: &Tree,
        from: Ino,
        path: &BStr,
        exclude: Option<&PatternMatcher>,
        prefix: &BStr,
    ) -> Result<(), CopyFailure> {
        let existed = self.is_directory(path);
        let top = self.directories(path).map_err(|failure| match failure {
            CopyFailure::NotDirectory(at, None) => CopyFailure::OverFile(at),
            other => other,
        })?;
        let mut links = BTreeMap::new();
        let mut finished: Vec<(Ino, Metadata)> = Vec::new();
        let mut pending = vec![(from, top, prefix.to_owned())];
        while let Some((original, copy, at)) = pending.pop() {
            for (name, ino) in source.entries(original) {
                let path = paths::join(&[&at, name]);
                let Some(inode) = source.inode(ino) else { continue };
                let left_out = excluded(exclude, &path[1..], inode.is_dir());
                if inode.is_dir() {
                    if left_out && !exclude.is_some_and(PatternMatcher::exclusions) {
                        continue;
                    }
                    let (made, is_new) = self.subdirectory(source, ino, copy, name)?;
                    if is_new {
                        finished.push((made, self.owned(inode.metadata().clone(), true, false)));
                    }
                    pending.push((ino, made, path));
                } else if !left_out {
                    self.linked_entry(source, ino, copy, name, &mut links)?;
                }
            }
        }
        if self.takes_top
            && from != source.root()
            && let Some(inode) = source.inode(from)
        {
            let mut meta = self.owned(inode.metadata().clone(), true, false);
            if existed && let Some(known) = self.tree.inode(top) {
                meta = Metadata { mtime: meta.mtime, ..known.metadata().clone() };
            }
            finished.push((top, meta));
        }
        for (made, meta) in finished {
            self.tree.set_metadata(made, meta).map_err(|errno| refused(path, errno))?;
        }
        Ok(())
    }

    fn subdirectory(
        &mut self,
        source: &Tree,
        ino: Ino,
        dir: Ino,
        name: &[u8],
    ) -> Result<(Ino, bool), CopyFailure> {
        if let Ok(existing) = self.tree.lookup(dir, name) {
            if self.tree.inode(existing).is_some_and(|inode| inode.is_dir()) {
                return Ok((existing, false));
            }
            let path = paths::join(&[&self.tree.path_of(dir).unwrap_or_default(), name]);
            return Err(CopyFailure::OverFile(path));
        }
        let meta = source
            .inode(ino)
            .map_or_else(|| Metadata::new(0o755, self.now), |inode| inode.metadata().clone());
        let meta = self.owned(meta, true, false);
        let made = self.tree.create(dir, name, Node::directory(), meta, self.now);
        made.map(|ino| (ino, true)).map_err(|errno| refused(name, errno))
    }

    /// A file of a directory: hard links among the copied files stay links.
    fn linked_entry(
        &mut self,
        source: &Tree,
        ino: Ino,
        dir: Ino,
        name: &[u8],
        links: &mut BTreeMap<Ino, Ino>,
    ) -> Result<(), CopyFailure> {
        if let Some(first) = links.get(&ino).copied()
            && self.tree.lookup(dir, name).is_err()
        {
            return self.tree.link(first, dir, name, self.now).map_err(|errno| refused(name, errno));
        }
        let made = self.entry(source, ino, dir, name)?;
        links.insert(ino, made);
        Ok(())
    }

    /// Unpacks an archive into the directory at `dest`; an owner that is asked for holds for all that was in it.
    pub(super) fn unpack(&mut self, content: &Content, dest: &[u8]) -> Result<(), CopyFailure> {
        self.directories(dest.as_bstr())?;
        let before = self.tree.clone();
        let dest = paths::clean(dest);
        crate::build::unpack(&mut self.tree, content, dest.as_bstr(), self.now).map_err(|refusal| {
            match refusal {
                Refusal::Destination(errno) => refused(&dest, errno),
                Refusal::Archive(message) => CopyFailure::Other(message),
            }
        })?;
        let Some(owner) = self.owner else { return Ok(()) };
        let changes = vfs::diff(&before, &self.tree);
        for change in changes.changes() {
            let below = change.path.starts_with(&[&dest[..], b"/"].concat()) || dest == "/";
            if let vfs::ChangeKind::Put { ino, .. } = change.kind
                && below
            {
                let Some(inode) = self.tree.inode(ino) else { continue };
                let mut meta = inode.metadata().clone();
                (meta.uid, meta.gid) = (owner.uid, owner.gid);
                self.tree.set_metadata(ino, meta).map_err(|errno| refused(&change.path, errno))?;
            }
        }
        Ok(())
    }
}

fn refused(path: &[u8], errno: Errno) -> CopyFailure {
    CopyFailure::Other(format!("{}: {}", path.as_bstr(), errno.to_string().to_lowercase()))
}
