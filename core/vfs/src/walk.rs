use bstr::BString;

use crate::tree::NAME_MAX;
use crate::{Errno, Follow, Ino, Inode, Node};

/// Length from which on a path is too long: `PATH_MAX` counts the final NUL.
pub(crate) const PATH_MAX: usize = 4096;

/// How many symbolic links one path may lead through.
const SYMLINKS_MAX: u32 = 40;

/// What a path is resolved in: one tree, or many joined by mounts.
pub(crate) trait Space {
    /// Where an inode is.
    type Place: Copy + Eq;
    /// The inode there.
    fn inode(&self, place: Self::Place) -> Option<&Inode>;
    /// The place that the entry `ino` of `dir` leads to: into what is mounted there.
    fn child(&self, dir: Self::Place, ino: Ino) -> Self::Place;
    /// The place that `..` leads to, never above `root`. None for a removed directory.
    fn parent(&self, dir: Self::Place, root: Self::Place) -> Option<Self::Place>;
    /// Whether names may be looked up in `dir`.
    fn may_search(&self, dir: Self::Place) -> Result<(), Errno>;
}

/// Where a path leads: the directory and name of its last component after all links, and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<P> {
    /// The directory that holds the last component.
    pub parent: P,
    /// The last component; `.`, `..` or `/` where the path ends so.
    pub name: BString,
    /// What is there; none if nothing is, though its directory exists.
    pub target: Option<P>,
    /// Whether the path ended in a slash, and so must name a directory.
    pub trailing_slash: bool,
}

/// Resolves `path` as path_resolution(7) tells.
pub(crate) fn resolve<S: Space>(
    space: &S,
    root: S::Place,
    cwd: S::Place,
    path: &[u8],
    follow: Follow,
) -> Result<Resolved<S::Place>, Errno> {
    match path {
        b"" => return Err(Errno::ENOENT),
        _ if path.len() >= PATH_MAX => return Err(Errno::ENAMETOOLONG),
        _ if path.contains(&0) => return Err(Errno::EINVAL),
        _ => {}
    }
    let mut walker =
        Walker { space, root, at: cwd, pending: Vec::new(), links: 0, follow, trailing_slash: false };
    walker.enter(path);
    walker.run()
}

struct Walker<'a, S: Space> {
    space: &'a S,
    root: S::Place,
    at: S::Place,
    /// Paths still to walk, the innermost link's target last; none is empty or begins with a slash.
    pending: Vec<BString>,
    links: u32,
    follow: Follow,
    trailing_slash: bool,
}

impl<S: Space> Walker<'_, S> {
    /// Goes on with `path`, from the root if it is absolute.
    fn enter(&mut self, path: &[u8]) {
        let relative = trim_slashes(path);
        if relative.len() < path.len() {
            self.at = self.root;
        }
        if !relative.is_empty() {
            self.pending.push(BString::from(relative));
        }
    }

    fn run(mut self) -> Result<Resolved<S::Place>, Errno> {
        while let Some((name, slash)) = self.next_component() {
            let last = self.pending.is_empty();
            self.trailing_slash |= last && slash;
            if let Some(found) = self.step(name, last)? {
                return Ok(found);
            }
        }
        // Only slashes, or a last link that leads to the root.
        let (at, trailing_slash) = (self.at, self.trailing_slash);
        Ok(Resolved { parent: at, name: BString::from("/"), target: Some(at), trailing_slash })
    }

    /// Takes the next component off; tells whether a slash followed it.
    fn next_component(&mut self) -> Option<(BString, bool)> {
        let mut path = self.pending.pop()?;
        let Some(end) = path.iter().position(|byte| *byte == b'/') else { return Some((path, false)) };
        let rest = trim_slashes(&path[end..]);
        if !rest.is_empty() {
            self.pending.push(BString::from(rest));
        }
        path.truncate(end);
        Some((path, true))
    }

    /// Walks one component; gives the result if it is the last one.
    fn step(&mut self, name: BString, last: bool) -> Result<Option<Resolved<S::Place>>, Errno> {
        let dir = self.at;
        let Node::Directory(entries) = &self.space.inode(dir).ok_or(Errno::ENOENT)?.node else {
            return Err(Errno::ENOTDIR);
        };
        self.space.may_search(dir)?;
        let child = match name.as_slice() {
            b"." => Some(dir),
            b".." => Some(self.space.parent(dir, self.root).ok_or(Errno::ENOENT)?),
            long if long.len() > NAME_MAX => return Err(Errno::ENAMETOOLONG),
            name => entries.get(name).map(|ino| self.space.child(dir, ino)),
        };
        let trailing_slash = self.trailing_slash;
        let Some(child) = child else {
            let missing = Resolved { parent: dir, name, target: None, trailing_slash };
            return if last { Ok(Some(missing)) } else { Err(Errno::ENOENT) };
        };
        let inode = self.space.inode(child).ok_or(Errno::ENOENT)?;
        if let Node::Symlink(target) = &inode.node
            && (!last || self.follow.follows(trailing_slash))
        {
            self.follow_link(target)?;
            return Ok(None);
        }
        if last && trailing_slash && self.follow != Follow::Create && !inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        self.at = child;
        Ok(last.then_some(Resolved { parent: dir, name, target: Some(child), trailing_slash }))
    }

    fn follow_link(&mut self, target: &[u8]) -> Result<(), Errno> {
        self.links += 1;
        if self.links > SYMLINKS_MAX {
            return Err(Errno::ELOOP);
        }
        self.enter(target);
        Ok(())
    }
}

fn trim_slashes(path: &[u8]) -> &[u8] {
    let start = path.iter().position(|byte| *byte != b'/').unwrap_or(path.len());
    &path[start..]
}
