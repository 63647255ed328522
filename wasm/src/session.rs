use std::{cell::RefCell, rc::Rc};

use api::{Backend, ImageQuery};
use kernel::Loader;
use lessons::Lesson;
use simulator::machine::{self, Daemon, FolderHost, Keyboard, Machine, PROJECT, Terminal};
use simulator::session::{Entry, Player, from_text};
use simulator::whatif::NextEdit;
use simulator::{Options, Simulator};
use vfs::{Errno, FileType, Follow};

use crate::{Chunk, FileView, Reply, State, TreeEntry, state};

/// Bytes of a file that a page may write.
const MAX_FILE: usize = 16 << 20;

/// Why a session cannot do what was asked; a sentence for people.
pub type SessionError = String;

/// A simulated machine with a project folder, a shell and a Docker.
pub struct Session {
    machine: Machine,
    daemon: Daemon,
    loader: Rc<dyn Loader>,
    keyboard: Rc<RefCell<Keyboard>>,
    open: Option<Open>,
}

/// A line that waits for somebody to type, and what there was before it.
struct Open {
    machine: Machine,
    world: Simulator,
    line: String,
    typed: String,
}

impl Session {
    /// A fresh machine: an empty project folder, an empty image store.
    ///
    /// # Errors
    /// The embedded facts are damaged.
    pub fn new() -> Result<Session, SessionError> {
        let options = Options::default();
        let simulator = Simulator::new(options).map_err(|error| error.to_string())?;
        let daemon = Rc::new(RefCell::new(simulator));
        let others = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
        let keyboard: Rc<RefCell<Keyboard>> = Rc::default();
        let terminal = Some(Rc::clone(&keyboard) as Terminal);
        let loader = machine::programs(Rc::clone(&daemon), others, terminal);
        let machine = Machine::new(options.clock).map_err(|errno| errno.to_string())?;
        Ok(Session { machine, daemon, loader, keyboard, open: None })
    }

    /// Runs a line in the shell. Its programs find nothing to read; or, with a text to begin with, a person at a
    /// keyboard, who may type on when the reply says that something waits.
    ///
    /// # Errors
    /// The shell cannot be started, since the line before broke the machine.
    pub fn run(&mut self, line: &str, typed: Option<&str>) -> Result<Reply, SessionError> {
        self.open = None;
        let Some(typed) = typed else { return self.play(line, None) };
        let (machine, world) = (self.machine.clone(), self.daemon.borrow().branch());
        self.keyboard.borrow_mut().load(typed);
        let terminal: Terminal = Rc::clone(&self.keyboard) as Terminal;
        let reply = self.play(line, Some(&terminal))?;
        if self.keyboard.borrow().waits() {
            self.open = Some(Open { machine, world, line: line.to_owned(), typed: typed.to_owned() });
            return Ok(Reply { waits: true, ..reply });
        }
        Ok(reply)
    }

    /// Types into the line that waits. It is run anew with all that was typed, and so does what it did, and goes on:
    /// the reply is the whole line's.
    ///
    /// # Errors
    /// Nothing waits; those of [`Session::run`].
    pub fn type_in(&mut self, text: &str) -> Result<Reply, SessionError> {
        let open = self.open.take().ok_or("no program waits for input")?;
        self.machine = open.machine;
        *self.daemon.borrow_mut() = open.world;
        self.run(&open.line, Some(&(open.typed + text)))
    }

    fn play(&mut self, line: &str, terminal: Option<&Terminal>) -> Result<Reply, SessionError> {
        let before = self.daemon.borrow().engine().events().count();
        let mut output: Vec<(api::Stream, Vec<u8>)> = Vec::new();
        let outcome = self.machine.run(
            line,
            Rc::clone(&self.loader),
            terminal,
            Some(&self.daemon),
            &mut |stream, bytes| match output.last_mut() {
                Some((last, kept)) if *last == stream => kept.extend_from_slice(bytes),
                _ => output.push((stream, bytes.to_vec())),
            },
        )?;
        let chunk = |(stream, bytes): (api::Stream, Vec<u8>)| Chunk {
            stream,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        };
        let events = self.daemon.borrow().engine().events().skip(before).cloned().collect();
        Ok(Reply {
            exit: outcome.exit,
            output: output.into_iter().map(chunk).collect(),
            events,
            directory: self.machine.directory.to_string(),
            waits: false,
            limit: outcome.limit,
        })
    }

    /// Whether a line needs more lines to be whole: an open quote, a here document, an `if` without `fi`.
    pub fn is_incomplete(line: &str) -> bool {
        machine::is_incomplete(line)
    }

