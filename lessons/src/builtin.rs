//! The lessons that come with the program: the folders of `content/`, in the order of `content/curriculum.txt`.

use crate::{LessonError, LessonFolder};

/// A lesson that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its id, the name of its folder.
    pub id: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

impl Builtin {
    /// The lesson with its files.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(&self) -> Result<LessonFolder, LessonError> {
        LessonFolder::open(
            self.files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect(),
        )
    }

    /// A file of its folder, as text.
    pub fn text(&self, path: &str) -> Option<&'static str> {
        let found = self.files.iter().find(|(known, _)| *known == path);
        found.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
    }
}

/// The lesson of an id.
pub fn builtin(id: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|lesson| lesson.id == id)
}
