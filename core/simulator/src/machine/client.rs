//! `docker` and `glasshull` as programs of the simulated machine.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use api::{Backend, Stream};
use bstr::{BString, ByteSlice};
use docker::Persona;
use kernel::{Exit, Fd, Loader, LocalBoxFuture, OpenFlags, Process, Program};
use vfs::{Content, Errno, FileType, Metadata, Mode, Node, ProgramNote, Synthetic, Tree};

use super::folder::{Change, FolderHost};
use super::{SLICE, Terminal};
use crate::{Simulator, version};

/// Folders whose files docker's client can read on this machine.
const VISIBLE: [&str; 2] = ["/root", "/tmp"];
/// Bytes that a client reads of the machine's files for one command.
const MAX_BYTES: usize = 64 << 20;
/// How far the machine's clock is ahead of the daemon's when time is taken to have passed there too: what a client needs
/// for itself is less, and must not show in the daemon's state.
const IDLE: Duration = Duration::from_millis(500);
/// Depth of folders that a client looks into.
const MAX_DEPTH: usize = 64;
const STDOUT: Fd = 1;
const STDERR: Fd = 2;

/// The programs, by the path at which they lie.
const PROGRAMS: [(&str, Persona); 2] =
    [("usr/bin/docker", Persona::Docker), ("usr/bin/glasshull", Persona::Glasshull)];

/// The daemon that the clients of a machine talk to.
pub type Daemon = Rc<RefCell<Simulator>>;

/// Puts the clients on a machine.
pub(crate) fn install(tree: &mut Tree, now: vfs::Time) -> Result<(), Errno> {
    for (seed, (path, _)) in (2u64..).zip(PROGRAMS) {
        let program = Some(ProgramNote::new(format!("client {path}")));
        tree.write_file(path, Content::synthetic(Synthetic { len: 50_683_148, seed, program }), 0o755, now)?;
    }
    Ok(())
}

/// Finds the clients, and all other programs where they are found on any machine.
pub(super) struct Programs {
    pub(super) daemon: Daemon,
    pub(super) others: Rc<dyn Loader>,
    pub(super) terminal: Option<Terminal>,
    pub(super) project: Rc<str>,
}

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        let text = note.text().to_str_lossy();
        let path = text.strip_prefix("client ");
        match PROGRAMS.iter().find(|(known, _)| path == Some(*known)) {
            Some(&(_, persona)) => Some(Rc::new(Client {
                persona,
                daemon: Rc::clone(&self.daemon),
                terminal: self.terminal.clone(),
                project: Rc::clone(&self.project),
            })),
            None => self.others.load(note),
        }
    }

    fn recognise(&self, exe: &[u8], content: &Content) -> Option<ProgramNote> {
        self.others.recognise(exe, content)
    }
}

struct Client {
    persona: Persona,
    daemon: Daemon,
    terminal: Option<Terminal>,
    project: Rc<str>,
}

impl Program for Client {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            match self.call(process).await {
                Ok(exit) => exit,
                Err(errno) => {
                    process.eprint(format!("glasshull: the machine's files cannot be read: {errno}\n")).await;
                    Exit(1)
                }
            }
        })
    }
}

impl Client {
    async fn call(&self, process: &mut Process) -> Result<Exit, Errno> {
        let words: Vec<String> =
            process.args().iter().skip(1).map(|word| word.to_str_lossy().into_owned()).collect();
        let words = match (self.persona, words.split_first()) {
            (Persona::Glasshull, Some((first, rest))) if first == "docker" => rest.to_vec(),
            _ => words,
        };
        let mut reader = Reader { tree: Tree::new(Metadata::new(0o755, process.now())), bytes: 0 };
        let is_elsewhere = |project: &&str| !VISIBLE.iter().any(|folder| project.starts_with(folder));
        for folder in VISIBLE.into_iter().chain(Some(&*self.project).filter(is_elsewhere)) {
            reader.folder(process, folder, 0).await?;
        }
        let is_screen = self.terminal.as_ref().is_some_and(|terminal| terminal.borrow().is_screen());
        let terminal =
            self.terminal.clone().filter(|_| process.isatty(0) && (process.isatty(STDOUT) || !is_screen));
        let reads = terminal.is_none() && reads_input(&words);
        let stdin = if reads { process.read_to_end(0).await? } else { Vec::new() };
        let directory = process.getcwd()?.to_str_lossy().into_owned();
        let environment: BTreeMap<String, String> =
            process.env().iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        if terminal.is_some() && is_screen {
            // What was written before must be shown before docker writes to the terminal itself.
            process.sleep(2 * SLICE).await?;
        }
        if let Some(terminal) = &terminal {
            // A client leaves the terminal as it is; only an attached container with one of its own asks for more.
            terminal.borrow_mut().set_raw(false);
        }
        let words = match self.choose(&words, &environment) {
            Ok(words) => words,
            Err(message) => {
                process.eprint(format!("glasshull: {message}\n")).await;
                return Ok(Exit(125));
            }
        };
        let mut host = FolderHost::new(reader.tree, directory, process.now()).with_input(stdin, environment);
        host.terminal = terminal;
        let ahead = process.now().since(self.daemon.borrow().now());
        if ahead >= IDLE {
            self.daemon.borrow_mut().reach(process.now());
        }
        let exit = docker::run(words, self.persona, &mut *self.daemon.borrow_mut(), &mut host);
        let was_left = host.was_left;
        if let Some(terminal) = host.terminal.take() {
            terminal.borrow_mut().set_raw(true);
        }
        let (output, changes) = host.finish();
        show(process, output).await?;
        if !is_screen && was_left {
            // The rest of the line comes when somebody types on.
            process.read(0, 1).await?;
        }
        for change in changes {
            apply(process, change).await?;
        }
        let behind = self.daemon.borrow().now().0.saturating_sub(process.now().0);
        if let Ok(nanos @ 1..) = u64::try_from(behind) {
            process.sleep(Duration::from_nanos(nanos)).await?;
        }
        Ok(Exit(exit))
    }
}

