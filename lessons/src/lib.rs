//! Lessons: their format, checks on state, and grading.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod builtin;
mod check;
mod grade;
mod lesson;

pub use builtin::{BUILTIN, Builtin, builtin};
pub use check::{Check, ConfigField, Evidence};
pub use grade::{CheckResult, Grade, grade};
pub use lesson::{CheckEntry, Lesson, LessonError};
