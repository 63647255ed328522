use std::rc::Rc;

use bstr::{BString, ByteSlice};
use vfs::{Access, Errno, FileType, Follow, Metadata, Mode, Node, Place, Resolved};

use super::Process;
use super::lookup::Found;
use crate::device::Device;
use crate::fd_table::Descriptor;
use crate::file::{FileKind, OpenFile};
use crate::pin::Pinned;
use crate::pipe::{Pipe, ReadEnd, WriteEnd};
use crate::state::BlockedOn;
use crate::{Fd, OpenFlags};

/// Bytes that an inode and its name are taken to hold.
pub(crate) const INODE_BYTES: u64 = 256;

impl Process {
    /// Opens a file and gives it the lowest free descriptor. `mode`, less the umask, is for a file it makes.
    /// Waits for the other side of a FIFO.
    pub async fn open(&mut self, path: impl AsRef<[u8]>, flags: OpenFlags, mode: Mode) -> Result<Fd, Errno> {
        self.tick(1).await;
        let path = path.as_ref();
        if flags.contains(OpenFlags::CREAT) {
            self.check_creatable(path, flags)?;
        }
        let exclusive = flags.contains(OpenFlags::CREAT | OpenFlags::EXCL);
        let follow = if exclusive || flags.contains(OpenFlags::NOFOLLOW) { Follow::No } else { Follow::Yes };
        let file = match self.resolve(path, follow)? {
            Found::Node(found) => match found.target {
                Some(_) if exclusive => return Err(Errno::EEXIST),
                Some(place) => self.open_place(place, flags).await?,
                None => self.create_file(&found, flags, mode)?,
            },
            Found::Open(file) => self.reopen(&file, flags).await?,
        };
        let cloexec = flags.contains(OpenFlags::CLOEXEC);
        self.install_from(Descriptor { file, cloexec }, 0)
    }

    /// What Linux refuses to make whatever is there: something that can only be a directory.
    fn check_creatable(&self, path: &[u8], flags: OpenFlags) -> Result<(), Errno> {
        if flags.contains(OpenFlags::DIRECTORY) {
            return Err(Errno::EINVAL);
        }
        match path.trim_end_with(|byte| byte == '/') {
            bare if bare.len() == path.len() || bare.is_empty() => Ok(()),
            bare => self.resolve(bare, Follow::No).and(Err(Errno::EISDIR)),
        }
    }

    fn create_file(
        &self,
        found: &Resolved<Place>,
        flags: OpenFlags,
        mode: Mode,
    ) -> Result<Rc<OpenFile>, Errno> {
        if !flags.contains(OpenFlags::CREAT) {
            return Err(Errno::ENOENT);
        }
        let place = self.make_node(found, Node::empty_file(), mode)?;
        Ok(self.described(FileKind::Regular(self.pin(place)), place, flags))
    }

    /// Makes an inode for this process's user, with `mode` less the umask.
    pub(crate) fn make_node(&self, found: &Resolved<Place>, node: Node, mode: Mode) -> Result<Place, Errno> {
        let dir = found.parent;
        self.check_create(dir)?;
        let cred = self.credentials();
        let parent = self.with_tree(dir, |tree| tree.stat(dir.ino))?;
        let inherits = parent.mode.has(Mode::SETGID);
        let gid = if inherits { parent.gid } else { cred.gid };
        let is_link = node.file_type() == FileType::Symlink;
        let mut mode = if is_link { Mode::new(0o777) } else { mode.masked(self.state.umask.get()) };
        if inherits && node.file_type() == FileType::Directory {
            mode = Mode::new(mode.bits() | u32::from(Mode::SETGID));
        }
        let ino = self.edit(dir, |tree, now| {
            let meta = Metadata::new(mode.bits(), now).owned_by(cred.uid, gid);
            tree.create(dir.ino, &found.name, node, meta, now)
        })?;
        self.state.sandbox.charge(&self.state.machine, 0, INODE_BYTES);
        Ok(Place { mount: dir.mount, ino })
    }

    async fn open_place(&mut self, place: Place, flags: OpenFlags) -> Result<Rc<OpenFile>, Errno> {
        let stat = self.with_tree(place, |tree| tree.stat(place.ino))?;
        if stat.file_type == FileType::Symlink {
            return Err(Errno::ELOOP);
        }
        let is_dir = stat.file_type == FileType::Directory;
        if is_dir && (flags.writable() || flags.contains(OpenFlags::CREAT)) {
            return Err(Errno::EISDIR);
        }
        if !is_dir && flags.contains(OpenFlags::DIRECTORY) {
            return Err(Errno::ENOTDIR);
        }
        if flags.readable() {
            self.check_access(place, Access::READ)?;
        }
        if flags.writable() {
            if stat.file_type == FileType::Regular {
                self.check_writable_mount(place)?;
            }
            self.check_access(place, Access::WRITE)?;
        }
        let kind = match stat.file_type {
            FileType::Directory => FileKind::Directory(self.pin(place)),
            FileType::Regular => return self.open_regular(place, flags),
            FileType::CharDevice => self.open_device(place, stat.rdev)?,
            FileType::Fifo => return self.open_fifo(place, flags).await,
            FileType::Symlink | FileType::BlockDevice | FileType::Socket => return Err(Errno::ENXIO),
        };
        Ok(self.described(kind, place, flags))
    }

