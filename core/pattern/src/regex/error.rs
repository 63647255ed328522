use thiserror::Error;

/// Why a pattern was refused. The texts are musl's `regerror` texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegexError {
    /// The pattern is not valid UTF-8.
    #[error("Invalid regexp")]
    BadPattern,
    /// A collating symbol or an equivalence class in brackets.
    #[error("Unknown collating element")]
    Collate,
    /// A character class with an unknown name.
    #[error("Unknown character class name")]
    CharClass,
    /// The pattern ends in a backslash.
    #[error("Trailing backslash")]
    TrailingBackslash,
    /// `\N` names a group that the pattern does not have.
    #[error("Invalid back reference")]
    BackReference,
    /// `[` without its `]`.
    #[error("Missing ']'")]
    Bracket,
    /// `(` without its `)`, or the reverse.
    #[error("Missing ')'")]
    Paren,
    /// `\x{` without its `}`.
    #[error("Missing '}}'")]
    Brace,
    /// The numbers between braces are not an interval.
    #[error("Invalid contents of {{}}")]
    Interval,
    /// A range in brackets runs backwards or has no end.
    #[error("Invalid character range")]
    Range,
    /// The pattern is deeper or larger than the limits allow.
    #[error("Out of memory")]
    Space,
    /// A repetition with nothing to repeat.
    #[error("Repetition not preceded by valid expression")]
    Repetition,
}