    /// The files of the project folder, sorted by path.
    pub fn files(&self) -> Vec<FileView> {
        let tree = &self.machine.tree;
        let Ok(top) = tree.resolve(PROJECT, Follow::Yes) else { return Vec::new() };
        let regular =
            tree.walk_from(top, "").skip(1).filter(|visit| visit.inode.file_type() != FileType::Directory);
        regular
            .map(|visit| FileView {
                path: String::from_utf8_lossy(&visit.path).trim_start_matches('/').to_owned(),
                size: tree.stat(visit.ino).map_or(0, |stat| stat.size),
            })
            .collect()
    }

    /// A file of the project folder.
    ///
    /// # Errors
    /// It cannot be read; the reason in the system's words.
    pub fn read_file(&self, path: &str) -> Result<Vec<u8>, SessionError> {
        self.machine.tree.read_file(in_project(path)?).map_err(|errno| told(path, errno))
    }

    /// Writes a file of the project folder and makes the folders above it.
    ///
    /// # Errors
    /// It cannot be written; the reason in the system's words.
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), SessionError> {
        if bytes.len() > MAX_FILE {
            return Err(format!("{path}: more than {MAX_FILE} bytes (limit of one file)"));
        }
        self.open = None;
        let whole = in_project(path)?;
        let (tree, now) = (&mut self.machine.tree, self.machine.clock);
        let folder = whole.rsplit_once('/').map_or("/", |(folder, _)| folder);
        tree.mkdir_all(folder, 0o755, now)
            .and_then(|_| tree.write_file(&whole, bytes.to_vec(), 0o644, now))
            .map(|_| ())
            .map_err(|errno| told(path, errno))
    }

    /// Removes a file or folder of the project folder.
    ///
    /// # Errors
    /// It cannot be removed; the reason in the system's words.
    pub fn remove_file(&mut self, path: &str) -> Result<(), SessionError> {
        let whole = in_project(path)?;
        self.open = None;
        self.machine.tree.remove_all(whole, self.machine.clock).map_err(|errno| told(path, errno))
    }

    /// Does to the project folder what an entry of a journal says, with modes, times and links.
    ///
    /// # Errors
    /// It cannot be done; the reason in the system's words.
    pub fn put(&mut self, entry: &Entry) -> Result<(), SessionError> {
        self.open = None;
        self.machine.put(entry)
    }

    /// What `docker images -a` and `docker ps -a` would show, with more detail.
    ///
    /// # Errors
    /// The daemon refuses; in its words.
    pub fn state(&self) -> Result<State, SessionError> {
        let daemon = self.daemon.borrow();
        let query = ImageQuery { all: true, ..ImageQuery::default() };
        let images = daemon.images(&query).map_err(|error| error.message)?;
        let containers = daemon.containers(true).map_err(|error| error.message)?;
        Ok(state::view(&daemon, &images, &containers, self.machine.directory.to_string()))
    }

    /// The configuration of an image, in Docker's JSON.
    ///
    /// # Errors
    /// There is no such image.
    pub fn image_config(&self, name: &str) -> Result<serde_json::Value, SessionError> {
        let image = self.daemon.borrow().inspect_image(name).map_err(|error| error.message)?;
        serde_json::to_value(&image.config).map_err(|error| error.to_string())
    }

    /// All files of an image, with the layer that each comes from.
    ///
    /// # Errors
    /// There is no such image.
    pub fn image_tree(&self, name: &str) -> Result<Vec<TreeEntry>, SessionError> {
        let daemon = self.daemon.borrow();
        let id = daemon.engine().find_image(name).map_err(|error| error.message)?;
        Ok(crate::tree::of_image(daemon.engine(), &id))
    }

    /// The text of a file of an image, at most `limit` bytes; none if it is no text.
    ///
    /// # Errors
    /// There is no such image or file.
    pub fn image_file(&self, name: &str, path: &str, limit: usize) -> Result<Option<String>, SessionError> {
        let daemon = self.daemon.borrow();
        let id = daemon.engine().find_image(name).map_err(|error| error.message)?;
        let tree = daemon.engine().image_tree(&id).map_err(|error| error.message)?;
        let bytes = tree
            .resolve(path, Follow::Yes)
            .and_then(|ino| tree.read(ino, 0, limit))
            .map_err(|errno| told(path, errno))?;
        Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
    }

    /// An image as a tar of an OCI image layout.
    ///
    /// # Errors
    /// There is no such image.
    pub fn image_archive(&self, name: &str) -> Result<Vec<u8>, SessionError> {
        crate::archive::of_image(&self.daemon.borrow(), name)
    }

    /// What the next edit of each line and file would do anew, of what `line` built in `directory`; the session stays as it is.
    ///
    /// # Errors
    /// The line is no `docker build` of a folder, or builds nothing now.
    pub fn next_edits(
        &self,
        line: &str,
        directory: &str,
        is_buildkit: bool,
    ) -> Result<Vec<NextEdit>, SessionError> {
        crate::next_edits::next_edits(&self.machine, &self.daemon.borrow(), line, directory, is_buildkit)
    }

    /// A digest of everything that a session holds: images, containers, all that happened, the project's files. Equal
    /// digests are equal sessions.
    ///
    /// # Errors
    /// The daemon refuses; in its words.
    pub fn state_hash(&self) -> Result<digest::Digest, SessionError> {
        let told = |error: serde_json::Error| error.to_string();
        let mut hasher = digest::Hasher::new();
        hasher.update(serde_json::to_vec(&self.state()?).map_err(told)?);
        for event in self.daemon.borrow().engine().events() {
            hasher.update(serde_json::to_vec(event).map_err(told)?);
        }
        for file in self.files() {
            hasher.update(format!("{}\0{}\0", file.path, file.size));
            hasher.update(self.read_file(&file.path)?);
        }
        Ok(hasher.finish())
    }

    /// What the checks of a lesson say: of this machine as it is, where the lesson is about what was typed, else of the
    /// project folder, on a Docker of their own.
    ///
    /// # Errors
    /// There is no such lesson, or no project folder.
    pub fn grade(&self, lesson: &str, locale: &str) -> Result<lessons::Grade, SessionError> {
        let folder = crate::lesson_view::lesson_folder_in(lesson, locale)?;
        if folder.lesson.grade.live {
            return self.look(&folder.lesson, |scene| lessons::judge(&folder.lesson, scene));
        }
        let project = self.project()?;
        let begin = lessons::start(&folder).map_err(|error| error.to_string())?;
        lessons::grade(&folder.lesson, &begin, &project).map_err(|error| error.to_string())
    }

    /// The answer to a question of a lesson, in the state of this machine.
    ///
    /// # Errors
    /// There is no such lesson or question, or what it asks for is not there.
    pub fn answer(&self, lesson: &str, question: &str) -> Result<String, SessionError> {
        let folder = crate::lesson_view::lesson_folder(lesson)?;
        let mut questions = folder.lesson.steps.iter().flat_map(|step| &step.predict);
        let found = questions.find(|predict| predict.id == question);
        let found = found.ok_or_else(|| format!("{question}: no such question"))?;
        let expr = lessons::Expr::parse_shown(&found.answer.text).map_err(|error| error.to_string())?;
        self.look(&folder.lesson, |scene| expr.show(scene))?
    }

    /// The levels of help of a lesson for the state of this machine, from a nudge to the answer.
    ///
    /// # Errors
    /// There is no such lesson.
    pub fn hints(&self, lesson: &str, locale: &str) -> Result<Vec<String>, SessionError> {
        let folder = crate::lesson_view::lesson_folder_in(lesson, locale)?;
        if folder.lesson.grade.live {
            return self.look(&folder.lesson, |scene| lessons::hints(&folder.lesson, scene));
        }
        let begin = lessons::start(&folder).map_err(|error| error.to_string())?;
        lessons::help(&folder.lesson, &begin, &self.project()?).map_err(|error| error.to_string())
    }

    /// Gives the state of this machine to be looked at.
    fn look<T>(
        &self,
        lesson: &Lesson,
        look: impl FnOnce(&lessons::Scene<'_>) -> T,
    ) -> Result<T, SessionError> {
        let daemon = self.daemon.borrow();
        let scene = lessons::Scene::new(&daemon, self.project()?, &lesson.grade.image, &lesson.grade.run);
        Ok(look(&scene.having(daemon.engine().events().cloned().collect())))
    }

    fn project(&self) -> Result<vfs::Tree, SessionError> {
        let host = FolderHost::new(self.machine.tree.clone(), "/".to_owned(), self.machine.clock);
        docker::Host::load_dir(&host, PROJECT, &mut |_, _| docker::Select::Include)
            .map_err(|error| error.message)
    }
}

/// The absolute path of a file of the project folder; nothing leads out of it.
fn in_project(path: &str) -> Result<String, SessionError> {
    let inside = !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    match inside && !path.contains('\0') {
        true => Ok(format!("{PROJECT}/{path}")),
        false => Err(format!("{path:?} is no path of a file in the project folder")),
    }
}

fn told(path: &str, errno: Errno) -> SessionError {
    format!("{path}: {errno}")
}

/// The digest of the state that a session in a text leads to: a token, a link, or JSON.
///
/// # Errors
/// No session; an entry that cannot be played.
pub fn replay(text: &str) -> Result<digest::Digest, SessionError> {
    let session = from_text(text).map_err(|error| error.to_string())?;
    let mut player = Player::new(session.project.as_deref())?;
    for entry in &session.journal {
        player.play(entry, &mut |_, _| {})?;
    }
    Ok(digest::sha256(player.document()))
}
