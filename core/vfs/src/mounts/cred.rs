use super::{Capabilities, Capability, Mounts, Place};
use crate::{Errno, FileType, Inode, Mode};

/// Who asks. User 0 has the capabilities that are left to it, others none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cred {
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Further groups.
    pub groups: Vec<u32>,
    /// What user 0 may do.
    pub capabilities: Capabilities,
}

impl Cred {
    /// The superuser.
    pub const ROOT: Cred = Cred::new(0, 0);

    /// A user with one group.
    pub const fn new(uid: u32, gid: u32) -> Self {
        Cred { uid, gid, groups: Vec::new(), capabilities: Capabilities::CONTAINER }
    }

    /// Whether it is the superuser and has this capability.
    pub const fn can(&self, capability: Capability) -> bool {
        self.uid == 0 && self.capabilities.has(capability)
    }

    /// Whether it belongs to the group.
    pub fn in_group(&self, gid: u32) -> bool {
        self.gid == gid || self.groups.contains(&gid)
    }

    /// Whether it may change mode and times of an inode: its owner may, and root.
    pub fn owns(&self, inode: &Inode) -> bool {
        self.can(Capability::FOWNER) || self.uid == inode.metadata().uid
    }

    /// Whether the permission bits allow `access`: the class of the asker alone counts. Root may do all, but execute
    /// only what somebody may execute.
    ///
    /// # Errors
    /// `EACCES`.
    pub fn permits(&self, inode: &Inode, access: Access) -> Result<(), Errno> {
        let meta = inode.metadata();
        let bits = meta.mode.bits();
        let granted = if self.can(Capability::DAC_OVERRIDE) {
            let executable = inode.is_dir() || bits & 0o111 != 0;
            if executable { 0o7 } else { 0o6 }
        } else if self.uid == meta.uid {
            bits >> 6
        } else if self.in_group(meta.gid) {
            bits >> 3
        } else {
            bits
        };
        if access.0 & !granted & 0o7 == 0 { Ok(()) } else { Err(Errno::EACCES) }
    }
}

/// What is asked for, as access(2)'s bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access(u32);

impl Access {
    /// Whether it exists.
    pub const EXISTS: Access = Access(0);
    /// To execute, or search a directory.
    pub const EXECUTE: Access = Access(1);
    /// To write.
    pub const WRITE: Access = Access(2);
    /// To read.
    pub const READ: Access = Access(4);

    /// Both.
    pub const fn and(self, other: Access) -> Access {
        Access(self.0 | other.0)
    }

    /// The access with these bits: 4 read, 2 write, 1 execute.
    pub const fn from_bits(bits: u32) -> Access {
        Access(bits & 0o7)
    }

    const fn writes(self) -> bool {
        self.0 & 2 != 0
    }
}

impl Mounts {
    /// Whether `cred` may do `access` at a place.
    ///
    /// # Errors
    /// `EROFS` to write files, directories and links of a read-only mount; `EACCES`; `ENOENT`.
    pub fn access(&self, cred: &Cred, place: Place, access: Access) -> Result<(), Errno> {
        let inode = self.inode(place).ok_or(Errno::ENOENT)?;
        let on_disk =
            matches!(inode.file_type(), FileType::Regular | FileType::Directory | FileType::Symlink);
        if access.writes() && on_disk && self.is_read_only(place.mount) {
            return Err(Errno::EROFS);
        }
        cred.permits(inode, access)
    }

    /// Whether `cred` may enter a new name into the directory.
    ///
    /// # Errors
    /// `EROFS`, `EACCES`, `ENOENT`.
    pub fn may_create(&self, cred: &Cred, dir: Place) -> Result<(), Errno> {
        self.access(cred, dir, Access::WRITE.and(Access::EXECUTE))
    }

    /// Whether `cred` may take the name of `victim` away from the directory: in a sticky one only the owner of either
    /// may.
    ///
    /// # Errors
    /// `EBUSY` where something is mounted, `EROFS`, `EACCES`, `EPERM` (sticky), `ENOENT`.
    pub fn may_remove(&self, cred: &Cred, dir: Place, victim: Place) -> Result<(), Errno> {
        self.may_create(cred, dir)?;
        let inode = self.inode(dir).ok_or(Errno::ENOENT)?;
        let sticky = inode.metadata().mode.has(Mode::STICKY);
        if sticky && !cred.owns(inode) && !cred.owns(self.inode(victim).ok_or(Errno::ENOENT)?) {
            return Err(Errno::EPERM);
        }
        if self.is_mount_point(victim) { Err(Errno::EBUSY) } else { Ok(()) }
    }
}
