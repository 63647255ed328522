use clap::Args;
use lessons::LessonFolder;

use super::{current, print};
use crate::check::open;

#[derive(Args)]
pub(crate) struct Options {
    /// A lesson; the one of this folder, without it
    lesson: Option<String>,
    /// The language of its texts
    #[arg(long)]
    locale: Option<String>,
}

/// Prints the text of a lesson as Markdown.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let (lesson, locale) = match &options.lesson {
        Some(lesson) => (lesson.clone(), None),
        None => current().map(|(_, _, entry)| (entry.lesson, Some(entry.locale)))?,
    };
    let locale = options.locale.clone().or(locale).unwrap_or_else(|| "en".to_owned());
    print(&text(&open(&lesson)?, &locale)?);
    Ok(true)
}

/// The text, with what running the lesson gives and its questions.
pub(super) fn text(folder: &LessonFolder, locale: &str) -> Result<String, String> {
    let walk = lessons::walk(folder, locale).map_err(|error| error.to_string())?;
    Ok(lessons::markdown(&walk.parts))
}
