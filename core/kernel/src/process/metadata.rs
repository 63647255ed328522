use bstr::BString;
use vfs::{
    Access, Capability, Device, Errno, FileType, Follow, Ino, Mode, MountOptions, Node, Place, Stat, Time,
};

use super::Process;
use super::lookup::Found;
use crate::Fd;
use crate::file::{FileKind, OpenFile};
use crate::pin::Pinned;

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name.
    pub name: BString,
    /// Its inode.
    pub ino: Ino,
    /// Its kind.
    pub file_type: FileType,
}

/// A time to set with `utimens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeChange {
    /// The current time.
    Now,
    /// Left as it is.
    Keep,
    /// This time.
    At(Time),
}

/// The size that docker gives `/dev` and `/dev/shm`.
const SMALL_TMPFS: u64 = 64 << 20;

/// What `statfs(2)` tells of a mount. Sizes are in blocks of 4096 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statfs {
    /// Its type as `/proc/mounts` shows it.
    pub fs_type: BString,
    /// Where it is mounted.
    pub target: BString,
    /// What is mounted.
    pub source: BString,
    /// Blocks in all.
    pub blocks: u64,
    /// Free blocks.
    pub free: u64,
    /// Inodes in all.
    pub files: u64,
    /// Free inodes.
    pub free_files: u64,
}

impl Process {
    /// What a path leads to, links followed.
    pub fn stat(&mut self, path: impl AsRef<[u8]>) -> Result<Stat, Errno> {
        self.charge_steps(1);
        match self.resolve(path.as_ref(), Follow::Yes)? {
            Found::Node(found) => self.stat_place(found.target.ok_or(Errno::ENOENT)?),
            Found::Open(file) => self.stat_open(&file),
        }
    }

