//! Folders that others made, read within limits: nothing outside of them is followed, nothing special is opened.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use bstr::{BStr, ByteSlice};
use vfs::{Metadata, Node, Time, Tree};

/// Bytes of one file of a submission.
const MAX_FILE: u64 = 8 << 20;
/// Bytes of all files of a submission.
const MAX_BYTES: u64 = 32 << 20;
/// Files, folders and links of a submission.
const MAX_ENTRIES: usize = 5_000;
/// Folders within one another.
const MAX_DEPTH: usize = 32;
/// When the files of a submission were written, whoever unpacked them when: that of a new world, less a day.
const WRITTEN: Time = Time::from_secs(1_727_690_400);

/// Why a folder was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It exceeds a limit, which is named.
    Limit(String),
    /// It cannot be read.
    Unreadable(String),
}

/// A folder as a tree. Links stay links; devices, pipes and sockets are refused. Times are all the same, so that a
/// grade does not depend on when the folder was unpacked.
pub(crate) fn load(folder: &Path) -> Result<Tree, Refused> {
    let mut loader = Loader { tree: Tree::new(Metadata::new(0o755, WRITTEN)), bytes: 0, entries: 0 };
    loader.folder(folder, "", 0)?;
    Ok(loader.tree)
}

/// The files of a folder by path, as [`load`] reads them.
pub(crate) fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let tree = load(folder).map_err(|refused| match refused {
        Refused::Limit(text) | Refused::Unreadable(text) => text,
    })?;
    let mut files = BTreeMap::new();
    for visit in tree.walk() {
        if let Some(content) = visit.inode.content() {
            files.insert(visit.path.to_str_lossy().trim_start_matches('/').to_owned(), content.to_vec());
        }
    }
    Ok(files)
}

struct Loader {
    tree: Tree,
    bytes: u64,
    entries: usize,
}

impl Loader {
    fn folder(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), Refused> {
        if depth > MAX_DEPTH {
            return Err(Refused::Limit(format!(
                "more than {MAX_DEPTH} folders within one another (limit of a submission)"
            )));
        }
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        let mut entries = entries.take(MAX_ENTRIES + 1).flatten().collect::<Vec<_>>();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(Refused::Limit(format!("more than {MAX_ENTRIES} files (limit of a submission)")));
            }
            let path = format!("{below}/{}", name(&entry));
            self.entry(&entry.path(), &path, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, real: &Path, path: &str, depth: usize) -> Result<(), Refused> {
        let metadata = fs::symlink_metadata(real).map_err(|error| unreadable(real, &error))?;
        let broken = |errno: vfs::Errno| Refused::Unreadable(format!("{}: {errno}", real.display()));
        let kind = metadata.file_type();
        if kind.is_dir() {
            self.tree.mkdir_all(path, 0o755, WRITTEN).map_err(broken)?;
            return self.folder(real, path, depth + 1);
        }
        let (mode, node) = if kind.is_symlink() {
            let target = fs::read_link(real).map_err(|error| unreadable(real, &error))?;
            (0o777, Node::Symlink(target.to_string_lossy().as_ref().into()))
        } else if kind.is_file() {
            (executable(&metadata), Node::File(self.read(real, path, &metadata)?.into()))
        } else {
            return Err(Refused::Limit(format!(
                "{}: a device, pipe or socket (limit of a submission: files, folders and links)",
                &path[1..]
            )));
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // The folder was made when it was met.
        let parent = match folder.is_empty() {
            true => self.tree.root(),
            false => self.tree.resolve(folder, vfs::Follow::No).map_err(broken)?,
        };
        self.tree
            .create(parent, name, node, Metadata::new(mode, WRITTEN), WRITTEN)
            .map(|_| ())
            .map_err(broken)
    }

    fn read(&mut self, real: &Path, path: &str, metadata: &fs::Metadata) -> Result<Vec<u8>, Refused> {
        let too_large = || {
            Refused::Limit(format!(
                "{}: more than {MAX_FILE} bytes (limit of a submission's file)",
                &path[1..]
            ))
        };
        if metadata.len() > MAX_FILE {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(real).map_err(|error| unreadable(real, &error))?;
        // The file may grow while it is read.
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(real, &error))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(too_large());
        }
        self.bytes += bytes.len() as u64;
        if self.bytes > MAX_BYTES {
            return Err(Refused::Limit(format!("more than {MAX_BYTES} bytes (limit of a submission)")));
        }
        Ok(bytes)
    }
}

fn name(entry: &fs::DirEntry) -> String {
    let name: PathBuf = entry.file_name().into();
    BStr::new(name.as_os_str().as_encoded_bytes()).to_str_lossy().into_owned()
}

#[cfg(unix)]
fn executable(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    if metadata.permissions().mode() & 0o111 == 0 { 0o644 } else { 0o755 }
}

#[cfg(not(unix))]
fn executable(_metadata: &fs::Metadata) -> u32 {
    0o644
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refused {
    Refused::Unreadable(format!("{}: {error}", path.display()))
}
