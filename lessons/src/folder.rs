//! A lesson with the files beside it.

use std::collections::BTreeMap;

use vfs::{Errno, Metadata, Time, Tree};

use crate::format::{Lesson, LessonError, Mutant, Solution};

/// What the clock says when files of a lesson were written: before any world begins.
const WRITTEN: Time = Time::from_secs(1_727_690_400);
/// Bytes of all files of a lesson.
const MAX_FILES: usize = 4 << 20;

/// A lesson and the files of its folder.
#[derive(Clone, Debug)]
pub struct LessonFolder {
    /// What its `lesson.yaml` says.
    pub lesson: Lesson,
    files: BTreeMap<String, Vec<u8>>,
}

impl LessonFolder {
    /// Reads a lesson from the files of its folder, by path.
    ///
    /// # Errors
    /// No `lesson.yaml`, one that cannot be read, more files than a lesson may have.
    pub fn open(files: BTreeMap<String, Vec<u8>>) -> Result<LessonFolder, LessonError> {
        let bytes: usize = files.values().map(Vec::len).sum();
        if bytes > MAX_FILES {
            return Err(LessonError::Folder(format!(
                "files of {bytes} bytes exceed the limit of {MAX_FILES}"
            )));
        }
        let Some(yaml) = files.get("lesson.yaml") else {
            return Err(LessonError::Folder("there is no lesson.yaml".to_owned()));
        };
        let text = std::str::from_utf8(yaml)
            .map_err(|error| LessonError::Folder(format!("lesson.yaml: {error}")))?;
        let lesson = Lesson::parse(text)?;
        let folder = LessonFolder { lesson, files };
        folder.complete()?;
        Ok(folder)
    }

    /// The files of a folder beside `lesson.yaml`, by their path in it.
    pub fn files<'f>(&'f self, name: &str) -> impl Iterator<Item = (&'f str, &'f [u8])> + use<'f> {
        let prefix = format!("{name}/");
        self.files
            .iter()
            .filter_map(move |(path, bytes)| Some((path.strip_prefix(&prefix)?, bytes.as_slice())))
    }

    /// A file of the folder, as text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The languages that its prose is in, sorted.
    pub fn locales(&self) -> Vec<&str> {
        let locale = |path: &'_ String| -> Option<(usize, usize)> {
            let inner = path.strip_prefix("content.")?.strip_suffix(".md")?;
            Some((8, 8 + inner.len()))
        };
        self.files.keys().filter_map(|path| locale(path).map(|(from, to)| &path[from..to])).collect()
    }

    /// The project in which the lesson begins.
    pub fn start(&self) -> Tree {
        self.laid([self.lesson.start.files.as_deref()])
    }

    /// The project with the files of a folder laid over those of the start.
    pub fn with(&self, files: &str) -> Tree {
        self.laid([self.lesson.start.files.as_deref(), Some(files)])
    }

    /// The project of a solution.
    pub fn solution(&self, solution: &Solution) -> Tree {
        self.with(&solution.files)
    }

    /// The project of a mutant.
    ///
    /// # Errors
    /// A sentence: a text that it replaces is not there, a file that cannot be written.
    pub fn mutant(&self, mutant: &Mutant) -> Result<Tree, String> {
        let of = |solution: &&Solution| mutant.of.as_ref().is_none_or(|of| *of == solution.id);
        let solution = self.lesson.solutions.iter().find(of).ok_or("there is no solution")?;
        let mut tree = self.solution(solution);
        let failed = |path: &str, errno: Errno| format!("{path}: {errno}");
        for change in &mutant.replace {
            let path = &change.file;
            let text = tree.read_file(path).map_err(|errno| failed(path, errno))?;
            let text = String::from_utf8_lossy(&text).into_owned();
            if !text.contains(&change.find) {
                return Err(format!("{path} does not hold {:?}", change.find));
            }
            let text = text.replace(&change.find, &change.with);
            write(&mut tree, path, text.as_bytes()).map_err(|errno| failed(path, errno))?;
        }
        for (path, text) in &mutant.write {
            write(&mut tree, path, text.as_bytes()).map_err(|errno| failed(path, errno))?;
        }
        for path in &mutant.remove {
            tree.remove_all(path, WRITTEN).map_err(|errno| failed(path, errno))?;
        }
        Ok(tree)
    }

    fn laid<'f>(&self, folders: impl IntoIterator<Item = Option<&'f str>>) -> Tree {
        let mut tree = Tree::new(Metadata::new(0o755, WRITTEN));
        for folder in folders.into_iter().flatten() {
            for (path, bytes) in self.files(folder) {
                // The paths of a folder do not clash.
                let _ = write(&mut tree, path, bytes);
            }
        }
        tree
    }

    /// Every folder that the lesson names has to be there.
    fn complete(&self) -> Result<(), LessonError> {
        let lesson = &self.lesson;
        let solutions = lesson.solutions.iter().map(|solution| &solution.files);
        let steps = lesson.steps.iter().filter_map(|step| step.files.as_ref());
        for folder in lesson.start.files.iter().chain(solutions).chain(steps) {
            if self.files(folder).next().is_none() {
                return Err(LessonError::Folder(format!(
                    "lesson.yaml names the folder {folder:?}, which has no files"
                )));
            }
        }
        Ok(())
    }
}

fn write(tree: &mut Tree, path: &str, bytes: &[u8]) -> Result<(), Errno> {
    if let Some((folder, _)) = path.rsplit_once('/') {
        tree.mkdir_all(folder, 0o755, WRITTEN)?;
    }
    tree.write_file(path, bytes.to_vec(), 0o644, WRITTEN).map(|_| ())
}
