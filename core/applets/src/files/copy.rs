//! Copying files and trees: what cp does, and mv across mounts (busybox `copy_file`).

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process, TimeChange};
use vfs::{Errno, FileType, Follow, Ino, Mode, Stat};

use crate::frame::stream::{self, CopyError};
use crate::frame::{ask, path, say};

/// How cp copies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct How {
    /// `-R`
    pub(crate) recurse: bool,
    /// `-p`: owner, times and the whole mode are kept.
    pub(crate) preserve: bool,
    /// `-L`: every link is followed.
    pub(crate) follow_all: bool,
    /// `-H`, and the default without `-R`: operands that are links are followed.
    pub(crate) follow_operands: bool,
    /// `-d`: several names of one file stay one file.
    pub(crate) keep_links: bool,
    /// `-f`
    pub(crate) force: bool,
    /// `-i`
    pub(crate) interactive: bool,
    /// `-n`
    pub(crate) keep_existing: bool,
    /// `-u`
    pub(crate) only_newer: bool,
    /// `-l`
    pub(crate) hard: bool,
    /// `-s`
    pub(crate) symbolic: bool,
    /// `-v`
    pub(crate) verbose: bool,
}

/// One run of cp: what was copied so far matters for hard links and for copies into themselves.
#[derive(Debug)]
pub(crate) struct Copier {
    how: How,
    linked: BTreeMap<(u64, Ino), BString>,
    made: Vec<(u64, Ino)>,
    depth: usize,
}

/// Directories nest at most this deep in a copy.
const DEEPEST: usize = 1000;

/// Whether a copy worked: `false` has been reported; the error ends the applet.
type Copied = Result<bool, Exit>;

impl Copier {
    pub(crate) fn new(how: How) -> Self {
        Self { how, linked: BTreeMap::new(), made: Vec::new(), depth: 0 }
    }

    /// Copies `from` to the path `to`.
    pub(crate) async fn copy(&mut self, p: &mut Process, from: &BStr, to: &BStr) -> Copied {
        p.tick(1).await;
        let followed = self.how.follow_all || (self.depth == 0 && self.how.follow_operands);
        let source = match if followed { p.stat(from) } else { p.lstat(from) } {
            Ok(stat) => stat,
            // What a link is to lead to need not be there.
            Err(Errno::ENOENT) if self.how.symbolic || self.how.hard => {
                let target = p.lstat(to).ok();
                let message = bytes!("can't create '{}'", to);
                return self.made_link(p, to, target.as_ref(), |p| self.link(p, from, to), message).await;
            }
            Err(errno) => return self.failed(p, bytes!("can't stat '{}'", from), errno).await,
        };
        // Only a tree's copy or a link itself replaces the link it meets.
        let target = match if self.how.recurse || self.how.force || self.how.symbolic {
            p.lstat(to)
        } else {
            p.stat(to)
        } {
            Ok(stat) => Some(stat),
            Err(Errno::ENOENT) => p.lstat(to).ok(),
            Err(errno) => return self.failed(p, bytes!("can't stat '{}'", to), errno).await,
        };
        if let Some(target) = &target {
            if same(p, &source, from, target, to) {
                say::error(p, bytes!("'{}' and '{}' are the same file", from, to)).await;
                return Ok(false);
            }
            if self.how.only_newer && target.mtime >= source.mtime {
                return Ok(true);
            }
        }
        if source.file_type == FileType::Directory {
            return self.directory(p, (from, &source), (to, target)).await;
        }
        self.entry(p, (from, &source), (to, target.as_ref())).await
    }

    async fn failed(&self, p: &mut Process, message: BString, errno: Errno) -> Copied {
        say::errno(p, message, errno).await;
        Ok(false)
    }

