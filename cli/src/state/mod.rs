//! The world on disk, under one folder:
//!
//! ```text
//! state.json    the document: images, names, containers, clock
//! parts/        files of layers and containers, each named by its digest, read when needed
//! images/       the image store once more, as an OCI image layout for other tools
//! lock          held while a call changes the world
//! ```
//!
//! Every file is written beside its place, synced and renamed, `state.json` last: a call that dies on the way leaves
//! the world as it was.

mod folder;
mod home;

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs::{File, OpenOptions, TryLockError},
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use simulator::{Options, Parts, Simulator};

use folder::{Folder, Layout, write_whole};
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
            Simulator::new(Options::default()).map_err(|error| error.to_string())?
        } else {
            let parts: Arc<dyn Parts> = Arc::new(Folder::new(home.join("parts")));
            Simulator::load(&document, parts).map_err(|error| {
                let place = home.join(DOCUMENT);
                format!("{}: {error}\nMove the folder away to begin with an empty world.", place.display())
            })?
        };
        Ok(State { home, document, lock, simulator: Rc::new(RefCell::new(simulator)) })
    }

    /// Writes what has changed. A call that only looked writes nothing.
    pub(crate) fn save(&mut self) -> Result<(), String> {
        if self.lock.is_none() {
            return Ok(());
        }
        let simulator = self.simulator.borrow();
        let saved = simulator.save()?;
        if saved.document == self.document {
            return Ok(());
        }
        let named = |error: io::Error| format!("{}: {error}", self.home.display());
        let parts = Folder::new(self.home.join("parts"));
        for (part, bytes) in &saved.new_parts {
            parts.write(part, bytes).map_err(named)?;
        }
        let mut layout = Layout::open(&self.home.join("images")).map_err(named)?;
        let index = simulator.export(&mut layout).map_err(|error| error.0)?;
        layout.finish(&index).map_err(named)?;
        write_whole(&self.home.join(DOCUMENT), &saved.document).map_err(named)?;
        // Only now is nothing in use that the new document does not name.
        let wanted: BTreeSet<_> = saved.parts.iter().copied().collect();
        parts.keep_only(&wanted).map_err(named)?;
        layout.forget_unused(&index).map_err(named)?;
        self.document = saved.document;
        Ok(())
    }
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
