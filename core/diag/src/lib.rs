//! Source positions and diagnostics: spans, source files, messages with hints, caret rendering.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod diagnostic;
mod render;
mod source;
mod span;

pub use diagnostic::{Diagnostic, Severity};
pub use render::{render, render_all};
pub use source::{LineCol, SourceFile};
pub use span::Span;
