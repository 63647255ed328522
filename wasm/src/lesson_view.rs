use std::collections::BTreeMap;

use lessons::{BUILTIN, Builtin, Lesson};
use serde::Serialize;

/// A lesson as a page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LessonView {
    /// What its `lesson.yaml` says.
    #[serde(flatten)]
    pub lesson: Lesson,
    /// Its prose, in Markdown.
    pub content: &'static str,
    /// The files to start with, by path.
    pub start: BTreeMap<&'static str, &'static str>,
    /// The files of a solution, by path.
    pub solution: BTreeMap<&'static str, &'static str>,
}

/// The lessons that come with the program, in their order.
///
/// # Errors
/// One cannot be read; the message names the place.
pub fn lesson_views() -> Result<Vec<LessonView>, String> {
    let view = |builtin: &Builtin| {
        let lesson = Lesson::parse(builtin.yaml).map_err(|error| format!("{}: {error}", builtin.id))?;
        Ok(LessonView {
            lesson,
            content: builtin.content,
            start: builtin.start.iter().copied().collect(),
            solution: builtin.solution.iter().copied().collect(),
        })
    };
    BUILTIN.iter().map(view).collect()
}
