//! Making an archive.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{Device, Errno, FileType, Follow, Ino, Mode, Stat};

use super::header::{self, Header};
use super::select::Selection;
use super::unsafe_prefix;
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{say, stream};
use crate::users::database::Database;

/// An archive that is being made.
pub(super) struct Creator<'a> {
    pub(super) selection: &'a Selection,
    pub(super) database: Database,
    /// `-h`: what links lead to.
    pub(super) follow: bool,
    /// `--no-recursion`
    pub(super) flat: bool,
    /// `-v`: names are printed, on standard error when the archive goes to standard output.
    pub(super) verbose: Option<Listing>,
    /// The archive's own file.
    pub(super) own: Option<(u64, Ino)>,
    pub(super) bytes: Vec<u8>,
    linked: BTreeMap<(u64, Ino), BString>,
    stripped: bool,
    complete: bool,
}

/// Where names go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    Stdout,
    Stderr,
}

impl<'a> Creator<'a> {
    pub(super) fn new(selection: &'a Selection, database: Database) -> Self {
        Self {
            selection,
            database,
            follow: false,
            flat: false,
            verbose: None,
            own: None,
            bytes: Vec::new(),
            linked: BTreeMap::new(),
            stripped: false,
            complete: true,
        }
    }

    /// Adds a file or tree.
    pub(super) async fn add(&mut self, p: &mut Process, operand: &BStr) -> Result<(), Exit> {
        let mut walk = Walk::new(operand, if self.follow { Links::All } else { Links::Stay });
        while let Some(step) = walk.next(p) {
            p.tick(1).await;
            match step {
                Step::Lost(path, errno) => self.fault(p, path, errno).await,
                Step::Unreadable(path, errno) => {
                    self.fault(p, bytes!("can't open '{}'", path), errno).await;
                }
                Step::Leave(..) => {}
                Step::Enter(path, stat) => {
                    let taken = self.entry(p, path.as_bstr(), &stat).await?;
                    if !taken || self.flat {
                        walk.skip();
                    }
                }
                Step::Other(path, stat) => {
                    self.entry(p, path.as_bstr(), &stat).await?;
                }
            }
        }
        Ok(())
    }

    /// Ends the archive; false when something is missing in it.
    pub(super) fn finish(mut self) -> (Vec<u8>, bool) {
        self.bytes.extend_from_slice(&[0; 2 * header::BLOCK]);
        (self.bytes, self.complete)
    }

    async fn fault(&mut self, p: &mut Process, message: impl AsRef<[u8]>, errno: Errno) {
        say::errno(p, message, errno).await;
        self.complete = false;
    }

    /// Adds one file; false when it is left out.
    async fn entry(&mut self, p: &mut Process, path: &BStr, stat: &Stat) -> Result<bool, Exit> {
        if self.follow && stat.file_type == FileType::Symlink {
            // The walk gives the link itself only when it leads nowhere.
            let errno = p.stat(path).err().unwrap_or(Errno::ENOENT);
            self.fault(p, path, errno).await;
            return Ok(true);
        }
        let identity = (p.device(path, self.links()).unwrap_or(0), stat.ino);
        if self.own == Some(identity) {
            say::error(p, bytes!("{}: file is the archive; skipping", path)).await;
            return Ok(true);
        }
        let name = self.member_name(p, path).await;
        if name.is_empty() {
            return Ok(true);
        }
        if self.selection.leaves_out(name.as_bstr()) {
            return Ok(false);
        }
        let name = if stat.file_type == FileType::Directory && !name.ends_with(b"/") {
            bytes!("{}/", name)
        } else {
            name
        };
        let mut header = self.header(p, name, path, stat);
        if stat.nlink > 1 && stat.file_type != FileType::Directory {
            match self.linked.get(&identity) {
                Some(first) => {
                    header.flag = b'1';
                    header.link = first.clone();
                    header.size = 0;
                }
                None => drop(self.linked.insert(identity, header.name.clone())),
            }
        }
        if stat.file_type == FileType::Socket {
            say::error(p, bytes!("{}: unknown file type", path)).await;
            return Ok(true);
        }
        self.write(p, path, &header).await?;
        Ok(true)
    }

    fn links(&self) -> Follow {
        if self.follow { Follow::Yes } else { Follow::No }
    }

    /// The path without what would lead out of the place where it is unpacked, which is told once.
    async fn member_name(&mut self, p: &mut Process, path: &BStr) -> BString {
        let prefix = unsafe_prefix(path);
        if prefix > 0 && !self.stripped {
            self.stripped = true;
            say::error(p, bytes!("removing leading '{}' from member names", &path[..prefix])).await;
        }
        path[prefix..].into()
    }

    fn header(&self, p: &mut Process, name: BString, path: &BStr, stat: &Stat) -> Header {
        let (flag, size) = match stat.file_type {
            FileType::Directory => (b'5', 0),
            FileType::Symlink => (b'2', 0),
            FileType::CharDevice => (b'3', 0),
            FileType::BlockDevice => (b'4', 0),
            FileType::Fifo => (b'6', 0),
            FileType::Regular | FileType::Socket => (b'0', stat.size),
        };
        let is_link = stat.file_type == FileType::Symlink;
        let is_device = matches!(flag, b'3' | b'4');
        Header {
            name,
            flag,
            mode: stat.mode.bits(),
            uid: stat.uid,
            gid: stat.gid,
            size,
            mtime: stat.mtime.secs(),
            link: if is_link { p.readlink(path).unwrap_or_default() } else { BString::default() },
            uname: self.database.user_of(stat.uid).map(|user| user.name.clone()).unwrap_or_default(),
            gname: self.database.group_of(stat.gid).map(|group| group.name.clone()).unwrap_or_default(),
            device: if is_device { stat.rdev } else { Device::default() },
        }
    }

    async fn write(&mut self, p: &mut Process, path: &BStr, header: &Header) -> Result<(), Exit> {
        let mut content = Vec::new();
        if header.flag == b'0' && header.size > 0 {
            let opened = p.open(path, OpenFlags::RDONLY, Mode::default()).await;
            match opened {
                Ok(fd) => {
                    let read = stream::read_all(p, fd).await;
                    stream::close(p, fd);
                    content = read.unwrap_or_default();
                }
                Err(errno) => {
                    self.fault(p, bytes!("can't open '{}'", path), errno).await;
                    return Ok(());
                }
            }
        }
        match self.verbose {
            Some(Listing::Stdout) => say::print(p, bytes!("{}\n", header.name)).await?,
            Some(Listing::Stderr) => p.eprint(bytes!("{}\n", header.name)).await,
            None => {}
        }
        let before = self.bytes.len();
        let size = content.len() as u64;
        Header { size, ..header.clone() }.write(&mut self.bytes);
        self.bytes.extend_from_slice(&content);
        header::pad(&mut self.bytes);
        p.hold_memory(before as u64, self.bytes.len() as u64);
        Ok(())
    }
}