impl Client {
    /// Makes the daemon the Docker that is asked for; gives the words after that.
    fn choose<'w>(
        &self,
        words: &'w [String],
        environment: &BTreeMap<String, String>,
    ) -> Result<&'w [String], String> {
        let chosen = version::choose(words, self.persona, &|name| environment.get(name).cloned())?;
        let mut daemon = self.daemon.borrow_mut();
        if let Some(version) = chosen.version {
            daemon.set_version(version);
        }
        if chosen.graph_driver {
            daemon.use_graph_driver();
        }
        Ok(chosen.words)
    }
}

/// Whether a command line has docker read standard input: `-` for an archive or a file, `-i` for a container, an archive
/// that is loaded, an answer.
fn reads_input(words: &[String]) -> bool {
    let is_given =
        |word: &String| matches!(word.as_str(), "-" | "--interactive" | "-f-" | "--password-stdin");
    let holds_i = |word: &String| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        letters.contains('i')
            && letters.len() < 5
            && letters.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    let asks = |word: &String| matches!(word.as_str(), "attach" | "load" | "login" | "prune");
    words.iter().any(|word| is_given(word) || holds_i(word)) || words.iter().take(2).any(asks)
}

async fn show(process: &mut Process, output: Vec<(Stream, BString)>) -> Result<(), Errno> {
    for (stream, bytes) in output {
        let fd = match stream {
            Stream::Stdout => STDOUT,
            Stream::Stderr => STDERR,
        };
        process.write_all(fd, &bytes).await?;
    }
    Ok(())
}

async fn apply(process: &mut Process, change: Change) -> Result<(), Errno> {
    match change {
        Change::Removed(path) => remove(process, &path),
        Change::Folder(path, mode) => match process.mkdir(&path, Mode::new(mode)) {
            Ok(()) | Err(Errno::EEXIST) => process.chmod(&path, Mode::new(mode)),
            Err(errno) => Err(errno),
        },
        Change::Linked(path, target) => {
            remove(process, &path)?;
            process.symlink(target, path)
        }
        Change::Written(path, bytes, mode) => {
            let flags = OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::TRUNC;
            let fd = process.open(&path, flags, Mode::new(mode)).await?;
            process.write_all(fd, &bytes).await?;
            process.close(fd)?;
            process.chmod(path, Mode::new(mode))
        }
    }
}

/// Removes a file, or a folder with all below it; none is no error.
fn remove(process: &mut Process, path: &str) -> Result<(), Errno> {
    match process.lstat(path) {
        Ok(stat) if stat.file_type == FileType::Directory => {
            for entry in process.read_dir(path)? {
                if !matches!(&entry.name[..], b"." | b"..") {
                    remove(process, &format!("{path}/{}", entry.name.to_str_lossy()))?;
                }
            }
            process.rmdir(path)
        }
        Ok(_) => process.unlink(path),
        Err(_) => Ok(()),
    }
}

/// Reads files of the machine into a tree, through system calls as any program does.
struct Reader {
    tree: Tree,
    bytes: usize,
}

impl Reader {
    async fn folder(&mut self, process: &mut Process, path: &str, depth: usize) -> Result<(), Errno> {
        if depth > MAX_DEPTH {
            return Err(Errno::ENAMETOOLONG);
        }
        let stat = match process.lstat(path) {
            Ok(stat) if stat.file_type == FileType::Directory => stat,
            _ => return Ok(()),
        };
        let ino = self.tree.mkdir_all(path, 0o755, stat.mtime)?;
        for entry in process.read_dir(path)? {
            if matches!(&entry.name[..], b"." | b"..") {
                continue;
            }
            let below = format!("{path}/{}", entry.name.to_str_lossy());
            match process.lstat(&below) {
                Ok(found) if found.file_type == FileType::Directory => {
                    Box::pin(self.folder(process, &below, depth + 1)).await?;
                }
                Ok(found) => self.file(process, &below, &found).await?,
                Err(_) => {}
            }
        }
        self.tree.set_metadata(ino, Metadata::new(stat.mode.bits(), stat.mtime))
    }

    async fn file(&mut self, process: &mut Process, path: &str, stat: &vfs::Stat) -> Result<(), Errno> {
        let node = match stat.file_type {
            FileType::Symlink => Node::Symlink(process.readlink(path)?),
            FileType::Regular => {
                let fd = process.open(path, OpenFlags::RDONLY, Mode::new(0)).await?;
                let bytes = process.read_to_end(fd).await?;
                process.close(fd)?;
                self.bytes += bytes.len();
                if self.bytes > MAX_BYTES {
                    return Err(Errno::EFBIG);
                }
                Node::File(bytes.into())
            }
            _ => return Ok(()),
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.tree.resolve(folder, vfs::Follow::No)?;
        let metadata = Metadata::new(stat.mode.bits(), stat.mtime);
        self.tree.create(parent, name, node, metadata, stat.mtime).map(|_| ())
    }
}
