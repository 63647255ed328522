//! The world on disk, under one folder:
//!
//! ```text
//! state.json    the document: images, names, containers, clock
//! repositories/ package repositories of the user's own
//! parts/        files of layers and containers, each named by its digest, read when needed
//! history/      what was done, and the documents of the states before this one
//! images/       the image store once more, as an OCI image layout for other tools
//! lock          held while a call changes the world
//! ```
//!
//! Every file is written beside its place, synced and renamed, `state.json` after all that it names: a call that dies on
//! the way leaves the world as it was.

mod folder;
mod fsck;
mod history;
mod home;
pub(crate) mod repositories;

use std::{
    cell::RefCell,
    fs::{File, OpenOptions, TryLockError},
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use api::Backend;
use digest::Digest;
use simulator::{Options, Parts, Saved, Simulator};

pub(crate) use folder::write_whole;
use folder::{Folder, Layout};
pub(crate) use fsck::{Finding, Verdict, check};
pub(crate) use history::{Archive, Branch, Called, Done, History, STATES_MAX, Step};
pub(crate) use home::home;

/// The document's name.
const DOCUMENT: &str = "state.json";
/// How long a call waits for another one before it says so.
const PATIENCE: Duration = Duration::from_secs(1);

/// A world that is kept in a folder.
pub(crate) struct State {
    home: PathBuf,
    /// The document as it is on disk.
    document: Vec<u8>,
    /// Held until the state is dropped; none for calls that only look.
    lock: Option<File>,
    /// The world.
    pub(crate) simulator: Rc<RefCell<Simulator>>,
}

/// Whether a call may change the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It only looks, and waits for nobody.
    Read,
    /// It may change it; others that may wait meanwhile.
    Write,
}

impl State {
    /// Opens the world of a folder; a new one where there is none.
    pub(crate) fn open(home: PathBuf, access: Access) -> Result<Self, String> {
        let named = |error: io::Error| format!("{}: {error}", home.display());
        let lock = match access {
            Access::Read => None,
            Access::Write => {
                std::fs::create_dir_all(&home).map_err(named)?;
                Some(take_lock(&home).map_err(named)?)
            }
        };
        let document = match std::fs::read(home.join(DOCUMENT)) {
            Ok(document) => document,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(named(error)),
        };
        let simulator = if document.is_empty() {
            Simulator::of(Options::default(), &repositories::catalog(&home)?)
        } else {
            load(&home, &document).map_err(|error| {
                let place = home.join(DOCUMENT);
                format!("{}: {error}\nMove the folder away to begin with an empty world.", place.display())
            })?
        };
        Ok(State { home, document, lock, simulator: Rc::new(RefCell::new(simulator)) })
    }

    /// The world as it was after a step, to look at: nothing that is done to it is kept.
    pub(crate) fn open_at(home: PathBuf, number: usize) -> Result<Self, String> {
        let state = State::open(home, Access::Read)?;
        let document = state.document_at(&state.history()?, number)?;
        let simulator = load(&state.home, &document)?;
        Ok(State { document, simulator: Rc::new(RefCell::new(simulator)), ..state })
    }

    /// What was done, and where the world is.
    pub(crate) fn history(&self) -> Result<History, String> {
        if self.document.is_empty() {
            return Ok(History::default());
        }
        let mut history = History::open(&self.home)?;
        if !history.find(&digest::sha256(&self.document)) {
            history.push(self.step(&self.document, Done::Unknown));
        }
        Ok(history)
    }

    /// The files of the history.
    pub(crate) fn archive(&self) -> Archive {
        Archive::new(&self.home)
    }

    /// The document as it is on disk.
    pub(crate) fn document(&self) -> &[u8] {
        &self.document
    }

    fn document_at(&self, history: &History, number: usize) -> Result<Vec<u8>, String> {
        let branch = history.branch();
        let steps = format!("the steps are {} to {}", branch.dropped, branch.last());
        let step = branch.step(number).ok_or_else(|| format!("there is no step {number}: {steps}"))?;
        let forgotten = || {
            format!("the state after step {number} is forgotten: no more than {STATES_MAX} states are kept")
        };
        match self.archive().document(&step.state) {
            None if digest::sha256(&self.document) == step.state => Ok(self.document.clone()),
            found => found.ok_or_else(forgotten),
        }
    }

    /// A step to the world as it is.
    fn step(&self, document: &[u8], done: Done) -> Step {
        step_of(&self.simulator.borrow(), document, done)
    }

    /// Writes what has changed, and notes `done` in the history. A call that only looked writes nothing.
    pub(crate) fn save(&mut self, done: impl FnOnce(&Archive) -> Result<Done, String>) -> Result<(), String> {
        if self.lock.is_none() {
            return Ok(());
        }
        let saved = self.simulator.borrow().save()?;
        if saved.document == self.document {
            return Ok(());
        }
        let mut history = self.history()?;
        let mut documents = vec![self.document.clone()];
        if self.document.is_empty() {
            let fresh = Simulator::new(Options::default()).map_err(|error| error.to_string())?;
            documents = vec![fresh.save()?.document];
            history.push(step_of(&fresh, &documents[0], Done::Began));
        }
        let Saved { document, new_parts, .. } = saved;
        history.push(self.step(&document, done(&self.archive())?));
        documents.push(document);
        self.commit(&history, documents, &new_parts)
    }

    /// Goes to another step of the current branch.
    pub(crate) fn go(&mut self, number: usize) -> Result<(), String> {
        let mut history = self.history()?;
        history.go(number);
        self.stand(&history)
    }

