use std::rc::Rc;

use bstr::{BString, ByteSlice};
use vfs::{Access, Content, Errno, FileType, Follow, Mode, Node, Place, ProgramNote};

use super::fork::flushing_program;
use super::{Image, Process};
use crate::state::Command;
use crate::{Env, Exit, LocalBoxFuture, Program};

/// Bytes of arguments and environment together that exec takes: a quarter of the usual 8 MiB stack, as on Linux.
pub const MAX_ARGUMENT_BYTES: usize = 2 << 20;

/// Bytes of one argument or variable that exec takes, its NUL included (`MAX_ARG_STRLEN`).
const MAX_STRING_BYTES: usize = 128 << 10;

/// Scripts that may name one another as interpreters.
const SCRIPTS_MAX: usize = 5;

/// How much of a file exec looks at for `#!` (`BINPRM_BUF_SIZE`).
const HEAD_BYTES: usize = 256;

/// Steps that exec costs: some 0.25 ms, as on a real machine.
const EXEC_STEPS: u32 = 50;

/// Where musl looks for programs when there is no `PATH`.
const DEFAULT_PATH: &[u8] = b"/usr/local/bin:/bin:/usr/bin";

/// What a file turned out to be for exec.
pub(crate) struct Executable {
    /// None when it is a real program without a simulation.
    pub(crate) program: Option<Rc<dyn Program>>,
    /// Path of the program itself: the interpreter's for a script.
    exe: BString,
    /// For a script: what stands before the arguments, the script's path last.
    prefix: Vec<BString>,
    /// Where the program is, for its set-id bits.
    place: Place,
}

/// Why a file cannot be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoadError {
    Missing(Errno),
    Denied,
    Format,
    Interpreter { interpreter: BString, errno: Errno },
}

impl LoadError {
    pub(super) fn errno(&self) -> Errno {
        match self {
            LoadError::Missing(errno) | LoadError::Interpreter { errno, .. } => *errno,
            LoadError::Denied => Errno::EACCES,
            LoadError::Format => Errno::ENOEXEC,
        }
    }
}

impl Process {
    /// Replaces the program of this process. On success the call never returns: the caller's future is dropped and
    /// the new program polled in its place. What is buffered for standard output is written first. Caught signals
    /// get their default action, descriptors marked so are closed.
    ///
    /// Errors: those of path resolution; `EACCES` for what is not an executable file; `ENOEXEC` for a file that is
    /// neither a script with `#!` nor a program; `E2BIG`.
    pub async fn exec(&mut self, path: impl AsRef<[u8]>, argv: &[BString], env: &Env) -> Result<Exit, Errno> {
        self.tick(EXEC_STEPS).await;
        let path = path.as_ref();
        check_sizes(argv, env)?;
        let executable = self.load(path).map_err(|error| error.errno())?;
        // Whether the old program's last words arrived is no concern of the new one.
        let _ = self.flush().await;
        let image = self.become_program(path, executable, argv, env);
        self.state.next_image.replace(Some(image));
        self.never().await
    }

    /// [`Process::exec`] of a program looked up in this process's `PATH`, with its environment.
    pub async fn execvp(&mut self, argv: &[BString]) -> Result<Exit, Errno> {
        let name = argv.first().ok_or(Errno::EINVAL)?;
        let path = self.find_in_path(name)?;
        let env = self.env.clone();
        self.exec(&path, argv, &env).await
    }

