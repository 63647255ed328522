//! `-exec`.

use bstr::{BString, ByteSlice};
use kernel::Process;

use crate::frame::{command, say};

/// The words of a command, `{}` in them standing for a path.
pub(super) struct Command {
    pub(super) words: Vec<BString>,
    /// It ended with `+`: one word with `{}` stands for as many words as there are paths.
    pub(super) batched: bool,
}

impl Command {
    /// Runs the command for the paths: true when it exited with 0.
    pub(super) async fn run(&self, p: &mut Process, paths: &[BString]) -> bool {
        let mut argv = Vec::new();
        for word in &self.words {
            if word.contains_str("{}") {
                argv.extend(paths.iter().map(|path| BString::from(word.replace("{}", path))));
            } else {
                argv.push(word.clone());
            }
        }
        // A failure to write output shows when the applet ends.
        let _ = p.flush().await;
        match command::run(p, &argv).await {
            Ok(status) => status.is_success(),
            Err(errno) => {
                say::errno(p, &argv[0], errno).await;
                false
            }
        }
    }
}

/// The room for paths in a command line: `ARG_MAX` of musl without 2 KiB.
const MOST_BYTES: usize = 131_072 - 2048;

/// The paths gathered for a command that ended with `+`.
#[derive(Default)]
pub(super) struct Batch {
    paths: Vec<BString>,
    bytes: usize,
}

impl Batch {
    /// Notes a path; runs the command when there are many. False when the command failed.
    pub(super) async fn add(&mut self, p: &mut Process, command: &Command, path: &BString) -> bool {
        // Each path takes its NUL and a pointer too.
        self.bytes += path.len() + 1 + 8;
        self.paths.push(path.clone());
        self.bytes < MOST_BYTES || self.flush(p, command).await
    }

    /// Runs the command for the paths that are left.
    pub(super) async fn flush(&mut self, p: &mut Process, command: &Command) -> bool {
        self.bytes = 0;
        let paths = std::mem::take(&mut self.paths);
        paths.is_empty() || command.run(p, &paths).await
    }
}
