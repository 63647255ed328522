use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use api::Stream;
use base64::{Engine, engine::general_purpose::STANDARD};
use digest::Digest;
use engine::{Parts, Saved};
use kernel::Loader;
use vfs::{Errno, Follow, Metadata, Mode, Time};

use super::Entry;
use crate::machine::{self, Daemon, Machine, Outcome, PROJECT};
use crate::{Options, Simulator};

/// Plays a session. The daemon is saved and opened again after every entry, as between two calls of the program.
pub struct Player {
    machine: Machine,
    project: String,
    daemon: Daemon,
    loader: Rc<dyn Loader>,
    parts: Arc<Memory>,
    document: Vec<u8>,
}

/// What came of an entry.
#[derive(Clone, Debug)]
pub struct Played {
    /// How a line ended; none for files.
    pub outcome: Option<Outcome>,
    /// The world after it.
    pub saved: Saved,
}

/// Parts in memory.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<Digest, Vec<u8>>>);

impl Parts for Memory {
    fn read(&self, part: &Digest) -> Result<Vec<u8>, String> {
        let parts = self.0.lock().map_err(|error| error.to_string())?;
        parts.get(part).cloned().ok_or_else(|| "it is not there".to_owned())
    }
}

impl Player {
    /// A fresh world, with the project folder at `project` or at [`PROJECT`].
    ///
    /// # Errors
    /// One sentence: damaged facts, a place that cannot be a folder.
    pub fn new(project: Option<&str>) -> Result<Player, String> {
        let options = Options::default();
        let simulator = Simulator::new(options).map_err(|error| error.to_string())?;
        let document = simulator.save()?.document;
        let daemon = Rc::new(RefCell::new(simulator));
        let others = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
        let project = project.unwrap_or(PROJECT);
        let loader = machine::programs_at(Rc::clone(&daemon), others, None, project);
        let machine = Machine::at(options.clock, project).map_err(|errno| format!("{project}: {errno}"))?;
        let parts = Arc::default();
        Ok(Player { machine, project: project.to_owned(), daemon, loader, parts, document })
    }

    /// The world's document as it is.
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// The world as it is.
    pub fn with_world<T>(&self, look: impl FnOnce(&Simulator) -> T) -> T {
        look(&self.daemon.borrow())
    }

    /// The world, when all is done.
    ///
    /// # Errors
    /// One sentence: what was saved cannot be read.
    pub fn into_world(self) -> Result<Simulator, String> {
        let parts: Arc<dyn Parts> = Arc::clone(&self.parts) as Arc<dyn Parts>;
        Simulator::load(&self.document, parts).map_err(|error| error.to_string())
    }

    /// Does one thing. `write` gets the output of a line as it comes.
    ///
    /// # Errors
    /// One sentence: a file that cannot be written, a machine that is broken.
    pub fn play(&mut self, entry: &Entry, write: &mut dyn FnMut(Stream, &[u8])) -> Result<Played, String> {
        let outcome = match entry {
            Entry::Run { line } => Some(self.machine.run(line, Rc::clone(&self.loader), None, write)?),
            file => {
                self.file(file)?;
                None
            }
        };
        let saved = self.daemon.borrow().save()?;
        if let Ok(mut parts) = self.parts.0.lock() {
            parts.extend(saved.new_parts.iter().cloned());
        }
        if saved.document != self.document {
            let parts: Arc<dyn Parts> = Arc::clone(&self.parts) as Arc<dyn Parts>;
            *self.daemon.borrow_mut() =
                Simulator::load(&saved.document, parts).map_err(|error| error.to_string())?;
            self.document.clone_from(&saved.document);
        }
        Ok(Played { outcome, saved })
    }

    fn file(&mut self, entry: &Entry) -> Result<(), String> {
        let (Entry::WriteFile { path, .. }
        | Entry::RemoveFile { path }
        | Entry::MakeFolder { path, .. }
        | Entry::Link { path, .. }) = entry
        else {
            return Ok(());
        };
        let whole = if path.is_empty() { self.project.clone() } else { format!("{}/{path}", self.project) };
        let done = match entry {
            Entry::WriteFile { text, base64, mode, time, .. } => {
                let bytes = match base64 {
                    Some(base64) => STANDARD.decode(base64).map_err(|error| format!("{path}: {error}"))?,
                    None => text.clone().into_bytes(),
                };
                self.write(&whole, bytes, *mode, *time)
            }
            Entry::MakeFolder { mode, time, .. } => self.folder(&whole, *mode, *time),
            Entry::Link { target, time, .. } => self.link(&whole, target, *time),
            _ => self.machine.tree.remove_all(&whole, self.machine.clock),
        };
        done.map_err(|errno| format!("{path}: {errno}"))
    }

    fn above(&mut self, whole: &str) -> Result<(), Errno> {
        let folder = whole.rsplit_once('/').map_or("/", |(folder, _)| folder);
        self.machine.tree.mkdir_all(folder, 0o755, self.machine.clock).map(drop)
    }

    fn write(
        &mut self,
        whole: &str,
        bytes: Vec<u8>,
        mode: Option<u16>,
        time: Option<Time>,
    ) -> Result<(), Errno> {
        self.above(whole)?;
        let now = self.machine.clock;
        let ino = self.machine.tree.write_file(whole, bytes, 0o644, now)?;
        if mode.is_none() && time.is_none() {
            return Ok(());
        }
        let mode = mode.map_or(0o644, u32::from);
        self.machine.tree.set_metadata(ino, Metadata::new(mode, time.unwrap_or(now)))
    }

    fn folder(&mut self, whole: &str, mode: Option<u16>, time: Option<Time>) -> Result<(), Errno> {
        let now = self.machine.clock;
        let ino = self.machine.tree.mkdir_all(whole, 0o755, now)?;
        if let Some(mode) = mode {
            self.machine.tree.set_mode(ino, Mode::new(mode.into()), now)?;
        }
        match time {
            Some(time) => {
                let mode = self.machine.tree.stat(ino)?.mode.bits();
                self.machine.tree.set_metadata(ino, Metadata::new(mode, time))
            }
            None => Ok(()),
        }
    }

    fn link(&mut self, whole: &str, target: &str, time: Option<Time>) -> Result<(), Errno> {
        self.above(whole)?;
        let now = self.machine.clock;
        if self.machine.tree.resolve(whole, Follow::No).is_ok() {
            self.machine.tree.remove_all(whole, now)?;
        }
        self.machine.tree.symlink(target, whole, now)?;
        let ino = self.machine.tree.resolve(whole, Follow::No)?;
        match time {
            Some(time) => self.machine.tree.set_metadata(ino, Metadata::new(0o777, time)),
            None => Ok(()),
        }
    }
}
