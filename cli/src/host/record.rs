use std::collections::BTreeMap;

use bstr::BString;
use vfs::{Content, Metadata, Node, Time, Tree};

use crate::state::{Archive, Called};

/// Bytes of files that a command reads and that the history keeps.
const MAX_BYTES: u64 = 4 << 20;

/// What a command saw of the machine: enough to do it again elsewhere.
#[derive(Default)]
pub(super) struct Record {
    loaded: Vec<(String, Tree)>,
    read: Vec<(String, Vec<u8>, Metadata)>,
    variables: BTreeMap<String, String>,
    unrepeatable: Option<&'static str>,
}

impl Record {
    pub(super) fn loaded(&mut self, path: String, tree: &Tree) {
        self.loaded.push((path, tree.clone()));
    }

    pub(super) fn read(&mut self, path: String, bytes: &[u8], metadata: Metadata) {
        if bytes.len() as u64 > MAX_BYTES {
            self.unrepeatable = Some("it read a large file");
            return;
        }
        self.read.push((path, bytes.to_vec(), metadata));
    }

    /// Variables that are about the terminal or the place of programs do not count.
    pub(super) fn variable(&mut self, name: &str, value: &str) {
        let is_local = ["HOME", "PATH", "TERM", "COLUMNS", "LINES", "NO_COLOR", "GLASSHULL_HOME"];
        if !is_local.contains(&name) {
            self.variables.insert(name.to_owned(), value.to_owned());
        }
    }

    pub(super) fn cannot_repeat(&mut self, why: &'static str) {
        self.unrepeatable = Some(why);
    }

    /// The record as the history keeps it; the files become an input.
    pub(super) fn called(
        self,
        program: &str,
        words: &[String],
        directory: String,
        archive: &Archive,
    ) -> Result<Called, String> {
        let mut unrepeatable = self.unrepeatable.map(str::to_owned);
        let folders = self.loaded.iter().map(|(path, _)| path.clone()).collect();
        let is_empty = self.loaded.is_empty() && self.read.is_empty();
        let mut files = None;
        match union(&self.loaded, self.read) {
            _ if is_empty => {}
            Ok(Some(tree)) => {
                let bytes = postcard::to_allocvec(&tree).map_err(|error| error.to_string())?;
                files = Some(archive.keep_input(&bytes).map_err(|error| error.to_string())?);
            }
            Ok(None) => unrepeatable = Some(format!("it read files of more than {MAX_BYTES} bytes")),
            Err(errno) => unrepeatable = Some(format!("the files that it read cannot be kept: {errno}")),
        }
        Ok(Called {
            words: words.to_vec(),
            program: program.to_owned(),
            directory,
            variables: self.variables,
            folders,
            files,
            unrepeatable,
        })
    }
}

/// Everything that was read, at its absolute path; none when it is too much.
fn union(
    loaded: &[(String, Tree)],
    read: Vec<(String, Vec<u8>, Metadata)>,
) -> Result<Option<Tree>, vfs::Errno> {
    let mut all = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let mut folders: BTreeMap<BString, Metadata> = BTreeMap::new();
    let mut bytes = 0;
    for (path, tree) in loaded {
        for visit in tree.walk() {
            let below = if visit.path == "/" { &b""[..] } else { &visit.path[..] };
            let whole = BString::from([path.trim_end_matches('/').as_bytes(), below].concat());
            let metadata = visit.inode.metadata().clone();
            if let Node::Directory(_) = visit.inode.node() {
                all.mkdir_all(&whole, 0o755, Time::EPOCH)?;
                folders.insert(whole, metadata);
                continue;
            }
            bytes += visit.inode.content().map_or(0, Content::len);
            if bytes > MAX_BYTES {
                return Ok(None);
            }
            put(&mut all, &whole, visit.inode.node().clone(), metadata)?;
        }
    }
    for (path, content, metadata) in read {
        put(&mut all, path.as_bytes(), Node::File(content.into()), metadata)?;
    }
    for (path, metadata) in folders {
        let ino = all.mkdir_all(&path, 0o755, Time::EPOCH)?;
        all.set_metadata(ino, metadata)?;
    }
    Ok(Some(all))
}

fn put(all: &mut Tree, path: &[u8], node: Node, metadata: Metadata) -> Result<(), vfs::Errno> {
    let at = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    let folder = all.mkdir_all(if at == 0 { &b"/"[..] } else { &path[..at] }, 0o755, Time::EPOCH)?;
    let name = &path[(at + 1).min(path.len())..];
    if all.lookup(folder, name).is_ok() {
        return Ok(());
    }
    all.create(folder, name, node, metadata, Time::EPOCH).map(drop)
}
