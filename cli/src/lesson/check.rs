use clap::Args;
use lessons::{Grade, LessonFolder, Scene};
use vfs::Tree;

use super::{current, print};
use crate::{
    check::{self, Format, open},
    state::{self, Access, State},
    submission,
};

#[derive(Args)]
pub(crate) struct Options {
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks the folder: a build of it in a fresh world, or the world on disk where the lesson is about what was typed.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let (_, path, entry) = current()?;
    let mut folder = open(&entry.lesson)?;
    folder.lesson = lessons::localized(&folder, &entry.locale)?;
    let grade = match folder.lesson.grade.live {
        true => look(&folder, |scene| lessons::judge(&folder.lesson, scene))?,
        false => check::grade(&folder, &path)?,
    };
    print(&check::print(&folder.lesson, &path.display().to_string(), &grade, options.format)?);
    Ok(Grade::passed(&grade))
}

/// Looks at the world on disk and the current folder.
pub(super) fn look<T>(folder: &LessonFolder, look: impl FnOnce(&Scene<'_>) -> T) -> Result<T, String> {
    let project = project()?;
    let state = State::open(state::home()?, Access::Read)?;
    let simulator = state.simulator.borrow();
    let grading = &folder.lesson.grade;
    let events = simulator.engine().events().cloned().collect();
    Ok(look(&Scene::new(&simulator, project, &grading.image, &grading.run).having(events)))
}

/// The files of the current folder.
pub(super) fn project() -> Result<Tree, String> {
    submission::load(&super::here()?).map_err(|refused| match refused {
        submission::Refused::Limit(text) | submission::Refused::Unreadable(text) => text,
    })
}
