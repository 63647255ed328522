//! The native host: the only place where the program touches files, streams, the environment and signals.

mod folder;
mod held;
mod input;
mod raw;
mod record;
mod unfold;

use std::{
    cell::RefCell,
    env, fs,
    io::{self, BufRead, IsTerminal, Read, Write},
    path::{Component, Path, PathBuf},
};

use api::{Input, Stream};
use docker::{Host, HostError, HostErrorKind, HostMetadata, Select, TerminalSize};
use vfs::Tree;

use crate::state::{Archive, Called};

/// Bytes of one file that a command reads (a context, an archive, standard input).
const MAX_READ: u64 = 1 << 30;

/// The machine that the program runs on.
pub(crate) struct NativeHost {
    input: input::Inputs,
    /// While something else does what a terminal does.
    raw: Option<raw::Raw>,
    /// What was seen of the machine.
    record: RefCell<record::Record>,
    /// Output that waits until what it tells of is on disk.
    held: held::Held,
}

impl NativeHost {
    pub(crate) fn new() -> Self {
        let (input, record) = (input::Inputs::default(), RefCell::default());
        NativeHost { input, raw: None, record, held: held::Held::default() }
    }

    /// Holds output back for a moment, so that nobody reads of what is not yet on disk.
    pub(crate) fn hold(&mut self) {
        self.held.begin();
    }

    /// Writes what is held back.
    pub(crate) fn release(&mut self) {
        for (stream, bytes) in self.held.take() {
            write_now(stream, &bytes);
        }
    }

    /// What a command saw of the machine, for the history.
    pub(crate) fn called(
        &mut self,
        program: &str,
        words: &[String],
        archive: &Archive,
    ) -> Result<Called, String> {
        let directory = self.absolute(".");
        self.record.take().called(program, words, directory, archive)
    }

    fn noted(&self, input: Input) -> Input {
        if matches!(input, Input::Bytes(_) | Input::Signal(_)) {
            self.record.borrow_mut().cannot_repeat("it was typed to");
        }
        input
    }
}

impl NativeHost {
    /// Leaves standard input and the signals to others until something asks again.
    pub(crate) fn rest(&mut self) {
        self.input.rest();
    }
}

impl Host for NativeHost {
    fn load_dir(&self, path: &str, select: &mut dyn FnMut(&str, bool) -> Select) -> Result<Tree, HostError> {
        let tree = folder::load(&absolute(Path::new(path)), select)?;
        self.record.borrow_mut().loaded(self.absolute(path), &tree);
        Ok(tree)
    }

    fn absolute(&self, path: &str) -> String {
        absolute(Path::new(path)).to_string_lossy().into_owned()
    }

    fn real_path(&self, path: &str) -> Result<String, HostError> {
        let real = fs::canonicalize(absolute(Path::new(path))).map_err(host_error)?;
        Ok(real.to_string_lossy().into_owned())
    }

    fn metadata(&self, path: &str) -> Result<HostMetadata, HostError> {
        fs::metadata(path).map(|found| HostMetadata { is_dir: found.is_dir() }).map_err(host_error)
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, HostError> {
        let file = fs::File::open(path).map_err(host_error)?;
        let metadata = folder::metadata(&file.metadata().map_err(host_error)?);
        let bytes = read_bounded(file)?;
        self.record.borrow_mut().read(self.absolute(path), &bytes, metadata);
        Ok(bytes)
    }

    fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), HostError> {
        fs::write(path, bytes).map_err(host_error)
    }

    fn write_dir(&mut self, path: &str, tree: &Tree) -> Result<(), HostError> {
        unfold::write(Path::new(path), tree)
    }

    fn update_dir(&mut self, path: &str, before: &Tree, after: &Tree) -> Result<(), HostError> {
        unfold::update(Path::new(path), before, after)
    }

