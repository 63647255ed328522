//! Pattern languages: fnmatch, POSIX regular expressions, Go filepath.Match and .dockerignore rules.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod filepath;
mod fnmatch;
pub mod ignore;
mod regex;

pub use filepath::{BadPattern, filepath_clean, filepath_match};
pub use fnmatch::{FnmatchFlags, fnmatch, glob_has_magic};
pub use regex::{Captures, Regex, RegexError, RegexOptions};
