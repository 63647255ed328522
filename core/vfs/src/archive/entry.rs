use bstr::BString;

use crate::{Device, Time, Xattrs};

/// The kinds of entries that file systems know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    Regular,
    /// A further name of an entry before it.
    HardLink,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A directory.
    Directory,
    /// A named pipe.
    Fifo,
}

/// What an archive tells of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Path as written; directories usually end in a slash.
    pub name: BString,
    /// Kind.
    pub kind: EntryKind,
    /// The mode field: permission bits, with or without the type bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes of content that follow.
    pub size: u64,
    /// Last change; whole seconds are written.
    pub mtime: Time,
    /// Target of a link.
    pub link: BString,
    /// The device that a device node stands for.
    pub device: Device,
    /// Owner's name; may be empty.
    pub uname: BString,
    /// Group's name; may be empty.
    pub gname: BString,
    /// Extended attributes.
    pub xattrs: Xattrs,
}

impl Header {
    /// A header of root's, with no content and the time zero.
    pub fn new(name: impl Into<BString>, kind: EntryKind, mode: u32) -> Self {
        Header {
            name: name.into(),
            kind,
            mode,
            uid: 0,
            gid: 0,
            size: 0,
            mtime: Time::EPOCH,
            link: BString::default(),
            device: Device::default(),
            uname: BString::default(),
            gname: BString::default(),
            xattrs: Xattrs::default(),
        }
    }
}

impl EntryKind {
    pub(super) const fn flag(self) -> u8 {
        match self {
            EntryKind::Regular => b'0',
            EntryKind::HardLink => b'1',
            EntryKind::Symlink => b'2',
            EntryKind::CharDevice => b'3',
            EntryKind::BlockDevice => b'4',
            EntryKind::Directory => b'5',
            EntryKind::Fifo => b'6',
        }
    }
}
