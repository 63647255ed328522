//! The machine that docker's command line sees: files as a value, output kept.

use std::collections::BTreeMap;

use super::Terminal;
use api::{Input, Stream};
use bstr::{BString, ByteSlice};
use docker::{Host, HostError, HostErrorKind, HostMetadata, Select};
use vfs::{Errno, Follow, Ino, Inode, Metadata, Node, Time, Tree};

/// What is empty, and takes everything.
const NULL: &str = "/dev/null";

/// A host made of a tree of files.
pub struct FolderHost {
    /// Where input comes from and output goes, if there is a terminal.
    pub(super) terminal: Option<Terminal>,
    /// Whether a container has the terminal to itself; else what is typed shows as it is.
    raw: bool,
    /// Whether something waits for a terminal that gives no more.
    pub(super) was_left: bool,
    files: Tree,
    directory: String,
    environment: BTreeMap<String, String>,
    stdin: Vec<u8>,
    now: Time,
    output: Vec<(Stream, BString)>,
    written: Vec<Change>,
}

/// What a command did to the files of its host.
pub(super) enum Change {
    /// A file has this content and mode now.
    Written(String, Vec<u8>, u32),
    /// There is a folder now, of this mode.
    Folder(String, u32),
    /// There is a link now.
    Linked(String, BString),
    /// A file is gone, or a folder with all below it.
    Removed(String),
}

impl FolderHost {
    /// A host with these files, in this working directory.
    pub fn new(files: Tree, directory: String, now: Time) -> Self {
        FolderHost {
            terminal: None,
            raw: false,
            was_left: false,
            files,
            directory,
            environment: BTreeMap::new(),
            stdin: Vec::new(),
            now,
            output: Vec::new(),
            written: Vec::new(),
        }
    }

    /// A host whose files are a project alone, in [`PROJECT`](super::PROJECT), with variables of its environment.
    pub fn project(project: &Tree, now: Time, environment: BTreeMap<String, String>) -> Self {
        let mut files = Tree::new(Metadata::new(0o755, now));
        let (above, name) = super::PROJECT.rsplit_once('/').unwrap_or(("", super::PROJECT));
        // An empty tree takes any folder: the paths cannot clash.
        if let Ok(parent) = files.mkdir_all(above, 0o755, now) {
            let _ = files.graft(project, project.root(), parent, name, now);
        }
        FolderHost::new(files, super::PROJECT.to_owned(), now).with_input(Vec::new(), environment)
    }

    pub(super) fn with_input(self, stdin: Vec<u8>, environment: BTreeMap<String, String>) -> Self {
        FolderHost { stdin, environment, ..self }
    }

    /// What was written to the streams.
    pub fn into_output(self) -> Vec<(Stream, BString)> {
        self.output
    }

    /// What was written to the streams, and what happened to files.
    pub(super) fn finish(self) -> (Vec<(Stream, BString)>, Vec<Change>) {
        (self.output, self.written)
    }
}

impl FolderHost {
    fn put_tree(&mut self, top: &str, tree: &Tree) -> Result<(), Errno> {
        for visit in tree.walk() {
            let path = format!("{top}{}", visit.path.to_str_lossy());
            self.put(path.trim_end_matches('/'), visit.inode)?;
        }
        Ok(())
    }

    /// Puts a file, folder or link there; what is there and of another kind goes.
    fn put(&mut self, path: &str, inode: &Inode) -> Result<(), Errno> {
        let mode = inode.metadata().mode.bits();
        if self.files.get(path).is_some_and(|old| old.is_dir() != inode.is_dir()) {
            self.files.remove_all(path, self.now)?;
            self.written.push(Change::Removed(path.to_owned()));
        }
        self.written.push(match inode.node() {
            Node::Directory(_) => {
                self.files.mkdir_all(path, mode, self.now)?;
                Change::Folder(path.to_owned(), mode)
            }
            Node::File(content) => {
                self.files.write_file(path, content.clone(), mode, self.now)?;
                Change::Written(path.to_owned(), content.to_vec(), mode)
            }
            Node::Symlink(target) => {
                self.files.symlink(target, path, self.now)?;
                Change::Linked(path.to_owned(), target.clone())
            }
            // Sockets, pipes and devices of a container stay there.
            _ => return Ok(()),
        });
        Ok(())
    }
}

