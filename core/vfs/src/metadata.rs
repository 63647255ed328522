use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bstr::{BStr, BString};
use serde::{Deserialize, Serialize};

use crate::Time;

/// Permission bits, set-id bits and the sticky bit: `07777` at most.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mode(u16);

impl Mode {
    /// The sticky bit.
    pub const STICKY: u16 = 0o1000;
    /// The set-group-id bit.
    pub const SETGID: u16 = 0o2000;
    /// The set-user-id bit.
    pub const SETUID: u16 = 0o4000;

    /// The mode with these bits; those above `07777` are dropped.
    pub const fn new(bits: u32) -> Self {
        Mode(bits as u16 & 0o7777)
    }

    /// The bits.
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }

    /// Whether any of `bits` is set.
    pub const fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }

    /// The mode without the bits of `umask`.
    pub const fn masked(self, umask: Mode) -> Self {
        Mode(self.0 & !umask.0)
    }

    /// The mode after a change of owner: no set-user-id, and no set-group-id where the group may execute.
    pub(crate) const fn without_set_id(self) -> Self {
        let group_executes = self.0 & 0o010 != 0;
        Mode(self.0 & !Self::SETUID & if group_executes { !Self::SETGID } else { !0 })
    }
}

impl fmt::Debug for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

/// Extended attributes, sorted by name. Empty ones cost nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xattrs(Option<Arc<BTreeMap<BString, BString>>>);

impl Xattrs {
    /// The value of `name`.
    pub fn get(&self, name: &[u8]) -> Option<&BStr> {
        self.0.as_ref()?.get(BStr::new(name)).map(AsRef::as_ref)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&BStr, &BStr)> {
        self.0.iter().flat_map(|map| map.iter()).map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// Sets `name` to `value`.
    pub fn set(&mut self, name: impl Into<BString>, value: impl Into<BString>) {
        let map = self.0.get_or_insert_default();
        Arc::make_mut(map).insert(name.into(), value.into());
    }

    /// Removes `name`; false when it was not there.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        if self.get(name).is_none() {
            return false;
        }
        let Some(map) = &mut self.0 else { return false };
        Arc::make_mut(map).remove(BStr::new(name));
        if map.is_empty() {
            self.0 = None;
        }
        true
    }
}

/// What an inode carries besides its kind and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Permission bits.
    pub mode: Mode,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last access. Reading does not change it here: a read is no change of a layer.
    pub atime: Time,
    /// Last change of the content.
    pub mtime: Time,
    /// Last change of the inode.
    pub ctime: Time,
    /// Extended attributes.
    pub xattrs: Xattrs,
}

impl Metadata {
    /// Metadata of an inode of root's, made at `now`.
    pub fn new(mode: u32, now: Time) -> Self {
        Metadata {
            mode: Mode::new(mode),
            uid: 0,
            gid: 0,
            atime: now,
            mtime: now,
            ctime: now,
            xattrs: Xattrs::default(),
        }
    }

    /// The same with another owner.
    pub fn owned_by(self, uid: u32, gid: u32) -> Self {
        Metadata { uid, gid, ..self }
    }
}
