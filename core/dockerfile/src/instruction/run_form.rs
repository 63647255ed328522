//! Shell form and exec form.

use super::request::Request;

/// The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunForm {
    /// Text for the shell. Empty text means no argument at all: the shell gets `-c` alone.
    Shell(String),
    /// A program and its arguments, from a JSON array; may be empty.
    Exec(Vec<String>),
}

/// A heredoc of RUN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineScript {
    /// Its terminator.
    pub name: String,
    /// Its text; leading tabs are not cut yet.
    pub data: String,
    /// Whether leading tabs are to be cut.
    pub chomp: bool,
}

impl Default for RunForm {
    fn default() -> Self {
        Self::Shell(String::new())
    }
}

impl RunForm {
    pub(super) fn of(words: &[&str], json: bool) -> Self {
        if json {
            return Self::Exec(words.iter().map(|word| (*word).to_owned()).collect());
        }
        match words {
            [whole] => Self::Shell((*whole).to_owned()),
            _ => Self::Shell(words.join(" ")),
        }
    }

    /// The argument vector; `shell` is what SHELL says, `["/bin/sh", "-c"]` as a rule.
    #[must_use]
    pub fn argv(&self, shell: &[String]) -> Vec<String> {
        match self {
            Self::Exec(items) => items.clone(),
            Self::Shell(text) if text.is_empty() => shell.to_vec(),
            Self::Shell(text) => shell.iter().chain([text]).cloned().collect(),
        }
    }

    /// Whether there is no command: an empty array or nothing after the name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Shell(text) => text.is_empty(),
            Self::Exec(items) => items.is_empty(),
        }
    }

    /// Whether it is for the shell.
    #[must_use]
    pub fn is_shell(&self) -> bool {
        matches!(self, Self::Shell(_))
    }
}

/// The heredocs of an instruction with a command.
pub(super) fn scripts(request: &Request<'_>) -> Vec<InlineScript> {
    let script = |heredoc: &crate::syntax::Heredoc<'_>| InlineScript {
        name: heredoc.word.name.clone(),
        data: heredoc.content.to_string(),
        chomp: heredoc.word.chomp,
    };
    request.heredocs().iter().map(script).collect()
}
