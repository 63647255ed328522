//! A result file.

use std::{fs, path::Path};

use digest::Hasher;
use lessons::{Grade, LessonFolder};
use serde::{Deserialize, Serialize};
use vfs::{Node, Tree};

use crate::{state::write_whole, submission::Refused};

/// A grade with what it is the grade of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// The submission's name.
    pub(super) submission: String,
    /// Digest of the lesson and of the submission: while both are as they were, the result is too.
    pub(super) key: String,
    /// The grade.
    pub(super) grade: Grade,
}

impl Record {
    /// Reads a result.
    pub(super) fn read(path: &Path) -> Option<Record> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Whether there is a result for this key.
    pub(super) fn is_done(path: &Path, key: &str) -> bool {
        Record::read(path).is_some_and(|record| record.key == key)
    }

    /// Writes the result: the whole file or nothing.
    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let mut text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        text.push('\n');
        write_whole(path, text.as_bytes()).map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// The name of a submission's result file.
pub(super) fn file_name(submission: &str) -> String {
    format!("{submission}.json")
}

/// The lesson and the program that grade.
pub(super) fn version(folder: &LessonFolder) -> String {
    let lesson = serde_json::to_string(&folder.lesson).unwrap_or_default();
    format!("{} {}", env!("CARGO_PKG_VERSION"), digest::sha256(lesson))
}

/// Digest of a lesson's version and a submission's files.
pub(super) fn key(lesson: &str, loaded: &Result<Tree, Refused>) -> String {
    let mut hasher = Hasher::new();
    hasher.update(lesson);
    match loaded {
        Ok(tree) => {
            for visit in tree.walk() {
                hasher.update(format!("\0{}\0{:o}\0", visit.path, visit.inode.metadata().mode.bits()));
                match visit.inode.node() {
                    Node::File(content) => hasher.update(content.to_vec()),
                    Node::Symlink(target) => hasher.update(target),
                    _ => {}
                }
            }
        }
        Err(Refused::Limit(text) | Refused::Unreadable(text)) => hasher.update(text),
    }
    hasher.finish().to_string()
}
