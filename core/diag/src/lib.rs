//! Source positions and diagnostics: spans, source files, messages with hints, caret rendering.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]
