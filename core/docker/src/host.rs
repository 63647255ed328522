use api::{Input, Stream};
use thiserror::Error;
use vfs::Tree;

/// What goes wrong on the host's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostErrorKind {
    /// `ENOENT`
    NotFound,
    /// `EACCES`
    PermissionDenied,
    /// `ENOTDIR`
    NotADirectory,
    /// `EISDIR`
    IsADirectory,
    /// The host refuses because a named limit is exceeded.
    Limit,
    /// Anything else.
    Other,
}

/// A failure of the host, in the words of its operating system (`no such file or directory`).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct HostError {
    /// What went wrong.
    pub kind: HostErrorKind,
    /// Lower-case text without the path.
    pub message: String,
}

impl HostError {
    /// An error of `kind`, told as `message`.
    pub fn new(kind: HostErrorKind, message: impl Into<String>) -> Self {
        HostError { kind, message: message.into() }
    }
}

/// What is known of a path on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostMetadata {
    /// Whether it is a directory, symbolic links followed.
    pub is_dir: bool,
}

/// What to do with an entry while a folder is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// Take it.
    Include,
    /// Leave it out, but look inside if it is a directory.
    Descend,
    /// Leave it out with all below it.
    Skip,
}

/// The size of a terminal in letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Default for TerminalSize {
    fn default() -> Self {
        TerminalSize { width: 80, height: 24 }
    }
}

/// The machine on which `docker` runs: the only door from the command line to the outside.
pub trait Host {
    /// Loads a folder as a tree whose root is the folder. `select` gets each path relative to it (no leading slash) and
    /// whether it is a directory. Owners are 0:0, as docker's client sends them; modes and times are kept.
    fn load_dir(&self, path: &str, select: &mut dyn FnMut(&str, bool) -> Select) -> Result<Tree, HostError>;
    /// The absolute form of a path, `.` and `..` resolved by text.
    fn absolute(&self, path: &str) -> String;
    /// Where a path leads: absolute, without symbolic links.
    fn real_path(&self, path: &str) -> Result<String, HostError>;
    /// What a path is, symbolic links followed.
    fn metadata(&self, path: &str) -> Result<HostMetadata, HostError>;
    /// A whole file.
    fn read_file(&self, path: &str) -> Result<Vec<u8>, HostError>;
    /// Writes a file, replacing it.
    fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), HostError>;
    /// Writes the files of a tree into a folder, which is made if it is missing; what is there and not in the tree stays.
    /// Nothing is written outside of the folder. Owners are those of whoever runs the program.
    ///
    /// # Errors
    /// By default the honest answer of a host that has no folders to write to.
    fn write_dir(&mut self, path: &str, _tree: &Tree) -> Result<(), HostError> {
        Err(HostError::new(HostErrorKind::Other, format!("{path}: this host cannot write folders")))
    }
    /// Does to a folder (or file) what changed from one tree to another: what both have alike is left alone. Nothing is
    /// written outside of it.
    ///
    /// # Errors
    /// By default the honest answer of a host that has no folders to write to.
    fn update_dir(&mut self, path: &str, _before: &Tree, _after: &Tree) -> Result<(), HostError> {
        Err(HostError::new(HostErrorKind::Other, format!("{path}: this host cannot write folders")))
    }
    /// Removes a file; no error when there is none.
    fn remove_file(&mut self, path: &str) -> Result<(), HostError>;
    /// All of standard input.
    fn read_stdin(&mut self) -> Result<Vec<u8>, HostError>;
    /// One line of it, with its end if it has one: what a person answers. Nothing is read beyond it.
    fn read_line(&mut self) -> Result<Vec<u8>, HostError>;
    /// Input that is there already.
    fn poll_input(&mut self) -> Option<Input>;
    /// Waits for input or a signal.
    fn wait_input(&mut self) -> Input;
    /// Leaves echo, line editing and signal keys to whoever reads the input, or takes them back.
    fn set_raw(&mut self, raw: bool);
    /// Writes to a stream of the terminal; a closed one is the host's matter.
    fn write(&mut self, stream: Stream, bytes: &[u8]);
    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;
    /// Whether a stream is a terminal.
    fn is_terminal(&self, stream: Stream) -> bool;
    /// Whether standard input is a terminal.
    fn stdin_is_terminal(&self) -> bool;
    /// The size of the terminal behind standard error.
    fn terminal_size(&self) -> TerminalSize {
        TerminalSize::default()
    }
}
