use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use bstr::ByteSlice;
use simulator::{
    machine::PROJECT,
    session::{Entry, Session},
};
use vfs::{Node, Time, Tree};

use crate::{
    state::{Archive, Called, Done, Step},
    travel::quoted,
};

/// A session, and how many of its entries each step became.
pub(super) struct Converted {
    pub(super) session: Session,
    pub(super) counts: Vec<usize>,
}

/// What is known of a file of the project folder.
#[derive(Clone, PartialEq, Eq)]
struct Fact {
    node: Known,
    mode: u16,
    time: Time,
}

#[derive(Clone, PartialEq, Eq)]
enum Known {
    File(Vec<u8>),
    Folder,
    Link(String),
}

struct Converter<'a> {
    archive: &'a Archive,
    /// The folder of the machine that becomes the project folder.
    root: String,
    /// The project folder's place.
    place: String,
    directory: String,
    known: BTreeMap<String, Fact>,
    journal: Vec<Entry>,
}

/// The session that does what the steps say. With `real`, the project folder lies where it lies on the machine.
pub(super) fn session(steps: &[Step], archive: &Archive, real: bool) -> Result<Converted, String> {
    let mut project = steps.iter().find_map(|step| match &step.done {
        Done::Typed { place, .. } => place.clone(),
        _ => None,
    });
    let root = common(steps, archive)?;
    if real {
        project = (root.len() > 1).then(|| root.clone());
    }
    let place = project.clone().unwrap_or_else(|| PROJECT.to_owned());
    let directory = place.clone();
    let mut converter =
        Converter { archive, root, place, directory, known: BTreeMap::new(), journal: Vec::new() };
    let mut counts = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let before = converter.journal.len();
        converter.step(&step.done).map_err(|reason| format!("step {number} cannot be shared: {reason}"))?;
        counts.push(converter.journal.len() - before);
    }
    let session = Session { version: 1, lesson: String::new(), project, journal: converter.journal };
    Ok(Converted { session, counts })
}

/// The nearest folder that has all that the docker commands named.
fn common(steps: &[Step], archive: &Archive) -> Result<String, String> {
    let mut common: Option<Vec<String>> = None;
    let mut add = |path: &str| {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        common = Some(match common.take() {
            None => parts,
            Some(old) => {
                let same = old.iter().zip(&parts).take_while(|(one, other)| one == other).count();
                old[..same].to_vec()
            }
        });
    };
    for step in steps {
        let Done::Called(called) = &step.done else { continue };
        add(&called.directory);
        called.folders.iter().for_each(|folder| add(folder));
        let Some(tree) = files(called, archive)? else { continue };
        for visit in tree.walk().filter(|visit| !visit.inode.is_dir()) {
            let path = visit.path.to_str_lossy();
            add(path.rsplit_once('/').map_or("/", |(folder, _)| folder));
        }
    }
    Ok(format!("/{}", common.unwrap_or_default().join("/")))
}

fn files(called: &Called, archive: &Archive) -> Result<Option<Tree>, String> {
    called.files.map(|input| tree(archive, &input)).transpose()
}

fn tree(archive: &Archive, input: &digest::Digest) -> Result<Tree, String> {
    let bytes = archive.input(input).ok_or("the files that it read are lost")?;
    postcard::from_bytes(&bytes).map_err(|error| error.to_string())
}