impl Host for FolderHost {
    fn load_dir(&self, path: &str, select: &mut dyn FnMut(&str, bool) -> Select) -> Result<Tree, HostError> {
        let from = self.files.resolve(self.absolute(path), Follow::Yes).map_err(host_error)?;
        let top = self.files.inode(from).ok_or_else(|| host_error(Errno::ENOENT))?;
        let mut copy = Copy {
            from: &self.files,
            into: Tree::new(plain(top.metadata())),
            select,
            links: BTreeMap::new(),
        };
        let root = copy.into.root();
        copy.fill(from, root, "").map_err(host_error)?;
        Ok(copy.into)
    }

    fn absolute(&self, path: &str) -> String {
        let whole =
            if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.directory) };
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        format!("/{}", parts.join("/"))
    }

    fn real_path(&self, path: &str) -> Result<String, HostError> {
        let ino = self.files.resolve(self.absolute(path), Follow::Yes).map_err(host_error)?;
        let real = self.files.path_of(ino).ok_or_else(|| host_error(Errno::ENOENT))?;
        Ok(format!("/{}", real.to_str_lossy().trim_start_matches('/')))
    }

    fn metadata(&self, path: &str) -> Result<HostMetadata, HostError> {
        let ino = self.files.resolve(self.absolute(path), Follow::Yes).map_err(host_error)?;
        Ok(HostMetadata { is_dir: self.files.inode(ino).is_some_and(vfs::Inode::is_dir) })
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, HostError> {
        if path == NULL {
            return Ok(Vec::new());
        }
        self.files.read_file(self.absolute(path)).map_err(host_error)
    }

    fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), HostError> {
        if path == NULL {
            return Ok(());
        }
        let path = self.absolute(path);
        self.files.write_file(&path, bytes.to_vec(), 0o644, self.now).map_err(host_error)?;
        self.written.push(Change::Written(path, bytes.to_vec(), 0o644));
        Ok(())
    }

    fn write_dir(&mut self, path: &str, tree: &Tree) -> Result<(), HostError> {
        self.put_tree(&self.absolute(path), tree).map_err(host_error)
    }

    fn update_dir(&mut self, path: &str, before: &Tree, after: &Tree) -> Result<(), HostError> {
        let top = self.absolute(path);
        let changes = vfs::diff(before, after);
        for change in changes.changes() {
            let path = format!("{top}{}", change.path.to_str_lossy());
            let path = path.trim_end_matches('/');
            match change.kind {
                vfs::ChangeKind::Delete => self.remove_file(path)?,
                vfs::ChangeKind::Put { ino, .. } => {
                    if let Some(inode) = after.inode(ino) {
                        self.put(path, inode).map_err(host_error)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn remove_file(&mut self, path: &str) -> Result<(), HostError> {
        let path = self.absolute(path);
        match self.files.remove_all(&path, self.now) {
            Ok(()) => self.written.push(Change::Removed(path)),
            Err(Errno::ENOENT) => {}
            Err(errno) => return Err(host_error(errno)),
        }
        Ok(())
    }

    fn read_stdin(&mut self) -> Result<Vec<u8>, HostError> {
        let mut read = std::mem::take(&mut self.stdin);
        while self.terminal.is_some() {
            match self.wait_input() {
                Input::Bytes(bytes) => read.extend(bytes),
                _ => break,
            }
        }
        Ok(read)
    }

    fn read_line(&mut self) -> Result<Vec<u8>, HostError> {
        let mut line = Vec::new();
        while self.terminal.is_some() && !line.ends_with(b"\n") {
            match self.wait_input() {
                Input::Bytes(bytes) => line.extend(bytes),
                _ => return Ok(line),
            }
        }
        let end = self.stdin.iter().position(|&byte| byte == b'\n').map_or(self.stdin.len(), |at| at + 1);
        line.extend(self.stdin.drain(..end));
        Ok(line)
    }

    fn poll_input(&mut self) -> Option<Input> {
        if let Some(terminal) = &self.terminal {
            return terminal.borrow_mut().poll();
        }
        let bytes = std::mem::take(&mut self.stdin);
        (!bytes.is_empty()).then_some(Input::Bytes(bytes))
    }

    /// What was piped in, then nobody: without a terminal nothing more will come, so that the container goes on by
    /// itself.
    fn wait_input(&mut self) -> Input {
        let Some(terminal) = self.terminal.clone() else {
            return self.poll_input().unwrap_or(Input::Detach);
        };
        let input = terminal.borrow_mut().wait();
        self.was_left |= input == Input::Detach;
        if !self.raw && !self.is_terminal(Stream::Stdout) {
            match &input {
                Input::Bytes(bytes) => self.write(Stream::Stdout, bytes),
                Input::Signal(_) => self.write(Stream::Stdout, b"^C"),
                _ => {}
            }
        }
        input
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if let Some(terminal) = self.terminal.as_ref().filter(|_| self.is_terminal(stream)) {
            return terminal.borrow_mut().write(stream, bytes);
        }
        match self.output.last_mut() {
            Some((last, kept)) if *last == stream => kept.extend_from_slice(bytes),
            _ => self.output.push((stream, bytes.into())),
        }
    }

    fn set_raw(&mut self, raw: bool) {
        self.raw = raw;
        if let Some(terminal) = &self.terminal {
            terminal.borrow_mut().set_raw(raw);
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn is_terminal(&self, _stream: Stream) -> bool {
        self.terminal.as_ref().is_some_and(|terminal| terminal.borrow().is_screen())
    }

    fn stdin_is_terminal(&self) -> bool {
        self.terminal.is_some()
    }
}

/// A folder on its way into a tree of its own.
struct Copy<'a> {
    from: &'a Tree,
    into: Tree,
    select: &'a mut dyn FnMut(&str, bool) -> Select,
    /// Files with several names: theirs and ours.
    links: BTreeMap<Ino, Ino>,
}

impl Copy<'_> {
    /// Filling a directory touches it, so that its metadata is set in the end.
    fn fill(&mut self, from: Ino, into: Ino, below: &str) -> Result<(), Errno> {
        let from_tree = self.from;
        for (name, ino) in from_tree.entries(from) {
            let shown = name.to_str_lossy();
            let path = if below.is_empty() { shown.into_owned() } else { format!("{below}/{shown}") };
            self.entry(ino, into, name, &path)?;
        }
        let metadata = from_tree.inode(from).map(|inode| plain(inode.metadata()));
        metadata.map_or(Ok(()), |metadata| self.into.set_metadata(into, metadata))
    }

    fn entry(&mut self, from: Ino, into: Ino, name: &[u8], path: &str) -> Result<(), Errno> {
        let Some(inode) = self.from.inode(from) else { return Ok(()) };
        let choice = (self.select)(path, inode.is_dir());
        if choice == Select::Skip {
            return Ok(());
        }
        let metadata = plain(inode.metadata());
        let time = metadata.mtime;
        match inode.node() {
            Node::Directory(_) => {
                let made = self.into.create(into, name, Node::directory(), metadata, time)?;
                self.fill(from, made, path)?;
                if choice == Select::Descend && self.into.entries(made).next().is_none() {
                    let gone = self.into.rmdir(into, name, time)?;
                    self.into.reap(gone);
                }
            }
            Node::File(_) | Node::Symlink(_) => match self.links.get(&from) {
                Some(&first) => self.into.link(first, into, name, time)?,
                None => {
                    let made = self.into.create(into, name, inode.node().clone(), metadata, time)?;
                    self.links.insert(from, made);
                }
            },
            // Sockets, pipes and devices stay behind, as docker's client leaves sockets.
            _ => {}
        }
        Ok(())
    }
}

/// Owners become 0:0 and attributes stay behind, as docker's client sends files.
fn plain(metadata: &Metadata) -> Metadata {
    Metadata::new(metadata.mode.bits(), metadata.mtime)
}

/// An error number in the words of Go's `syscall.Errno`: in lower case.
fn host_error(errno: Errno) -> HostError {
    let kind = match errno {
        Errno::ENOENT => HostErrorKind::NotFound,
        Errno::EACCES => HostErrorKind::PermissionDenied,
        Errno::ENOTDIR => HostErrorKind::NotADirectory,
        Errno::EISDIR => HostErrorKind::IsADirectory,
        _ => HostErrorKind::Other,
    };
    let text = errno.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    HostError::new(kind, first + letters.as_str())
}