    fn remove_file(&mut self, path: &str) -> Result<(), HostError> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(host_error(error)),
            _ => Ok(()),
        }
    }

    fn read_stdin(&mut self) -> Result<Vec<u8>, HostError> {
        self.record.borrow_mut().cannot_repeat("it read its standard input");
        read_bounded(io::stdin().lock())
    }

    fn read_line(&mut self) -> Result<Vec<u8>, HostError> {
        self.record.borrow_mut().cannot_repeat("it read its standard input");
        let mut line = Vec::new();
        io::stdin().lock().take(MAX_READ).read_until(b'\n', &mut line).map_err(host_error)?;
        Ok(line)
    }

    fn poll_input(&mut self) -> Option<Input> {
        let input = self.input.poll()?;
        Some(self.noted(input))
    }

    fn wait_input(&mut self) -> Input {
        self.release();
        let input = self.input.wait();
        self.noted(input)
    }

    fn set_raw(&mut self, raw: bool) {
        if !raw {
            self.raw = None;
        } else if self.raw.is_none() {
            self.raw = raw::Raw::enter();
        }
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if !self.held.keeps(bytes.len()) {
            self.release();
        }
        if !self.held.push(stream, bytes) {
            write_now(stream, bytes);
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = env::var(name).ok()?;
        self.record.borrow_mut().variable(name, &value);
        Some(value)
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }

    fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn terminal_size(&self) -> TerminalSize {
        terminal_size().unwrap_or_default()
    }
}

#[cfg(unix)]
fn terminal_size() -> Option<TerminalSize> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    let (width, height) = (usize::from(size.ws_col), usize::from(size.ws_row));
    (width > 0 && height > 0).then_some(TerminalSize { width, height })
}

#[cfg(not(unix))]
fn terminal_size() -> Option<TerminalSize> {
    None
}

impl Drop for NativeHost {
    fn drop(&mut self) {
        self.release();
    }
}

fn write_now(stream: Stream, bytes: &[u8]) {
    let written = match stream {
        Stream::Stdout => write_all(io::stdout().lock(), bytes),
        Stream::Stderr => write_all(io::stderr().lock(), bytes),
    };
    if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        // Who reads has gone; a shell expects the status of a process that SIGPIPE ended.
        std::process::exit(141);
    }
}

fn write_all(mut stream: impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

fn read_bounded(source: impl Read) -> Result<Vec<u8>, HostError> {
    let mut bytes = Vec::new();
    source.take(MAX_READ + 1).read_to_end(&mut bytes).map_err(host_error)?;
    if bytes.len() as u64 > MAX_READ {
        return Err(HostError::new(
            HostErrorKind::Limit,
            format!("more than {MAX_READ} bytes (limit of one file)"),
        ));
    }
    Ok(bytes)
}

/// An absolute path, `.` and `..` resolved by text, as Go's `filepath.Abs`.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    lexical(&env::current_dir().unwrap_or_default().join(path))
}

/// A path without `.` and `..`, resolved by text.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

/// Where an existing file or folder really lies: without links in the way to it, though it may be one itself.
pub(crate) fn resolve(path: &Path) -> Option<PathBuf> {
    let Some(name) = path.file_name() else { return path.canonicalize().ok() };
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = directory.canonicalize().ok()?.join(name);
    place.symlink_metadata().ok()?;
    Some(place)
}

/// An operating system's error in the words of Go's `syscall.Errno`: lower case, without the number.
pub(crate) fn host_error(error: io::Error) -> HostError {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => HostErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => HostErrorKind::PermissionDenied,
        io::ErrorKind::NotADirectory => HostErrorKind::NotADirectory,
        io::ErrorKind::IsADirectory => HostErrorKind::IsADirectory,
        _ => HostErrorKind::Other,
    };
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    let lower = letters.next().map(|first| first.to_lowercase().collect::<String>() + letters.as_str());
    HostError::new(kind, lower.unwrap_or_default())
}