    fn open_regular(&self, place: Place, flags: OpenFlags) -> Result<Rc<OpenFile>, Errno> {
        if flags.writable() {
            self.edit(place, |tree, now| {
                if flags.contains(OpenFlags::TRUNC) {
                    let freed = tree.content(place.ino)?.blocks() * 512;
                    tree.truncate(place.ino, 0, now)?;
                    self.state.sandbox.charge(&self.state.machine, freed, 0);
                    return Ok(());
                }
                // overlayfs copies a file up when it is opened for writing.
                tree.touch(place.ino)
            })?;
        }
        Ok(self.described(FileKind::Regular(self.pin(place)), place, flags))
    }

    fn open_device(&self, place: Place, numbers: vfs::Device) -> Result<FileKind, Errno> {
        let node = Some(self.pin(place));
        if numbers.major == 5 && numbers.minor < 2 || numbers.major == 136 {
            let tty = self.state.tty.borrow().clone().ok_or(Errno::ENXIO)?;
            return Ok(FileKind::Terminal { tty, node });
        }
        let device = Device::from_numbers(numbers).ok_or(Errno::ENXIO)?;
        Ok(FileKind::Device { device, node })
    }

    async fn open_fifo(&mut self, place: Place, flags: OpenFlags) -> Result<Rc<OpenFile>, Errno> {
        let pipe = self.fifo(place);
        let (reads, writes) = (flags.readable(), flags.writable());
        let waits = !flags.contains(OpenFlags::NONBLOCK) && reads != writes;
        if writes && !reads && !waits && !pipe.has_readers() {
            return Err(Errno::ENXIO);
        }
        let (reader_opens, writer_opens) = (pipe.reader_opens.get(), pipe.writer_opens.get());
        let reader = reads.then(|| ReadEnd::new(&pipe));
        let writer = writes.then(|| WriteEnd::new(&pipe));
        if waits {
            let met = |pipe: &Pipe| {
                if reads {
                    pipe.has_writers() || pipe.writer_opens.get() != writer_opens
                } else {
                    pipe.has_readers() || pipe.reader_opens.get() != reader_opens
                }
            };
            self.block(BlockedOn::Pipe, |cx| {
                pipe.changed.register(cx.waker());
                met(&pipe).then_some(())
            })
            .await?;
        }
        let kind = FileKind::Pipe { reader, writer, node: Some(self.pin(place)) };
        Ok(self.described(kind, place, flags))
    }

    fn fifo(&self, place: Place) -> Rc<Pipe> {
        let mut fifos = self.state.sandbox.fifos.borrow_mut();
        if let Some(pipe) = fifos.get(&place).and_then(std::rc::Weak::upgrade) {
            return pipe;
        }
        let pipe = self.new_pipe();
        fifos.insert(place, Rc::downgrade(&pipe));
        pipe
    }

    /// Opens anew what a descriptor is, as `/proc/PID/fd` does.
    async fn reopen(&mut self, file: &Rc<OpenFile>, flags: OpenFlags) -> Result<Rc<OpenFile>, Errno> {
        match &file.kind {
            FileKind::Regular(node) | FileKind::Directory(node) => self.open_place(node.place(), flags).await,
            FileKind::Pipe { reader, writer, node } => {
                let pipe = match (reader, writer) {
                    (Some(ReadEnd(pipe)), _) | (_, Some(WriteEnd(pipe))) => pipe,
                    (None, None) => return Err(Errno::ENXIO),
                };
                let kind = FileKind::Pipe {
                    reader: flags.readable().then(|| ReadEnd::new(pipe)),
                    writer: flags.writable().then(|| WriteEnd::new(pipe)),
                    node: node.clone(),
                };
                Ok(OpenFile::new(kind, flags, file.path.clone()))
            }
            FileKind::Device { .. } | FileKind::Terminal { .. } | FileKind::Capture { .. } => {
                Ok(Rc::clone(file))
            }
            FileKind::Listener(_) | FileKind::Connection { .. } | FileKind::Datagram(_) => Err(Errno::ENXIO),
        }
    }

    pub(crate) fn pin(&self, place: Place) -> Pinned {
        Pinned::new(&self.state.sandbox, place)
    }

    fn described(&self, kind: FileKind, place: Place, flags: OpenFlags) -> Rc<OpenFile> {
        OpenFile::new(kind, flags, self.path_of(place).unwrap_or_else(|_| BString::from("/")))
    }
}
