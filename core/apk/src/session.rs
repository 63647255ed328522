use std::{collections::BTreeMap, rc::Rc};

use bstr::{BString, ByteSlice};
use kernel::{Fd, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::{
    console::{Console, Stream},
    contents::PackageContents,
    database::Database,
    engine::Engine,
    mirror::Mirror,
    progress::Progress,
    protect::ProtectedPaths,
    settings::Settings,
    universe::PackageId,
};

/// A configured repository.
pub(crate) struct Source {
    /// As it is written in the repositories file.
    pub(crate) url: String,
    /// What its index says of itself; `None` when it could not be read.
    pub(crate) description: Option<String>,
}

/// Where downloaded files are kept.
pub(crate) struct Cache {
    /// Absolute path.
    pub(crate) dir: BString,
    /// Whether packages are kept, too: only in an explicit cache.
    pub(crate) active: bool,
    /// Whether an index in it is new.
    pub(crate) updated: bool,
}

/// A run of apk: the process it is, what it was told, and what it knows.
pub(crate) struct Session<'p> {
    pub(crate) process: &'p mut Process,
    pub(crate) mirror: Rc<dyn Mirror>,
    pub(crate) engine: Engine,
    pub(crate) settings: Settings,
    pub(crate) console: Console,
    pub(crate) db: Database,
    pub(crate) sources: Vec<Source>,
    pub(crate) unavailable: u8,
    pub(crate) stale: u8,
    pub(crate) arch: String,
    pub(crate) cache: Cache,
    pub(crate) protected: ProtectedPaths,
    /// Files stay with whoever runs apk.
    pub(crate) no_chown: bool,
    /// All directories get owner and mode anew.
    pub(crate) follow_all_directories: bool,
    /// Only apk itself is being upgraded: no summary.
    pub(crate) self_upgrading: bool,
    /// The protected paths were given by an option: the root's own do not count.
    pub(crate) protected_given: bool,
    /// What is in the package files that the command line names.
    pub(crate) given_files: BTreeMap<PackageId, PackageContents>,
    /// How far the commit is.
    pub(crate) progress: Progress,
    /// Where apk 3 notes what it says.
    pub(crate) log: Option<Fd>,
}

impl Session<'_> {
    /// The path of something below the root that apk works on.
    pub(crate) fn path(&self, relative: impl AsRef<[u8]>) -> BString {
        let root = self.settings.root.as_deref().unwrap_or("").trim_end_matches('/');
        [root.as_bytes(), b"/", relative.as_ref()].concat().into()
    }

    /// Writes out what has been said so far.
    pub(crate) async fn flush(&mut self) {
        for (stream, text) in self.console.take() {
            self.note(text.as_bytes()).await;
            // Nobody is left to be told when the output is gone.
            let _ = match stream {
                Stream::Out => self.process.print(text).await,
                Stream::Err => {
                    let flushed = self.process.flush().await;
                    self.process.eprint(text).await;
                    flushed
                }
            };
        }
        let _ = self.process.flush().await;
    }

    /// A file as a whole, by its absolute path.
    pub(crate) async fn read(&mut self, path: impl AsRef<[u8]>) -> Result<Vec<u8>, Errno> {
        let fd = self.process.open(path, OpenFlags::RDONLY, Mode::new(0)).await?;
        let bytes = self.process.read_to_end(fd).await;
        self.process.close(fd)?;
        bytes
    }

    /// The first bytes of a file, at most 4096.
    pub(crate) async fn read_head(&mut self, path: impl AsRef<[u8]>) -> Result<Vec<u8>, Errno> {
        let fd = self.process.open(path, OpenFlags::RDONLY, Mode::new(0)).await?;
        let bytes = self.process.read(fd, 4096).await;
        self.process.close(fd)?;
        bytes
    }

    /// Replaces a file by way of a neighbour with `.new` to its name, as apk does.
    pub(crate) async fn replace(&mut self, relative: &str, bytes: &[u8]) -> Result<(), Errno> {
        let (path, new) = (self.path(relative), self.path(format!("{relative}.new")));
        self.write_new(&new, bytes, bytes.len() as u64, Mode::new(0o644)).await?;
        self.process.rename(new, path)
    }

    /// Makes a file that begins with `head` and is `length` bytes long.
    pub(crate) async fn write_new(
        &mut self,
        path: &[u8],
        head: &[u8],
        length: u64,
        mode: Mode,
    ) -> Result<(), Errno> {
        let fd = self.process.open(path, OpenFlags::OUTPUT, mode).await?;
        let written = self.fill(fd, head, length).await;
        self.process.close(fd)?;
        written
    }

    async fn fill(&mut self, fd: Fd, head: &[u8], length: u64) -> Result<(), Errno> {
        self.process.write_all(fd, head).await?;
        match head.len() as u64 == length {
            true => Ok(()),
            false => self.process.ftruncate(fd, length),
        }
    }

    /// The lines of a text file; none when it cannot be read.
    pub(crate) async fn lines(&mut self, relative: &str) -> Vec<String> {
        let path = self.path(relative);
        let bytes = self.read(path).await.unwrap_or_default();
        bytes.lines().map(|line| line.to_str_lossy().into_owned()).collect()
    }

    /// The names in a directory; none when it cannot be read.
    pub(crate) fn names(&mut self, path: impl AsRef<[u8]>) -> Vec<BString> {
        let entries = self.process.read_dir(path).unwrap_or_default();
        entries.into_iter().map(|entry| entry.name).filter(|name| *name != "." && *name != "..").collect()
    }
}
