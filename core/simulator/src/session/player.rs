use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use api::Stream;
use digest::Digest;
use engine::{Parts, Saved};
use kernel::Loader;

use super::Entry;
use crate::machine::{self, Daemon, Keyboard, Machine, Outcome, PROJECT, Terminal};
use crate::{Options, Simulator};

/// Plays a session. The daemon is saved and opened again after every entry, as between two calls of the program.
pub struct Player {
    machine: Machine,
    daemon: Daemon,
    loader: Rc<dyn Loader>,
    keyboard: Rc<RefCell<Keyboard>>,
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
        let keyboard: Rc<RefCell<Keyboard>> = Rc::default();
        let terminal = Some(Rc::clone(&keyboard) as Terminal);
        let loader = machine::programs_at(Rc::clone(&daemon), others, terminal, project);
        let machine = Machine::at(options.clock, project).map_err(|errno| format!("{project}: {errno}"))?;
        let parts = Arc::default();
        Ok(Player { machine, daemon, loader, keyboard, parts, document })
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
            Entry::Run { line, typed } => {
                let loader = Rc::clone(&self.loader);
                let terminal: Option<Terminal> = typed.as_ref().map(|typed| {
                    self.keyboard.borrow_mut().load(typed);
                    Rc::clone(&self.keyboard) as Terminal
                });
                Some(self.machine.run(line, loader, terminal.as_ref(), Some(&self.daemon), write)?)
            }
            file => {
                self.machine.put(file)?;
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
}
