use std::collections::BTreeMap;

use lessons::{BUILTIN, Builtin, CheckEntry, Lesson, LessonFolder, Part};
use serde::Serialize;

/// A lesson as a page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct LessonView {
    /// What its `lesson.yaml` says.
    #[serde(flatten)]
    pub lesson: Lesson,
    /// The checks of all its steps, in order.
    pub checks: Vec<CheckEntry>,
    /// The languages that its prose is in.
    pub locales: Vec<String>,
    /// Its prose in Markdown; commands and transcripts are left out, see [`lesson_prose`].
    pub content: String,
    /// The lines to run after the files to start with are written.
    pub setup: Vec<String>,
    /// The files to start with, by path.
    pub files: BTreeMap<String, String>,
    /// The files of its first solution, by path.
    pub solution: BTreeMap<String, String>,
}

/// The lessons that come with the program, in their order.
///
/// # Errors
/// One cannot be read; the message names the place.
pub fn lesson_views() -> Result<Vec<LessonView>, String> {
    lesson_views_in("en")
}

/// The same in a language; lessons that are not in it are in English.
///
/// # Errors
/// One cannot be read; the message names the place.
pub fn lesson_views_in(locale: &str) -> Result<Vec<LessonView>, String> {
    let named = |id: &str, error: String| format!("{id}: {error}");
    BUILTIN.iter().map(|builtin| view(builtin, locale).map_err(|error| named(builtin.id, error))).collect()
}

fn view(builtin: &Builtin, locale: &str) -> Result<LessonView, String> {
    let (folder, locale) = localized(builtin, locale)?;
    let text = |(path, bytes): (&str, &[u8])| (path.to_owned(), String::from_utf8_lossy(bytes).into_owned());
    let files =
        |name: Option<&str>| name.map(|name| folder.files(name).map(text).collect()).unwrap_or_default();
    let parts = lessons::prose(&folder, locale)?;
    let start = files(folder.lesson.start.files.as_deref());
    let solution = files(folder.lesson.solutions.first().map(|solution| solution.files.as_str()));
    Ok(LessonView {
        checks: folder.lesson.checks().cloned().collect(),
        locales: folder.locales().into_iter().map(str::to_owned).collect(),
        content: lessons::markdown(&parts),
        setup: lessons::setup(&folder.lesson),
        files: start,
        solution,
        lesson: folder.lesson,
    })
}

/// A lesson with its texts in a language, or in English where it is not in that; and which it was.
fn localized<'l>(builtin: &Builtin, locale: &'l str) -> Result<(LessonFolder, &'l str), String> {
    let mut folder = builtin.open().map_err(|error| error.to_string())?;
    let locale = if folder.locales().contains(&locale) { locale } else { "en" };
    folder.lesson = lessons::localized(&folder, locale)?;
    Ok((folder, locale))
}

/// A lesson that comes with the program, with its texts in a language if it has them.
///
/// # Errors
/// There is none of this id, or it cannot be read.
pub(crate) fn lesson_folder_in(id: &str, locale: &str) -> Result<LessonFolder, String> {
    let builtin = lessons::builtin(id).ok_or_else(|| format!("{id}: no such lesson"))?;
    localized(builtin, locale).map(|(folder, _)| folder).map_err(|error| format!("{id}: {error}"))
}

/// A lesson that comes with the program.
///
/// # Errors
/// There is none of this id, or it cannot be read.
pub(crate) fn lesson_folder(id: &str) -> Result<LessonFolder, String> {
    let builtin = lessons::builtin(id).ok_or_else(|| format!("{id}: no such lesson"))?;
    builtin.open().map_err(|error| format!("{id}: {error}"))
}

/// The prose of a lesson, with the transcripts and values that running it gives.
///
/// # Errors
/// There is no such lesson or language, or the lesson cannot be run.
pub fn lesson_prose(id: &str, locale: &str) -> Result<Vec<Part>, String> {
    lessons::walk(&lesson_folder(id)?, locale).map(|walk| walk.parts).map_err(|error| error.to_string())
}
