//! Running the scripts of packages, and commit hooks.

use bstr::{BString, ByteSlice};
use kernel::{Env, Exit, ExitStatus, Fd, Process, WaitFlags, WaitFor};
use vfs::{Errno, Mode};

use crate::{contents::ScriptKind, session::Session, universe::PackageId};

const SCRIPT_DIRECTORY: &str = "lib/apk/exec";
const SCRIPT_PATH: &str = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

/// The two moments at which commit hooks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    PreCommit,
    PostCommit,
}

impl Hook {
    fn name(self) -> &'static str {
        match self {
            Hook::PreCommit => "pre-commit",
            Hook::PostCommit => "post-commit",
        }
    }
}

impl Session<'_> {
    /// Runs a script of an installed package, if it has it. A failure marks the package as broken.
    pub(crate) async fn run_script(&mut self, id: PackageId, kind: ScriptKind, arguments: &[BString]) {
        let Some(installed) = self.db.entry(id) else { return };
        let Some(text) = installed.scripts.get(&kind).cloned() else { return };
        if self.settings.no_scripts || self.settings.simulate {
            return;
        }
        let name = format!("{}.{}", installed.record.package.label(), kind.name());
        let indent = if self.engine.is_third() && kind != ScriptKind::Trigger { "  " } else { "" };
        self.console.message(format!("{indent}Executing {name}"));
        let file = format!("{SCRIPT_DIRECTORY}/{name}");
        let done = match self.store_script(&file, &text).await {
            Ok(()) => {
                let words: Vec<BString> =
                    std::iter::once(kind.name().into()).chain(arguments.iter().cloned()).collect();
                self.execute(&file, words, self.engine.is_third().then_some(indent)).await
            }
            Err(errno) => {
                self.console.error(format!("{name}: failed to execute: {errno}"));
                false
            }
        };
        if !done && let Some(installed) = self.db.entry_mut(id) {
            installed.record.broken.script = true;
        }
        let path = self.path(&file);
        // It may have removed itself.
        let _ = self.process.unlink(path);
    }

    async fn store_script(&mut self, file: &str, text: &[u8]) -> Result<(), Errno> {
        let path = self.path(file);
        let mode = Mode::new(0o755);
        match self.write_new(&path, text, text.len() as u64, mode).await {
            Err(Errno::ENOENT) => {
                let folder = self.path(SCRIPT_DIRECTORY);
                self.process.mkdir(folder, Mode::new(0o700))?;
                self.write_new(&path, text, text.len() as u64, mode).await
            }
            other => other,
        }
    }

    /// Executes a file below the root; whether it ended well. What went wrong is printed. With an
    /// indent, its output is taken and printed line by line.
    async fn execute(&mut self, file: &str, words: Vec<BString>, indent: Option<&str>) -> bool {
        self.flush().await;
        let name = match self.engine.is_third() {
            true => file.to_owned(),
            false => format!("{}: script", file.rsplit('/').next().unwrap_or(file)),
        };
        let output = indent.and_then(|_| self.process.pipe().ok());
        let (root, file) = (self.settings.root.clone(), format!("/{file}"));
        let child = self.process.fork(move |child| script(child, root, file, words, output));
        let pid = match child {
            Ok(pid) => pid,
            Err(errno) => {
                self.console.error(format!("{name}: fork: {errno}"));
                return false;
            }
        };
        if let Some((reader, writer)) = output {
            let closed = self.process.close(writer);
            debug_assert!(closed.is_ok(), "it has just been opened");
            self.relay(reader, indent.unwrap_or_default()).await;
        }
        let status = loop {
            match self.process.wait(WaitFor::Pid(pid), WaitFlags::Block).await {
                Ok((_, status)) => break status,
                Err(Errno::EINTR) => {}
                Err(_) => return false,
            }
        };
        let trouble = match status {
            ExitStatus::Exited(0) => return true,
            ExitStatus::Exited(status) => format!("exited with error {status}"),
            ExitStatus::Signaled(signal) => format!("killed by signal {}", signal.number()),
        };
        let colon = if self.engine.is_third() { ":" } else { "" };
        self.console.error(format!("{name}{colon} {trouble}"));
        false
    }

    /// Prints what comes out of a pipe, each line marked.
    async fn relay(&mut self, reader: Fd, indent: &str) {
        let text = self.process.read_to_end(reader).await.unwrap_or_default();
        for line in text.lines() {
            self.console.line(format!("{indent}* {}", line.to_str_lossy()));
        }
        let closed = self.process.close(reader);
        debug_assert!(closed.is_ok(), "it has just been read");
        self.flush().await;
    }

    /// Runs everything in `/etc/apk/commit_hooks.d`; whether the commit may go on.
    pub(crate) async fn run_hooks(&mut self, hook: Hook) -> bool {
        if self.settings.no_scripts || self.settings.simulate {
            return true;
        }
        let folder = self.path("etc/apk/commit_hooks.d");
        for file in self.names(folder).into_iter().filter(|name| !name.starts_with(b".")) {
            let path = format!("etc/apk/commit_hooks.d/{file}");
            if self.settings.no_commit_hooks {
                self.console.message(format!("Skipping: {path} {}", hook.name()));
                continue;
            }
            if self.console.verbosity >= 2 {
                self.console.message(format!("Executing: {path} {}", hook.name()));
            }
            let words = vec![path.as_str().into(), hook.name().into()];
            if !self.execute(&path, words, None).await && hook == Hook::PreCommit {
                return false;
            }
        }
        true
    }
}

/// The child that becomes a script.
async fn script(
    mut child: Process,
    root: Option<String>,
    file: String,
    words: Vec<BString>,
    output: Option<(Fd, Fd)>,
) -> Exit {
    const NOT_STARTED: Exit = Exit(127);
    child.set_umask(Mode::new(0o022));
    if let Some((reader, writer)) = output {
        let given = child.dup2(writer, 1).and_then(|_| child.dup2(writer, 2));
        if given.and_then(|_| child.close(reader)).and_then(|()| child.close(writer)).is_err() {
            return NOT_STARTED;
        }
    }
    let entered = match root.filter(|root| root != "/") {
        Some(root) => child.chroot(root),
        None => Ok(()),
    };
    if entered.and_then(|()| child.chdir("/")).is_err() {
        return NOT_STARTED;
    }
    let environment = Env::from_strings([SCRIPT_PATH]);
    child.exec(file, &words, &environment).await.unwrap_or(NOT_STARTED)
}
