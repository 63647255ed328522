//! The format of `lesson.yaml`: one type for each of its parts.

mod check;
mod expression;
mod grading;
mod hint;
mod lesson;
mod mutant;
mod predict;
mod read;
mod solution;
mod start;
mod step;
mod ui;

pub use check::CheckEntry;
pub use expression::Expression;
pub use grading::Grading;
pub use hint::{Hint, hints};
pub use lesson::{EngineRange, Lesson};
pub use mutant::{Mutant, Replacement};
pub use predict::Predict;
pub use read::LessonError;
pub(crate) use read::read_yaml;
pub use solution::Solution;
pub use start::{Cache, Start};
pub use step::{Command, Step};
pub use ui::{Denied, Pane, Ui};
