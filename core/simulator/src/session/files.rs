use base64::{Engine, engine::general_purpose::STANDARD};
use vfs::{Errno, Follow, Metadata, Mode, Time};

use super::{Entry, token::is_inside};
use crate::machine::Machine;

impl Machine {
    /// Does to the project folder what an entry says; nothing for a line.
    ///
    /// # Errors
    /// One sentence: a path that leads out of the folder, content that is no base64, what the file system refuses.
    pub fn put(&mut self, entry: &Entry) -> Result<(), String> {
        let (Entry::WriteFile { path, .. }
        | Entry::RemoveFile { path }
        | Entry::MakeFolder { path, .. }
        | Entry::Link { path, .. }) = entry
        else {
            return Ok(());
        };
        let is_top = path.is_empty() && matches!(entry, Entry::MakeFolder { .. });
        if !is_top && !is_inside(path) {
            return Err(format!("{path:?} is no path of a file in the project folder"));
        }
        let whole = if path.is_empty() { self.project.clone() } else { format!("{}/{path}", self.project) };
        let done = match entry {
            Entry::WriteFile { text, base64, mode, time, .. } => {
                let bytes = match base64 {
                    Some(base64) => STANDARD.decode(base64).map_err(|error| format!("{path}: {error}"))?,
                    None => text.clone().into_bytes(),
                };
                self.put_file(&whole, bytes, *mode, *time)
            }
            Entry::MakeFolder { mode, time, .. } => self.put_folder(&whole, *mode, *time),
            Entry::Link { target, time, .. } => self.put_link(&whole, target, *time),
            _ => self.tree.remove_all(&whole, self.clock),
        };
        done.map_err(|errno| format!("{path}: {errno}"))
    }

    fn make_above(&mut self, whole: &str) -> Result<(), Errno> {
        let folder = whole.rsplit_once('/').map_or("/", |(folder, _)| folder);
        self.tree.mkdir_all(folder, 0o755, self.clock).map(drop)
    }

    fn put_file(
        &mut self,
        whole: &str,
        bytes: Vec<u8>,
        mode: Option<u16>,
        time: Option<Time>,
    ) -> Result<(), Errno> {
        self.make_above(whole)?;
        let now = self.clock;
        let ino = self.tree.write_file(whole, bytes, 0o644, now)?;
        if mode.is_none() && time.is_none() {
            return Ok(());
        }
        let mode = mode.map_or(0o644, u32::from);
        self.tree.set_metadata(ino, Metadata::new(mode, time.unwrap_or(now)))
    }

    fn put_folder(&mut self, whole: &str, mode: Option<u16>, time: Option<Time>) -> Result<(), Errno> {
        let now = self.clock;
        let ino = self.tree.mkdir_all(whole, 0o755, now)?;
        if let Some(mode) = mode {
            self.tree.set_mode(ino, Mode::new(mode.into()), now)?;
        }
        match time {
            Some(time) => {
                let mode = self.tree.stat(ino)?.mode.bits();
                self.tree.set_metadata(ino, Metadata::new(mode, time))
            }
            None => Ok(()),
        }
    }

    fn put_link(&mut self, whole: &str, target: &str, time: Option<Time>) -> Result<(), Errno> {
        self.make_above(whole)?;
        let now = self.clock;
        if self.tree.resolve(whole, Follow::No).is_ok() {
            self.tree.remove_all(whole, now)?;
        }
        self.tree.symlink(target, whole, now)?;
        let ino = self.tree.resolve(whole, Follow::No)?;
        match time {
            Some(time) => self.tree.set_metadata(ino, Metadata::new(0o777, time)),
            None => Ok(()),
        }
    }
}