    /// The path of a program: itself when it has a slash, else the first executable file of that name in `PATH`.
    /// `ENOENT` when there is none, `EACCES` when there are only others of that name.
    pub fn find_in_path(&self, name: impl AsRef<[u8]>) -> Result<BString, Errno> {
        let name = name.as_ref();
        if name.contains(&b'/') {
            return Ok(BString::from(name));
        }
        if name.is_empty() {
            return Err(Errno::ENOENT);
        }
        let mut failure = Errno::ENOENT;
        let path = self.env.get("PATH").map_or(DEFAULT_PATH, |path| path.as_bytes());
        for dir in path.split_str(":") {
            let mut candidate = BString::from(dir);
            if !dir.is_empty() {
                candidate.push(b'/');
            }
            candidate.extend_from_slice(name);
            match self.check_executable(&candidate) {
                Ok(_) => return Ok(candidate),
                Err(Errno::EACCES) => failure = Errno::EACCES,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    /// The place of an executable file.
    pub(super) fn check_executable(&self, path: &[u8]) -> Result<Place, Errno> {
        let place = self.place(path, Follow::Yes)?;
        let (file_type, mode) = self.with_tree(place, |tree| {
            tree.inode(place.ino).map(|inode| (inode.file_type(), inode.metadata().mode)).ok_or(Errno::ENOENT)
        })?;
        if file_type != FileType::Regular || !mode.has(0o111) {
            return Err(Errno::EACCES);
        }
        self.check_access(place, Access::EXECUTE)?;
        Ok(place)
    }

    /// Finds out what a file is, through as many scripts as there are.
    pub(crate) fn load(&self, path: &[u8]) -> Result<Executable, LoadError> {
        let mut path = BString::from(path);
        let mut prefix: Vec<BString> = Vec::new();
        for script in 0..=SCRIPTS_MAX {
            let place = self.check_executable(&path).map_err(|errno| match errno {
                _ if script > 0 => LoadError::Interpreter { interpreter: path.clone(), errno },
                Errno::EACCES => LoadError::Denied,
                _ => LoadError::Missing(errno),
            })?;
            let content = self.inspect(place, |node| match node {
                Node::File(content) => content.clone(),
                _ => Content::default(),
            });
            let content = content.map_err(LoadError::Missing)?;
            let head = content.read(0, HEAD_BYTES);
            let Some((interpreter, argument)) = shebang(&head) else {
                let exe = self.path_of(place).unwrap_or_else(|_| path.clone());
                let program = self.program(&content, &head, &exe)?;
                return Ok(Executable { program, exe, prefix, place });
            };
            let mut words = vec![interpreter.clone()];
            words.extend(argument);
            words.push(path);
            // The path of an outer script replaces the name that its interpreter was called by.
            words.extend(prefix.into_iter().skip(1));
            prefix = words;
            path = interpreter;
        }
        Err(LoadError::Missing(Errno::ELOOP))
    }

    /// The simulation of a program; none when there is no simulation of it.
    fn program(
        &self,
        content: &Content,
        head: &[u8],
        exe: &[u8],
    ) -> Result<Option<Rc<dyn Program>>, LoadError> {
        let note = match content.program() {
            Some(note) => note,
            None if !head.starts_with(b"\x7fELF") => return Err(LoadError::Format),
            // The real busybox of a base image's archive carries no note.
            None if exe == b"/bin/busybox" => ProgramNote::new("busybox"),
            None => match self.state.machine.loader.recognise(exe, content) {
                Some(note) => note,
                None => return Ok(None),
            },
        };
        Ok(self.state.machine.loader.load(&note))
    }

    /// Makes this process the one that the program will run in, and the program's future.
    pub(crate) fn become_program(
        &mut self,
        path: &[u8],
        executable: Executable,
        argv: &[BString],
        env: &Env,
    ) -> Image {
        let Executable { program, exe, mut prefix, place } = executable;
        let args = if prefix.is_empty() {
            argv.to_vec()
        } else {
            prefix.extend(argv.iter().skip(1).cloned());
            prefix
        };
        let state = &self.state;
        self.apply_set_id(place);
        state.caught.set(0);
        state.pending.set(0);
        state.depth.set(0);
        let closed = state.fds.borrow_mut().remove_cloexec();
        drop(closed);
        let name = path.rsplit_str("/").next().unwrap_or_default();
        state.command.replace(Command {
            name: BString::from(&name[..name.len().min(15)]),
            exe,
            args: Rc::new(args),
            env: Rc::new(env.clone()),
        });
        state.sandbox.touch();
        let program = program.unwrap_or_else(|| Rc::new(NotSimulated));
        flushing_program(Rc::clone(state), program)
    }

    fn apply_set_id(&self, place: Place) {
        let Ok(stat) = self.with_tree(place, |tree| tree.stat(place.ino)) else { return };
        if stat.mode.has(Mode::SETUID | Mode::SETGID) && !self.no_new_privileges() {
            let mut cred = (*self.credentials()).clone();
            if stat.mode.has(Mode::SETUID) {
                cred.uid = stat.uid;
            }
            if stat.mode.has(Mode::SETGID) {
                cred.gid = stat.gid;
            }
            self.state.cred.replace(Rc::new(cred));
        }
    }
}

fn check_sizes(argv: &[BString], env: &Env) -> Result<(), Errno> {
    let longest = argv
        .iter()
        .map(|word| word.len())
        .chain(env.iter().map(|(name, value)| name.len() + value.len() + 1));
    let too_long = longest.max().unwrap_or(0) >= MAX_STRING_BYTES;
    let total = argv.iter().map(|word| word.len() + 1).sum::<usize>() + env.byte_len();
    if too_long || total > MAX_ARGUMENT_BYTES { Err(Errno::E2BIG) } else { Ok(()) }
}

/// Interpreter and optional argument of a `#!` line: the rest of the line is one argument, blanks at both ends cut.
fn shebang(head: &[u8]) -> Option<(BString, Option<BString>)> {
    let line = head.strip_prefix(b"#!")?.lines_with_terminator().next().unwrap_or_default();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let blank = |byte: char| byte == ' ' || byte == '\t';
    let line = line.trim_with(blank);
    if line.is_empty() {
        return None;
    }
    let end = line.find_byteset(b" \t").unwrap_or(line.len());
    let argument = line[end..].trim_with(blank);
    let argument = (!argument.is_empty()).then(|| BString::from(argument));
    Some((BString::from(&line[..end]), argument))
}

/// Stands for an executable that has no simulation.
struct NotSimulated;

impl Program for NotSimulated {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let mut text = b"glasshull: ".to_vec();
            text.extend_from_slice(&process.state.command.borrow().exe);
            text.extend_from_slice(b": this program is not simulated\n");
            process.eprint(&text).await;
            Exit(126)
        })
    }
}