impl Converter<'_> {
    fn step(&mut self, done: &Done) -> Result<(), String> {
        match done {
            Done::Began => Ok(()),
            Done::Unknown => Err("the history does not know what was done".to_owned()),
            Done::Typed { project, entries, .. } => {
                if let Some(project) = project {
                    let tree = tree(self.archive, project)?;
                    self.files(&tree, "", &[String::new()])?;
                }
                self.journal.extend(entries.iter().cloned());
                Ok(())
            }
            Done::Called(called) => self.call(called),
        }
    }

    fn call(&mut self, called: &Called) -> Result<(), String> {
        if let Some(reason) = &called.unrepeatable {
            return Err(reason.clone());
        }
        let directory = self.moved(&called.directory);
        if directory != self.directory {
            let below = directory.strip_prefix(&self.place).unwrap_or_default().trim_start_matches('/');
            if !below.is_empty() && !self.known.contains_key(below) {
                self.journal.push(Entry::MakeFolder { path: below.to_owned(), mode: None, time: None });
            }
            self.journal.push(Entry::Run { line: format!("cd {}", quoted(&directory)), typed: None });
            self.directory = directory;
        }
        if let Some(tree) = files(called, self.archive)? {
            let root = self.root.clone();
            self.files(&tree, &root, &called.folders)?;
        }
        let variables = called.variables.iter().map(|(name, value)| format!("{name}={} ", quoted(value)));
        let words = called.words.iter().map(|word| format!(" {}", quoted(&self.word(word))));
        let line = variables.collect::<String>() + &called.program + &words.collect::<String>();
        self.journal.push(Entry::Run { line, typed: None });
        Ok(())
    }

    /// An absolute path of the machine as the session has it.
    fn moved(&self, path: &str) -> String {
        match path.strip_prefix(self.root.trim_end_matches('/')) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", self.place),
            _ => path.to_owned(),
        }
    }

    /// A word, with the path in it moved.
    fn word(&self, word: &str) -> String {
        match word.split_once('=') {
            Some((name, path)) if path.starts_with('/') => format!("{name}={}", self.moved(path)),
            _ => self.moved(word),
        }
    }

    /// Entries that make the project folder what the machine had at `root`; what a loaded folder no longer had goes.
    fn files(&mut self, tree: &Tree, root: &str, folders: &[String]) -> Result<(), String> {
        let root = root.trim_end_matches('/');
        let below = |path: &str| -> Option<String> {
            let rest = path.trim_end_matches('/').strip_prefix(root)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
        };
        let folders: Vec<String> = folders.iter().filter_map(|folder| below(folder)).collect();
        let mut seen: BTreeMap<String, Fact> = BTreeMap::new();
        for visit in tree.walk() {
            let path = visit.path.to_str().map_err(|_| "a file's name is not UTF-8")?;
            let Some(path) = below(path) else { continue };
            let is_loaded = |path: &str| folders.iter().any(|folder| is_within(path, folder));
            let Some(fact) = fact(visit.inode)? else { continue };
            if fact.node != Known::Folder || is_loaded(&path) {
                seen.insert(path, fact);
            }
        }
        let gone: Vec<String> = self
            .known
            .keys()
            .filter(|path| !seen.contains_key(*path) && folders.iter().any(|folder| is_within(path, folder)))
            .cloned()
            .collect();
        let mut touched: BTreeSet<String> = BTreeSet::new();
        for path in gone {
            if self.known.remove(&path).is_some() && !path.is_empty() {
                let inside = format!("{path}/");
                self.known.retain(|other, _| !other.starts_with(&inside));
                touched.insert(above(&path));
                self.journal.push(Entry::RemoveFile { path });
            }
        }
        self.write(&seen, &mut touched);
        Ok(())
    }

    fn write(&mut self, seen: &BTreeMap<String, Fact>, touched: &mut BTreeSet<String>) {
        for (path, fact) in seen.iter().filter(|(_, fact)| fact.node != Known::Folder) {
            if self.known.get(path) != Some(fact) {
                if !self.known.contains_key(path) {
                    touched.insert(above(path));
                }
                self.journal.push(entry(path, fact));
                self.known.insert(path.clone(), fact.clone());
            }
        }
        // Those within first: making a folder touches the one above it.
        for (path, fact) in seen.iter().rev().filter(|(_, fact)| fact.node == Known::Folder) {
            let is_new = !self.known.contains_key(path);
            if touched.contains(path) || self.known.get(path) != Some(fact) {
                if is_new && !path.is_empty() {
                    touched.insert(above(path));
                }
                self.journal.push(entry(path, fact));
                self.known.insert(path.clone(), fact.clone());
            }
        }
    }
}

fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn above(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

fn fact(inode: &vfs::Inode) -> Result<Option<Fact>, String> {
    let metadata = inode.metadata();
    let node = match inode.node() {
        Node::File(content) => Known::File(content.to_vec()),
        Node::Directory(_) => Known::Folder,
        Node::Symlink(target) => {
            Known::Link(target.to_str().map_err(|_| "a link's target is not UTF-8")?.to_owned())
        }
        _ => return Ok(None),
    };
    Ok(Some(Fact { node, mode: metadata.mode.bits() as u16, time: metadata.mtime }))
}

fn entry(path: &str, fact: &Fact) -> Entry {
    let (path, time) = (path.to_owned(), Some(fact.time));
    let mode = |usual: u16| (fact.mode != usual).then_some(fact.mode);
    match &fact.node {
        Known::File(bytes) => {
            let (text, base64) = match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), None),
                Err(_) => (String::new(), Some(STANDARD.encode(bytes))),
            };
            Entry::WriteFile { path, text, base64, mode: mode(0o644), time }
        }
        Known::Folder => Entry::MakeFolder { path, mode: mode(0o755), time },
        Known::Link(target) => Entry::Link { path, target: target.clone(), time },
    }
}