    /// Makes the world what a history says that it is at.
    pub(crate) fn stand(&mut self, history: &History) -> Result<(), String> {
        let document = self.document_at(history, history.branch().at)?;
        *self.simulator.borrow_mut() = load(&self.home, &document)?;
        self.commit(history, vec![self.document.clone(), document], &[])
    }

    /// Puts a world that was made elsewhere in the place of this one: its steps with their states.
    pub(crate) fn adopt(
        &mut self,
        history: &History,
        played: Vec<Saved>,
        world: Simulator,
    ) -> Result<(), String> {
        *self.simulator.borrow_mut() = world;
        let (mut documents, mut parts) = (vec![self.document.clone()], Vec::new());
        for saved in played {
            documents.push(saved.document);
            parts.extend(saved.new_parts);
        }
        self.commit(history, documents, &parts)
    }

    /// Forgets all but the newest `keep` states that can be undone, and what nothing names any more.
    pub(crate) fn prune(&mut self, keep: usize) -> Result<(), String> {
        let named = |error: io::Error| format!("{}: {error}", self.home.display());
        let history = self.history()?;
        if self.document.is_empty() {
            return Ok(());
        }
        let archive = self.archive();
        archive.states.write(&digest::sha256(&self.document), &self.document).map_err(named)?;
        archive.write(&history).map_err(named)?;
        archive.collect(&history, &Folder::new(self.home.join("parts")), keep).map_err(named)
    }

    /// Bytes of all parts, documents and inputs.
    pub(crate) fn bytes(&self) -> Result<u64, String> {
        let archive = self.archive();
        let folders = [Folder::new(self.home.join("parts")), archive.states, archive.inputs];
        let sum: io::Result<u64> = folders.iter().map(Folder::bytes).sum();
        sum.map_err(|error| format!("{}: {error}", self.home.display()))
    }

    /// Writes parts and documents, then the history, then the last of the documents as the state. What is written of a
    /// commit that fails goes again.
    fn commit(
        &mut self,
        history: &History,
        mut documents: Vec<Vec<u8>>,
        new_parts: &[(Digest, Vec<u8>)],
    ) -> Result<(), String> {
        let named = |error: io::Error| format!("{}: {error}", self.home.display());
        let (parts, archive) = (Folder::new(self.home.join("parts")), self.archive());
        documents.retain(|document| !document.is_empty());
        let states: Vec<Digest> = documents.iter().map(digest::sha256).collect();
        let is_new = |folder: &Folder, file: &Digest| !folder.has(file);
        let fresh_parts: Vec<_> = new_parts.iter().filter(|(part, _)| is_new(&parts, part)).collect();
        let fresh_states: Vec<_> = states.iter().filter(|state| is_new(&archive.states, state)).collect();
        let simulator = self.simulator.borrow();
        let write = || -> Result<_, String> {
            for (part, bytes) in &fresh_parts {
                parts.write(part, bytes).map_err(named)?;
            }
            for (state, document) in states.iter().zip(&documents) {
                archive.states.write(state, document).map_err(named)?;
            }
            let mut layout = Layout::open(&self.home.join("images")).map_err(named)?;
            let index = simulator.export(&mut layout).map_err(|error| error.0)?;
            archive.write(history).map_err(named)?;
            let document = documents.last().map(Vec::as_slice).unwrap_or_default();
            write_whole(&self.home.join(DOCUMENT), document).map_err(named)?;
            Ok((layout, index))
        };
        let before = std::fs::read(self.home.join("history/journal.json")).ok();
        let (layout, index) = write().inspect_err(|_| {
            // A disk that is full may have no room for the old journal either; then what it names has to stay.
            let place = self.home.join("history/journal.json");
            if before.is_none_or(|before| write_whole(&place, &before).is_ok()) {
                let gone = fresh_parts.iter().try_for_each(|(part, _)| parts.remove(part));
                let _ = gone
                    .and_then(|()| fresh_states.iter().try_for_each(|state| archive.states.remove(state)));
            }
        })?;
        layout.finish(&index).map_err(named)?;
        layout.forget_unused(&index).map_err(named)?;
        if history.has_cut || archive.is_full(&parts).map_err(named)? {
            archive.collect(history, &parts, STATES_MAX).map_err(named)?;
        }
        drop(simulator);
        self.document = documents.pop().unwrap_or_default();
        Ok(())
    }
}

/// A step to a world.
pub(crate) fn step_of(world: &Simulator, document: &[u8], done: Done) -> Step {
    Step {
        time: world.now(),
        state: digest::sha256(document),
        images: world.images(&api::ImageQuery::default()).map_or(0, |images| images.len()),
        containers: world.containers(true).map_or(0, |containers| containers.len()),
        done,
    }
}

fn load(home: &Path, document: &[u8]) -> Result<Simulator, String> {
    let parts: Arc<dyn Parts> = Arc::new(Folder::new(home.join("parts")));
    Simulator::load_on(document, parts, &repositories::catalog(home)?).map_err(|error| error.to_string())
}

/// Takes the lock of a folder. Who waits at a terminal is told after a moment.
fn take_lock(home: &Path) -> io::Result<File> {
    let path = home.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
    let start = std::time::Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => break,
        }
    }
    if io::stderr().is_terminal() {
        eprintln!("glasshull: waiting for another call that uses {}", home.display());
    }
    file.lock()?;
    Ok(file)
}
