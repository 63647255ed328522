//! The directories that packages have something in.

use std::collections::BTreeMap;

use bstr::BString;
use vfs::{Mode, Stat};

use crate::{
    database::Database,
    installed::{Access, OwnedDirectory},
};

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Something in it, or it itself, was made or removed.
    modified: bool,
    /// It is known to be there.
    checked: bool,
    /// Its owner and mode follow the packages.
    follows: bool,
    /// How many directories were met before.
    met: usize,
}

/// What a transaction knows about directories, by path relative to the root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directories(BTreeMap<BString, State>);

impl Directories {
    /// Those of the installed packages.
    pub(crate) fn of(db: &Database) -> Self {
        let mut directories = Directories::default();
        let owned = db.installed.iter().flat_map(|installed| &installed.record.directories);
        owned.for_each(|directory| directories.meet(&directory.path));
        directories
    }

    /// Takes in a path and its ancestors, as apk does when it first reads of it.
    pub(crate) fn meet(&mut self, path: &[u8]) {
        let mut path = path;
        while !self.0.contains_key(path) {
            let met = self.0.len();
            self.0.insert(path.into(), State { met, ..State::default() });
            path = parent(path);
        }
    }

    fn state(&mut self, path: &[u8]) -> &mut State {
        self.meet(path);
        self.0.entry(path.into()).or_default()
    }

    pub(crate) fn set_modified(&mut self, path: &[u8]) {
        self.state(path).modified = true;
    }

    /// Settles, once, whether a directory is made by this transaction or follows the packages'
    /// wishes. Returns whether it has to be made.
    pub(crate) fn prepare(&mut self, path: &[u8], found: Option<&Stat>, wanted: Option<Access>) -> bool {
        let state = self.state(path);
        if path.is_empty() || std::mem::replace(&mut state.checked, true) {
            return false;
        }
        state.follows |= match (found, wanted) {
            (None, _) => true,
            (Some(stat), Some(wanted)) => matches(stat, wanted),
            (Some(_), None) => false,
        };
        found.is_none()
    }

    /// Directories whose owner and mode follow the packages.
    pub(crate) fn following(&self) -> Vec<BString> {
        self.0.iter().filter(|(_, state)| state.follows).map(|(path, _)| path.clone()).collect()
    }

    /// Has owner and mode of all directories follow the packages.
    pub(crate) fn follow_all(&mut self) {
        self.0.values_mut().for_each(|state| state.follows = true);
    }

    /// Path, whether it was modified, and how many were met before.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&BString, bool, usize)> {
        self.0.iter().map(|(path, state)| (path, state.modified, state.met))
    }
}

/// Whether a directory has an owner and a mode.
pub(crate) fn matches(stat: &Stat, access: Access) -> bool {
    stat.mode.bits() == Mode::new(access.mode.into()).bits()
        && stat.uid == access.uid
        && stat.gid == access.gid
}

/// The owner and mode that the packages in a directory agree on: those of the lowest owner, and of
/// his packages the bits that all of them set.
pub(crate) fn agreed<'d>(wishes: impl Iterator<Item = &'d OwnedDirectory>) -> Option<Access> {
    wishes.map(|directory| directory.access).reduce(|agreed, wish| {
        let (ours, theirs) = ((agreed.uid, agreed.gid), (wish.uid, wish.gid));
        match theirs.cmp(&ours) {
            std::cmp::Ordering::Less => wish,
            std::cmp::Ordering::Equal => Access { mode: agreed.mode & wish.mode, ..agreed },
            std::cmp::Ordering::Greater => agreed,
        }
    })
}

/// The directory that a path is in; the root's is empty.
pub(crate) fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&b| b == b'/').map_or(&[], |slash| &path[..slash])
}