    async fn directory(
        &mut self,
        p: &mut Process,
        (from, source): (&BStr, &Stat),
        (to, target): (&BStr, Option<Stat>),
    ) -> Copied {
        let identity = (p.device(from, Follow::Yes).unwrap_or(0), source.ino);
        if !self.how.recurse {
            say::error(p, bytes!("omitting directory '{}'", from)).await;
            return Ok(false);
        }
        if self.made.contains(&identity) || self.depth > DEEPEST {
            say::error(p, bytes!("recursion detected, omitting directory '{}'", from)).await;
            return Ok(false);
        }
        let fresh = match target {
            Some(stat) if stat.file_type == FileType::Directory => false,
            Some(_) if p.stat(to).is_ok_and(|stat| stat.file_type == FileType::Directory) => false,
            Some(_) => {
                say::error(p, bytes!("target '{}' is not a directory", to)).await;
                return Ok(false);
            }
            None => true,
        };
        if fresh {
            let mode = Mode::new(source.mode.bits() & 0o7777 & !p.umask().bits() | 0o700);
            if let Err(errno) = p.mkdir(to, mode) {
                return self.failed(p, bytes!("can't create directory '{}'", to), errno).await;
            }
            self.remember(p, to);
        }
        let mut all = true;
        match p.read_dir(from) {
            Ok(entries) => {
                self.depth += 1;
                for entry in entries {
                    let (inner_from, inner_to) =
                        (path::join(from, entry.name.as_bstr()), path::join(to, entry.name.as_bstr()));
                    all &= Box::pin(self.copy(p, inner_from.as_bstr(), inner_to.as_bstr())).await?;
                }
                self.depth -= 1;
            }
            Err(errno) => all = self.failed(p, bytes!("can't open '{}'", from), errno).await?,
        }
        if fresh && let Err(errno) = p.chmod(to, Mode::new(source.mode.bits() & !p.umask().bits())) {
            all = self.failed(p, bytes!("can't preserve {} of '{}'", "permissions", to), errno).await?;
        }
        self.settle(p, (from, source), to).await?;
        Ok(all)
    }

    /// Notes a directory that this copy made, so that it is not copied into itself.
    fn remember(&mut self, p: &mut Process, directory: &BStr) {
        if let (Ok(stat), Ok(device)) = (p.stat(directory), p.device(directory, Follow::Yes)) {
            self.made.push((device, stat.ino));
        }
    }

    async fn entry(
        &mut self,
        p: &mut Process,
        (from, source): (&BStr, &Stat),
        (to, target): (&BStr, Option<&Stat>),
    ) -> Copied {
        if target.is_some() && self.how.keep_existing {
            return Ok(true);
        }
        if target.is_some() && self.how.interactive {
            let question = bytes!("{}: overwrite '{}'? ", say::name(p), to);
            if !ask::yes(p, question).await {
                return Ok(true);
            }
        }
        let identity = (p.device(from, Follow::No).unwrap_or(0), source.ino);
        if self.how.keep_links && source.nlink > 1 {
            if let Some(first) = self.linked.get(&identity).cloned() {
                let message = bytes!("can't create '{}'", to);
                return self.made_link(p, to, target, |p| p.link(&first, to), message).await;
            }
            self.linked.insert(identity, to.to_owned());
        }
        let copied = if self.how.symbolic || self.how.hard {
            self.made_link(p, to, target, |p| self.link(p, from, to), bytes!("can't create '{}'", to)).await?
        } else {
            match source.file_type {
                FileType::Regular => self.bytes(p, (from, source), to).await?,
                FileType::Symlink => {
                    let text = p.readlink(from).unwrap_or_default();
                    let message = bytes!("can't create symlink '{}' to '{}'", to, text);
                    self.made_link(p, to, target, |p| p.symlink(&text, to), message).await?
                }
                kind if self.how.recurse => {
                    let made = |p: &mut Process| p.mknod(to, kind, source.mode, source.rdev);
                    self.made_link(p, to, target, made, bytes!("can't create '{}'", to)).await?
                }
                _ => self.bytes(p, (from, source), to).await?,
            }
        };
        if copied && !self.how.symbolic && !self.how.hard {
            self.settle(p, (from, source), to).await?;
        }
        Ok(copied)
    }