    /// What a path leads to, a last link not followed.
    pub fn lstat(&mut self, path: impl AsRef<[u8]>) -> Result<Stat, Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), Follow::No)?;
        self.stat_place(place)
    }

    /// What a descriptor is.
    pub fn fstat(&mut self, fd: Fd) -> Result<Stat, Errno> {
        self.charge_steps(1);
        let file = self.file(fd)?;
        self.stat_open(&file)
    }

    fn stat_place(&self, place: Place) -> Result<Stat, Errno> {
        self.with_tree(place, |tree| tree.stat(place.ino))
    }

    fn stat_open(&self, file: &OpenFile) -> Result<Stat, Errno> {
        if let Some(node) = file.node() {
            return self.stat_place(node.place());
        }
        let (file_type, mode, serial, rdev) = match &file.kind {
            FileKind::Terminal { .. } => (FileType::CharDevice, 0o620, 3, Device { major: 136, minor: 0 }),
            FileKind::Device { .. } => (FileType::CharDevice, 0o666, 4, Device { major: 1, minor: 3 }),
            FileKind::Capture { serial, .. } => (FileType::Fifo, 0o600, *serial, Device::default()),
            FileKind::Pipe { reader, writer, .. } => {
                let pipe = reader.as_ref().map(|end| end.0.id).or(writer.as_ref().map(|end| end.0.id));
                (FileType::Fifo, 0o600, pipe.unwrap_or_default(), Device::default())
            }
            _ => (FileType::Socket, 0o777, 5, Device::default()),
        };
        let (cred, now) = (self.credentials(), self.state.started);
        Ok(Stat {
            ino: Ino(serial),
            file_type,
            mode: Mode::new(mode),
            nlink: 1,
            uid: cred.uid,
            gid: cred.gid,
            size: 0,
            rdev,
            blocks: 0,
            atime: now,
            mtime: now,
            ctime: now,
        })
    }

    /// A number of the mount that a path leads to: with the inode number it tells files apart (`st_dev`).
    pub fn device(&mut self, path: impl AsRef<[u8]>, follow: Follow) -> Result<u64, Errno> {
        let place = self.place(path.as_ref(), follow)?;
        let mounts = self.state.sandbox.mounts.borrow();
        Ok(mounts.iter().position(|mount| mount.id == place.mount).map_or(0, |index| 0x30 + index as u64))
    }

    /// Whether this process may use a path so (`access(2)`). With all three false, whether it exists.
    pub fn access(
        &mut self,
        path: impl AsRef<[u8]>,
        read: bool,
        write: bool,
        execute: bool,
    ) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = match self.resolve(path.as_ref(), Follow::Yes)? {
            Found::Node(found) => found.target.ok_or(Errno::ENOENT)?,
            Found::Open(_) => return if execute { Err(Errno::EACCES) } else { Ok(()) },
        };
        if write && self.inspect(place, |node| matches!(node, Node::File(_) | Node::Directory(_)))? {
            self.check_writable_mount(place)?;
        }
        let wanted = [(read, Access::READ), (write, Access::WRITE), (execute, Access::EXECUTE)];
        wanted
            .into_iter()
            .filter(|(asked, _)| *asked)
            .try_for_each(|(_, want)| self.check_access(place, want))
    }

    /// The text of a symbolic link. `EINVAL` for anything else.
    pub fn readlink(&mut self, path: impl AsRef<[u8]>) -> Result<BString, Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), Follow::No)?;
        self.with_tree(place, |tree| tree.read_link(place.ino).map(BString::from))
    }

    /// The entries of a directory, sorted by bytes, without `.` and `..`.
    pub fn read_dir(&mut self, path: impl AsRef<[u8]>) -> Result<Vec<DirEntry>, Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), Follow::Yes)?;
        if self.inspect(place, Node::file_type)? != FileType::Directory {
            return Err(Errno::ENOTDIR);
        }
        self.check_access(place, Access::READ)?;
        self.open_listing(place);
        let entries: Vec<DirEntry> = self.with_tree(place, |tree| {
            let described = tree.entries(place.ino).filter_map(|(name, ino)| {
                Some(DirEntry { name: name.to_owned(), ino, file_type: tree.inode(ino)?.file_type() })
            });
            Ok(described.collect())
        })?;
        self.charge_steps(entries.len() as u32 / 64);
        Ok(entries)
    }

    /// Sets the permission bits. `EPERM` for another's file.
    pub fn chmod(&mut self, path: impl AsRef<[u8]>, mode: Mode) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), Follow::Yes)?;
        let stat = self.stat_place(place)?;
        self.check_writable_mount(place)?;
        let cred = self.credentials();
        if !cred.can(Capability::FOWNER) && cred.uid != stat.uid {
            return Err(Errno::EPERM);
        }
        let foreign = cred.uid != 0 && cred.gid != stat.gid && !cred.groups.contains(&stat.gid);
        let dropped = if foreign && stat.file_type != FileType::Directory { Mode::SETGID } else { 0 };
        let mode = Mode::new(mode.bits() & !u32::from(dropped));
        self.edit(place, |tree, now| tree.set_mode(place.ino, mode, now))
    }

    /// Sets owner and group, where given. `EPERM` for what the user may not give away.
    pub fn chown(
        &mut self,
        path: impl AsRef<[u8]>,
        uid: Option<u32>,
        gid: Option<u32>,
        follow: Follow,
    ) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), follow)?;
        let stat = self.stat_place(place)?;
        self.check_writable_mount(place)?;
        let cred = self.credentials();
        let keeps_owner = cred.uid == stat.uid && uid.is_none_or(|uid| uid == stat.uid);
        let own_group = gid.is_none_or(|gid| gid == cred.gid || cred.groups.contains(&gid));
        let may = cred.can(Capability::CHOWN) || keeps_owner && own_group;
        if !may {
            return Err(Errno::EPERM);
        }
        self.edit(place, |tree, now| tree.set_owner(place.ino, uid, gid, now))
    }

    /// Sets access and modification time. The owner and root may; a writer may set both to now.
    pub fn utimens(
        &mut self,
        path: impl AsRef<[u8]>,
        atime: TimeChange,
        mtime: TimeChange,
        follow: Follow,
    ) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), follow)?;
        let stat = self.stat_place(place)?;
        self.check_writable_mount(place)?;
        let cred = self.credentials();
        if !cred.can(Capability::FOWNER) && cred.uid != stat.uid {
            if atime != TimeChange::Now || mtime != TimeChange::Now {
                return Err(Errno::EPERM);
            }
            self.check_access(place, Access::WRITE)?;
        }
        self.edit(place, |tree, now| {
            let resolve = |change| match change {
                TimeChange::Now => Some(now),
                TimeChange::Keep => None,
                TimeChange::At(time) => Some(time),
            };
            tree.set_times(place.ino, resolve(atime), resolve(mtime), now)
        })
    }

    /// Cuts or lengthens a file.
    pub fn truncate(&mut self, path: impl AsRef<[u8]>, len: u64) -> Result<(), Errno> {
        self.charge_steps(1);
        let place = self.place(path.as_ref(), Follow::Yes)?;
        match self.inspect(place, Node::file_type)? {
            FileType::Regular => {}
            FileType::Directory => return Err(Errno::EISDIR),
            _ => return Err(Errno::EINVAL),
        }
        self.check_writable_mount(place)?;
        self.check_access(place, Access::WRITE)?;
        self.resize(place, len)
    }

    /// An extended attribute. `ENODATA` when there is none of that name.
    pub fn get_xattr(
        &mut self,
        path: impl AsRef<[u8]>,
        name: &[u8],
        follow: Follow,
    ) -> Result<BString, Errno> {
        let place = self.place(path.as_ref(), follow)?;
        self.with_tree(place, |tree| {
            let inode = tree.inode(place.ino).ok_or(Errno::ENOENT)?;
            inode.metadata().xattrs.get(name).map(BString::from).ok_or(Errno::ENODATA)
        })
    }

    /// Sets an extended attribute. `EPERM` unless owner or root.
    pub fn set_xattr(
        &mut self,
        path: impl AsRef<[u8]>,
        name: &[u8],
        value: &[u8],
        follow: Follow,
    ) -> Result<(), Errno> {
        let place = self.place(path.as_ref(), follow)?;
        let (cred, owner) = (self.credentials(), self.stat_place(place)?.uid);
        if !cred.can(Capability::FOWNER) && cred.uid != owner {
            return Err(Errno::EPERM);
        }
        self.edit(place, |tree, now| tree.set_xattr(place.ino, name, value, now))
    }

    /// The working directory as an absolute path. `ENOENT` when it was removed.
    pub fn getcwd(&mut self) -> Result<BString, Errno> {
        let place = self.state.cwd.borrow().place();
        self.path_of(place)
    }

    /// [`Process::getcwd`], or `/` for a removed directory.
    pub fn cwd(&mut self) -> BString {
        self.getcwd().unwrap_or_else(|_| BString::from("/"))
    }

    /// Changes the working directory.
    pub fn chdir(&mut self, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.charge_steps(1);
        let directory = self.enter(path.as_ref())?;
        let old = self.state.cwd.replace(directory);
        drop(old);
        Ok(())
    }

    /// Changes the root directory. `EPERM` without the capability.
    pub fn chroot(&mut self, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        let directory = self.enter(path.as_ref())?;
        if !self.credentials().can(Capability::SYS_CHROOT) {
            return Err(Errno::EPERM);
        }
        let old = self.state.root.replace(directory);
        drop(old);
        Ok(())
    }

    fn enter(&self, path: &[u8]) -> Result<Pinned, Errno> {
        let place = self.place(path, Follow::Yes)?;
        if self.inspect(place, Node::file_type)? != FileType::Directory {
            return Err(Errno::ENOTDIR);
        }
        self.check_access(place, Access::EXECUTE)?;
        Ok(self.pin(place))
    }

    /// The file system that a path is on. Sizes are those of the sandbox's budget: what can still be written.
    pub fn statfs(&mut self, path: impl AsRef<[u8]>) -> Result<Statfs, Errno> {
        let place = self.place(path.as_ref(), Follow::Yes)?;
        let sandbox = &self.state.sandbox;
        let mounts = sandbox.mounts.borrow();
        let mount = mounts.iter().find(|mount| mount.id == place.mount).ok_or(Errno::ENOENT)?;
        let MountOptions { fs_type, source, .. } = mount.options;
        let pseudo = matches!(fs_type.as_slice(), b"proc" | b"sysfs" | b"devpts" | b"mqueue" | b"cgroup2");
        let size = |bytes: u64| if pseudo { 0 } else { bytes / 4096 };
        let is_small =
            matches!(source.as_slice(), b"shm") || mount.path.as_ref().is_some_and(|path| path == "/dev");
        let most = if is_small { SMALL_TMPFS } else { u64::MAX };
        let left = sandbox.limits.memory.saturating_sub(sandbox.memory.get()).min(most);
        let files = sandbox.limits.memory / super::open::INODE_BYTES;
        Ok(Statfs {
            fs_type: fs_type.clone(),
            target: mount.path.unwrap_or_default(),
            source: source.clone(),
            blocks: size(sandbox.limits.memory.min(most)),
            free: size(left),
            files: if pseudo { 0 } else { files },
            free_files: if pseudo { 0 } else { left / super::open::INODE_BYTES },
        })
    }

    /// The mount points of the sandbox, in mount order.
    pub fn mounts(&self) -> Vec<BString> {
        self.state.sandbox.mounts.borrow().iter().filter_map(|mount| mount.path).collect()
    }

    /// Nothing is ever unwritten here.
    pub fn sync(&mut self) {
        self.charge_steps(1);
    }
}
