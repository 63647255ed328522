//! Why parsing stopped.

use bstr::BString;

/// A syntax error; the shell prints it after `syntax error: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("syntax error: {message}")]
pub struct SyntaxError {
    /// What ash says, e.g. `unexpected ")"`.
    pub message: BString,
    /// The line where it was noticed.
    pub line: u32,
}

/// Why a parse function gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The bytes ran out and more may come.
    Incomplete,
    /// The input is wrong.
    Syntax(SyntaxError),
}
