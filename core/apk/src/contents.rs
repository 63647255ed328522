//! What is inside a package, besides its description.

use bstr::BString;
use vfs::{Mode, Time};

use crate::stand_in::StandIn;

/// What is inside a package file, besides its description.
#[derive(Clone, Debug, Default)]
pub struct PackageContents {
    /// Directories and files, a directory before its entries.
    pub entries: Vec<Entry>,
    /// Scripts, in archive order.
    pub scripts: Vec<Script>,
    /// Directory patterns whose change runs the trigger script.
    pub triggers: Vec<BString>,
    /// Packages whose files this one may take over.
    pub replaces: Vec<crate::Dependency>,
    /// Rank among packages that replace each other.
    pub replaces_priority: u32,
}

/// One path of a package.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Relative to the root, without a leading slash.
    pub path: BString,
    /// Permission bits.
    pub mode: Mode,
    /// Owner's name; names are looked up when the file is written, as tar archives are.
    pub owner: Owner,
    /// Group's name.
    pub group: Owner,
    /// Modification time.
    pub mtime: Time,
    /// What is there.
    pub node: EntryNode,
    /// The checksum of the database's `Z:` line, where the real one is known.
    pub checksum: Option<crate::Checksum>,
}

/// A user or group, by name where the archive has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Looked up in the root's passwd or group file; the number counts when it is not there.
    Named(BString, u32),
    /// A plain number.
    Id(u32),
}

/// The kinds of entries.
#[derive(Clone, Debug)]
pub enum EntryNode {
    /// A directory.
    Directory,
    /// A file.
    File(Payload),
    /// A symbolic link and its target.
    Symlink(BString),
    /// Another name of an earlier file of the same package.
    Hardlink(BString),
}

/// The bytes of a packaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// These.
    Bytes(BString),
    /// Not known.
    StandIn(StandIn),
}

impl Payload {
    /// Bytes.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Payload::Bytes(bytes) => bytes.len() as u64,
            Payload::StandIn(stand_in) => stand_in.length,
        }
    }

    /// The checksum of the file as it is written.
    pub(crate) fn checksum(&self) -> Option<crate::Checksum> {
        match self {
            Payload::Bytes(bytes) => Some(crate::Checksum::of(bytes)),
            Payload::StandIn(stand_in) => stand_in.checksum,
        }
    }
}

/// When a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScriptKind {
    /// Before the files of a new package are put in place.
    PreInstall,
    /// After them.
    PostInstall,
    /// Before a package's files are removed.
    PreDeinstall,
    /// After them.
    PostDeinstall,
    /// Before the files of a newer version are put in place.
    PreUpgrade,
    /// After them.
    PostUpgrade,
    /// After everything, when a watched directory changed.
    Trigger,
}

impl ScriptKind {
    /// All kinds, in the order apk numbers (and stores) them.
    pub const ALL: [ScriptKind; 7] = [
        ScriptKind::PreInstall,
        ScriptKind::PostInstall,
        ScriptKind::PreDeinstall,
        ScriptKind::PostDeinstall,
        ScriptKind::PreUpgrade,
        ScriptKind::PostUpgrade,
        ScriptKind::Trigger,
    ];

    /// As it appears in file names and messages.
    pub fn name(self) -> &'static str {
        match self {
            ScriptKind::PreInstall => "pre-install",
            ScriptKind::PostInstall => "post-install",
            ScriptKind::PreDeinstall => "pre-deinstall",
            ScriptKind::PostDeinstall => "post-deinstall",
            ScriptKind::PreUpgrade => "pre-upgrade",
            ScriptKind::PostUpgrade => "post-upgrade",
            ScriptKind::Trigger => "trigger",
        }
    }

    /// The reverse of [`ScriptKind::name`].
    pub fn parse(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes() == name)
    }
}

/// A script of a package: a text that the system's shell (or whatever its `#!` names) runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// When it runs.
    pub kind: ScriptKind,
    /// The whole file.
    pub text: BString,
}
