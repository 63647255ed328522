//! Lessons: their format, the language of checks, grading.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bench;
mod builtin;
mod expr;
mod folder;
mod format;
mod grade;
mod lint;
mod locale;
mod prose;
pub mod report;
mod scene;
mod snapshot;
mod testing;

pub use bench::{Bench, Ran};
pub use builtin::{BUILTIN, Builtin, builtin};
pub use expr::{Evidence, Expr, ExprError, Member, Operator, Parameter, Type, members};
pub use folder::LessonFolder;
pub use format::{
    Cache, CheckEntry, Command, Denied, EngineRange, Expression, Grading, Hint, Lesson, LessonError, Mutant,
    Pane, Predict, Replacement, Solution, Start, Step, Ui, hints,
};
pub use grade::{BenchError, CheckResult, Grade, grade, grading_limits, help, judge, setup, start};
pub use lint::lint;
pub use locale::localized;
pub use prose::{Part, Piece, Walk, markdown, prose, walk};
pub use scene::Scene;
pub use snapshot::snapshot;
pub use testing::{Case, test};

/// The JSON Schema of `lesson.yaml`, made from the types.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Lesson).to_value();
    schema["title"] = "A lesson of Glasshull: lesson.yaml".into();
    schema
}
