//! What is wrong with a Dockerfile, in Docker's words.

use diag::{Diagnostic, Span};

use crate::Vintage;

/// Line numbers, both from 1 and inclusive. Docker counts some errors one line early, so 0 occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lines {
    /// First line.
    pub first: usize,
    /// Last line; never below `first`.
    pub last: usize,
}

impl Lines {
    /// From `first` to `last`; a `last` below `first` stands for one line.
    #[must_use]
    pub fn new(first: usize, last: usize) -> Self {
        Self { first, last: last.max(first) }
    }
}

/// Which of Docker's layers found the error; it decides the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// The file has no byte.
    Empty,
    /// Found while cutting the text into instructions and words.
    Syntax,
    /// Found in one instruction's arguments or flags.
    Instruction,
    /// The instructions do not form stages.
    Stage,
}

/// The first error of a Dockerfile. `Display` gives BuildKit's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct ParseError {
    /// The layer.
    pub kind: ParseErrorKind,
    /// The bare message, without prefix.
    pub message: String,
    /// The lines BuildKit marks in its excerpt.
    pub lines: Lines,
    /// The instruction, where one is known.
    pub span: Option<Span>,
    /// In whose words.
    pub vintage: Vintage,
}

impl ParseError {
    /// BuildKit's text: instruction errors have `dockerfile parse error line N: ` (20.10) or
    /// `dockerfile parse error on line N: ` before them, others nothing.
    #[must_use]
    pub fn text(&self) -> String {
        let on = match (self.kind, self.vintage) {
            (ParseErrorKind::Instruction, Vintage::Docker20_10) => "",
            (ParseErrorKind::Instruction, Vintage::Current) => "on ",
            _ => return self.message.clone(),
        };
        format!("dockerfile parse error {on}line {}: {}", self.lines.first, self.message)
    }

    /// The classic builder's text, as the daemon answers before any step: syntax errors have
    /// `failed to parse Dockerfile: ` before them. `dockerfile` is the name the client gave.
    #[must_use]
    pub fn daemon_text(&self, dockerfile: &str) -> String {
        match self.kind {
            ParseErrorKind::Empty => format!("the Dockerfile ({dockerfile}) cannot be empty"),
            ParseErrorKind::Syntax => format!("failed to parse Dockerfile: {}", self.message),
            ParseErrorKind::Instruction | ParseErrorKind::Stage => self.text(),
        }
    }

    /// The error as a diagnostic of this project.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let code = match self.kind {
            ParseErrorKind::Empty | ParseErrorKind::Syntax => "syntax",
            ParseErrorKind::Instruction => "instruction",
            ParseErrorKind::Stage => "stage",
        };
        let diagnostic = Diagnostic::error(code, self.message.clone());
        match self.span {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        }
    }
}
