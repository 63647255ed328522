//! Programs.

use bstr::{BString, ByteSlice};
use kernel::{Env, Exit, Process};
use vfs::{Errno, FileType};

use super::simple::Prepared;
use super::subshell::place_in_group;
use super::{Machine, Raise};
use crate::state::{Hashed, Job, JobMember, Opt};

/// Where programs are when `PATH` is unset, and what `command -p` uses.
pub(crate) const DEFAULT_PATH: &[u8] = b"/sbin:/usr/sbin:/bin:/usr/bin";

/// What interprets scripts without `#!`.
const SCRIPT_INTERPRETER: &str = "/bin/sh";

impl Machine {
    /// Runs a program and waits for it; in the place of this shell when that ends with it.
    pub(super) async fn external(&mut self, p: &mut Process, command: Prepared) -> Result<(), Raise> {
        let path_override = command.assignments.iter().rev().find(|(name, _)| name == "PATH");
        let path_override = match command.default_path {
            true => Some(DEFAULT_PATH.into()),
            false => path_override.map(|(_, value)| value.clone()),
        };
        for (name, _) in &command.assignments {
            if self.state.vars.variable(name).is_some_and(|variable| variable.read_only) {
                let raise = self.read_only(crate::state::ReadOnly(name.clone()));
                self.restore_some(p, command.saved);
                return Err(raise);
            }
        }
        let name = command.words[0].clone();
        let path = match self.search(p, &name, path_override.as_ref().map(|path| path.as_slice())) {
            Ok(path) => path,
            Err(errno) => {
                let (text, status) = exec_error(&name, errno);
                // An empty name is refused while it is looked for.
                let status = if name.is_empty() { 127 } else { status };
                let mut message = self.message(text);
                message.push(b'\n');
                p.eprint(&message).await;
                self.restore_some(p, command.saved);
                self.state.status = status;
                return self.check_exit(command.flags);
            }
        };
        let env = self.environment(&command.assignments);
        if command.flags.last
            && !self.state.traps.any_commands()
            && !self.state.options.is_on(Opt::Interactive)
        {
            return Err(self.replace(p, &path, &command.words, &env).await);
        }
        let message_start = self.message("");
        let words = command.words;
        let mut setup = self.child_setup();
        self.join_job(&mut setup, None);
        self.make_room();
        let (group, text) = (setup.group, command.text);
        let forked = p.fork(move |mut child| async move {
            setup.apply(&mut child);
            let (text, status) = run_image(&mut child, &path, &words, &env).await;
            let mut message = message_start;
            message.extend_from_slice(&text);
            message.push(b'\n');
            child.eprint(&message).await;
            Exit(status)
        });
        let pid = match forked {
            Ok(pid) => pid,
            Err(errno) => {
                self.restore_some(p, command.saved);
                return Err(self.raise(format!("can't fork: {errno}")));
            }
        };
        place_in_group(p, pid, group);
        let job = Job::new(vec![JobMember::new(pid, text)], group.map(|_| pid));
        self.state.status = self.wait_foreground_job(p, job).await;
        self.restore_some(p, command.saved);
        self.check_exit(command.flags)
    }

    /// Replaces the shell by a program; returns only when that fails.
    pub(crate) async fn replace(
        &mut self,
        p: &mut Process,
        path: &[u8],
        words: &[BString],
        env: &Env,
    ) -> Raise {
        let (text, status) = run_image(p, path, words, env).await;
        let mut message = self.message(text);
        message.push(b'\n');
        p.eprint(&message).await;
        Raise::Exit(status)
    }

    /// The environment that programs get.
    pub(crate) fn environment(&self, assignments: &[(BString, BString)]) -> Env {
        let mut vars = self.state.vars.clone();
        for (name, value) in assignments {
            // A read-only one was refused before.
            let _ = vars.set_exported(name.as_slice().into(), value);
        }
        vars.exported().into_iter().collect()
    }

    /// The path of a program: as given when it has a slash, else from `PATH`.
    pub(crate) fn search(
        &mut self,
        p: &mut Process,
        name: &[u8],
        path: Option<&[u8]>,
    ) -> Result<BString, Errno> {
        if name.contains(&b'/') {
            return Ok(name.into());
        }
        let directories: BString = match path {
            Some(path) => path.into(),
            None => self.state.vars.get(b"PATH").map_or_else(|| DEFAULT_PATH.into(), BString::from),
        };
        let candidates = directories.split_str(":").map(|directory| in_directory(directory, name));
        if let Some(hashed) = self.state.hashed.get_mut(name.as_bstr())
            && path.is_none()
        {
            // An absolute path is the same everywhere.
            hashed.stale &= !hashed.path.starts_with(b"/");
        }
        let known = self.remembered(name).filter(|_| path.is_none()).cloned();
        let known = known.filter(|known| candidates.clone().any(|candidate| candidate == *known));
        let mut first = known.clone();
        let mut failure = Errno::ENOENT;
        // What is remembered is where the search begins, not where it ends.
        let passed = |candidate: &BString| known.as_ref().is_some_and(|known| candidate != known);
        for candidate in candidates.skip_while(passed) {
            let found = executable(p, &candidate);
            if found.is_ok() || found == Err(Errno::EACCES) && is_regular(p, &candidate) {
                first.get_or_insert_with(|| candidate.clone());
            }
            match found {
                Ok(()) => {
                    if let (None, None, Some(path)) = (path, &known, first) {
                        self.state.hashed.insert(name.into(), Hashed { path, stale: false });
                    }
                    return Ok(candidate);
                }
                Err(Errno::EACCES) => failure = Errno::EACCES,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    /// The path that is remembered for a name.
    pub(crate) fn remembered(&self, name: &[u8]) -> Option<&BString> {
        self.state.hashed.get(name.as_bstr()).filter(|hashed| !hashed.stale).map(|hashed| &hashed.path)
    }
}

/// A name in a directory of `PATH`, of which an empty one is here.
fn in_directory(directory: &[u8], name: &[u8]) -> BString {
    let mut path = BString::from(directory);
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

fn is_regular(p: &mut Process, path: &[u8]) -> bool {
    p.stat(path).is_ok_and(|stat| stat.file_type == FileType::Regular)
}

/// Whether a file may be executed: `EACCES` where it is there and may not.
pub(crate) fn executable(p: &mut Process, path: &[u8]) -> Result<(), Errno> {
    let stat = p.stat(path)?;
    if stat.file_type != FileType::Regular {
        return Err(Errno::EACCES);
    }
    p.access(path, false, false, true)
}

/// Executes a program in this process; returns with text and status only when that fails.
async fn run_image(p: &mut Process, path: &[u8], words: &[BString], env: &Env) -> (BString, u8) {
    let mut result = p.exec(path, words, env).await;
    if result == Err(Errno::ENOEXEC) {
        let mut script = vec![BString::from("ash"), BString::from(path)];
        script.extend(words.iter().skip(1).cloned());
        result = p.exec(SCRIPT_INTERPRETER, &script, env).await;
    }
    match result {
        Ok(exit) => (BString::default(), exit.0),
        Err(errno) => exec_error(&words[0], errno),
    }
}

/// ash's words for a program that cannot be executed.
pub(crate) fn exec_error(name: &[u8], errno: Errno) -> (BString, u8) {
    let mut text = BString::from(name);
    text.extend_from_slice(b": ");
    let status = match errno {
        Errno::ENOENT | Errno::ENOTDIR => {
            text.extend_from_slice(b"not found");
            127
        }
        errno => {
            text.extend_from_slice(errno.to_string().as_bytes());
            126
        }
    };
    (text, status)
}