    fn link(&self, p: &mut Process, from: &BStr, to: &BStr) -> Result<(), Errno> {
        if self.how.symbolic { p.symlink(from, to) } else { p.link(from, to) }
    }

    /// Makes a link or node in place of what is there.
    async fn made_link(
        &self,
        p: &mut Process,
        to: &BStr,
        target: Option<&Stat>,
        make: impl FnOnce(&mut Process) -> Result<(), Errno>,
        message: BString,
    ) -> Copied {
        if target.is_some() && p.lstat(to).is_ok_and(|stat| stat.file_type != FileType::Directory) {
            // When it cannot be removed, making the new one tells why.
            let _ = p.unlink(to);
        }
        match make(p) {
            Ok(()) => Ok(true),
            Err(errno) => self.failed(p, message, errno).await,
        }
    }

    async fn bytes(&self, p: &mut Process, (from, source): (&BStr, &Stat), to: &BStr) -> Copied {
        let input = match p.open(from, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => fd,
            Err(errno) => return self.failed(p, bytes!("can't open '{}'", from), errno).await,
        };
        let opened = self.output(p, to, source).await;
        let output = match opened {
            Ok(fd) => fd,
            Err(errno) => {
                stream::close(p, input);
                return self.failed(p, bytes!("can't create '{}'", to), errno).await;
            }
        };
        let copied = stream::copy(p, input, output, u64::MAX).await;
        stream::close(p, input);
        stream::close(p, output);
        match copied {
            Ok(_) => Ok(true),
            Err(CopyError::Read(errno)) => self.failed(p, "read error".into(), errno).await,
            Err(CopyError::Write(errno)) => self.failed(p, "write error".into(), errno).await,
        }
    }

    /// Opens the copy: busybox never writes into a file that is there, it puts a new one in its place.
    async fn output(&self, p: &mut Process, to: &BStr, source: &Stat) -> Result<i32, Errno> {
        let fresh = OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL;
        match p.open(to, fresh, source.mode).await {
            Err(Errno::EEXIST) => {
                p.unlink(to)?;
                p.open(to, fresh, source.mode).await
            }
            opened => opened,
        }
    }

    /// Times, owner and mode, as far as they are kept, and `-v`'s line.
    async fn settle(&self, p: &mut Process, (from, source): (&BStr, &Stat), to: &BStr) -> Result<(), Exit> {
        if self.how.preserve {
            let link = source.file_type == FileType::Symlink;
            if let Err(errno) = p.chown(to, Some(source.uid), Some(source.gid), Follow::No) {
                self.failed(p, bytes!("can't preserve {} of '{}'", "ownership", to), errno).await?;
            }
            if !link && let Err(errno) = p.chmod(to, source.mode) {
                self.failed(p, bytes!("can't preserve {} of '{}'", "permissions", to), errno).await?;
            }
            let times = (TimeChange::At(source.atime), TimeChange::At(source.mtime));
            if let Err(errno) = p.utimens(to, times.0, times.1, Follow::No) {
                self.failed(p, bytes!("can't preserve {} of '{}'", "times", to), errno).await?;
            }
        }
        self.tell(p, from, to).await
    }

    async fn tell(&self, p: &mut Process, from: &BStr, to: &BStr) -> Result<(), Exit> {
        if self.how.verbose { say::print(p, bytes!("'{}' -> '{}'\n", from, to)).await } else { Ok(()) }
    }
}

/// Whether two names lead to one inode.
pub(crate) fn same(p: &mut Process, one: &Stat, one_path: &BStr, other: &Stat, other_path: &BStr) -> bool {
    one.ino == other.ino && p.device(one_path, Follow::Yes).ok() == p.device(other_path, Follow::Yes).ok()
}
