//! Making the files of entries.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process, TimeChange};
use vfs::{Errno, FileType, Follow, Mode, Time};

use super::header::Header;
use crate::files::mkdir::Maker;
use crate::frame::{path, say};
use crate::users::database::Database;

/// How files are made.
pub(super) struct Extractor {
    /// Owners by name, unless by number; none when files are to be the extractor's.
    pub(super) owners: Option<Owners>,
    /// The umask is taken from the modes.
    pub(super) masked: bool,
    /// Files keep their time.
    pub(super) times: bool,
    pub(super) existing: Existing,
    /// Links that are made at the end.
    later: Vec<Link>,
}

/// Whose ids names of users and groups stand for.
pub(super) struct Owners {
    pub(super) database: Database,
    pub(super) numeric: bool,
}

/// What happens to a file that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// It is removed first.
    Replace,
    /// It gets the new content.
    Overwrite,
    /// It stays, which ends the extraction.
    Keep,
}

struct Link {
    hard: bool,
    target: BString,
    path: BString,
}

impl Extractor {
    pub(super) fn new(owners: Option<Owners>, masked: bool, times: bool, existing: Existing) -> Self {
        Self { owners, masked, times, existing, later: Vec::new() }
    }

    /// Makes the file of an entry at `path`; what is only a warning has been printed.
    pub(super) async fn make(
        &mut self,
        p: &mut Process,
        header: &Header,
        path: &BStr,
        content: &[u8],
    ) -> Result<(), Exit> {
        let kind = header.kind().unwrap_or(FileType::Regular);
        // A file that was packed twice is a link to itself.
        if header.flag == b'1' && header.link == path {
            return Ok(());
        }
        self.make_parents(p, path).await?;
        if self.existing == Existing::Replace
            && kind != FileType::Directory
            && let Err(errno) = p.unlink(path)
            && errno != Errno::ENOENT
        {
            return Err(say::die_errno(p, bytes!("can't remove old file {}", path), errno).await);
        }
        let mode = Mode::new(header.mode);
        match kind {
            FileType::Regular if header.flag == b'1' => {
                self.later.push(Link { hard: true, target: header.link.clone(), path: path.to_owned() });
                return Ok(());
            }
            FileType::Symlink => return self.symlink(p, header, path).await,
            FileType::Regular => self.regular(p, path, mode, content).await?,
            FileType::Directory => match p.mkdir(path, mode) {
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(errno) => say::errno(p, bytes!("can't make dir {}", path), errno).await,
            },
            node => {
                if let Err(errno) = p.mknod(path, node, mode, header.device) {
                    say::errno(p, bytes!("can't create node {}", path), errno).await;
                }
            }
        }
        self.dress(p, header, path);
        Ok(())
    }

    async fn make_parents(&self, p: &mut Process, path: &BStr) -> Result<(), Exit> {
        let parent = path::parent(path);
        if parent == "." || parent == "/" {
            return Ok(());
        }
        let maker = Maker { parents: true, mode: None, verbose: false };
        if let Err((directory, errno)) = maker.make(p, parent).await? {
            say::errno(p, bytes!("can't create directory '{}'", path::strip(directory)), errno).await;
        }
        Ok(())
    }

    async fn regular(&self, p: &mut Process, path: &BStr, mode: Mode, content: &[u8]) -> Result<(), Exit> {
        let flags = OpenFlags::WRONLY | OpenFlags::CREAT;
        let flags = if self.existing == Existing::Overwrite {
            flags | OpenFlags::TRUNC
        } else {
            flags | OpenFlags::EXCL
        };
        let fd = match p.open(path, flags, mode).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", path), errno).await),
        };
        let written = p.write_all(fd, content).await;
        // What close(2) could tell, write(2) has told.
        let _ = p.close(fd);
        match written {
            Ok(()) => Ok(()),
            Err(errno) => Err(say::die_errno(p, "write error", errno).await),
        }
    }

    /// A link that leads out of its directory waits, so that no later entry is written through it.
    async fn symlink(&mut self, p: &mut Process, header: &Header, path: &BStr) -> Result<(), Exit> {
        if header.link.starts_with(b"/") || header.link.contains_str("..") {
            self.later.push(Link { hard: false, target: header.link.clone(), path: path.to_owned() });
            return Ok(());
        }
        match p.symlink(&header.link, path) {
            Ok(()) => Ok(()),
            Err(_) => Err(link_failed(p, "sym", path, header.link.as_bstr()).await),
        }
    }

    /// Makes the links that waited.
    pub(super) async fn finish(&mut self, p: &mut Process) -> Result<(), Exit> {
        for link in std::mem::take(&mut self.later) {
            let (kind, made) = if link.hard {
                ("hard", p.link(&link.target, &link.path))
            } else {
                ("sym", p.symlink(&link.target, &link.path))
            };
            if made.is_err() {
                return Err(link_failed(p, kind, link.path.as_bstr(), link.target.as_bstr()).await);
            }
        }
        Ok(())
    }

    /// Owner, mode and time, as far as they can be set.
    fn dress(&self, p: &mut Process, header: &Header, path: &BStr) {
        if let Some(owners) = &self.owners {
            let (uid, gid) = owners.of(header);
            // As busybox does: what cannot be set is left as it is.
            let _ = p.chown(path, Some(uid), Some(gid), Follow::No);
        }
        let mask = if self.masked { p.umask().bits() } else { 0 };
        let _ = p.chmod(path, Mode::new(header.mode & !mask));
        if self.times {
            let time = TimeChange::At(Time::from_secs(header.mtime));
            let _ = p.utimens(path, time, time, Follow::No);
        }
    }
}

async fn link_failed(p: &mut Process, kind: &str, path: &BStr, target: &BStr) -> Exit {
    say::die(p, bytes!("can't create {}link '{}' to '{}'", kind, path, target)).await
}

impl Owners {
    fn of(&self, header: &Header) -> (u32, u32) {
        let by_name = !self.numeric;
        let user = self.database.user(&header.uname).filter(|_| by_name);
        let group = self.database.group(&header.gname).filter(|_| by_name);
        (user.map_or(header.uid, |user| user.uid), group.map_or(header.gid, |group| group.gid))
    }
}
