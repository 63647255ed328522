//! Which lesson is taken in which folder. It is kept beside the world, so that nothing of it is in a build context.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::state::write_whole;

/// The diary's name in the folder of the world.
const NAME: &str = "lessons.json";

/// What is known of the lessons that were begun.
pub(super) struct Diary {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

/// A lesson in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its id, or its own folder.
    pub(super) lesson: String,
    /// The language it is taken in.
    pub(super) locale: String,
    /// Hints given since the state was last another one.
    pub(super) hints: usize,
    /// The first level of those hints.
    pub(super) help: String,
}

impl Diary {
    /// Reads the diary of a world; an empty one where there is none.
    pub(super) fn open(home: PathBuf) -> Result<Diary, String> {
        let path = home.join(NAME);
        let named = |error: String| format!("{}: {error}", path.display());
        let entries = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| named(error.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(named(error.to_string())),
        };
        Ok(Diary { path, entries })
    }

    /// The lesson of a folder.
    pub(super) fn entry(&self, folder: &Path) -> Option<Entry> {
        self.entries.get(&folder.display().to_string()).cloned()
    }

    /// Notes the lesson of a folder.
    pub(super) fn note(&mut self, folder: &Path, entry: Entry) -> Result<(), String> {
        self.entries.insert(folder.display().to_string(), entry);
        let named = |error: std::io::Error| format!("{}: {error}", self.path.display());
        if let Some(home) = self.path.parent() {
            std::fs::create_dir_all(home).map_err(named)?;
        }
        let text = serde_json::to_vec_pretty(&self.entries).map_err(|error| error.to_string())?;
        write_whole(&self.path, &text).map_err(named)
    }
}
