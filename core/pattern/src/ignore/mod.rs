//! `.dockerignore`: reading the file, and which paths its patterns leave out.

mod compile;
mod matcher;
mod read;

pub use compile::{Dialect, Strategy};
pub use matcher::{IgnoreError, Pattern, PatternMatcher, Visit};
pub use read::read;
