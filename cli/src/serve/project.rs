use std::{fs, path::Path};

use serde_json::{Map, Value, json};

/// Files of a project that the page takes. It is a small project's editor, and everything goes into memory twice.
const MAX_FILES: usize = 200;
/// Bytes of one file.
const MAX_FILE: u64 = 256 << 10;
/// Folders within each other.
const MAX_DEPTH: usize = 8;
/// What is never part of a lesson's project, and often huge.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// The text files of a folder as JSON: `{"name": ..., "files": {path: text}, "left_out": [path]}`. What is not taken, since
/// it is no text or beyond a limit, is named. Symbolic links are not followed.
pub(super) fn read(folder: &Path) -> Result<Vec<u8>, String> {
    let mut project = Project::default();
    project.collect(folder, "", 0)?;
    let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(json!({ "name": name, "files": project.files, "left_out": project.left_out }).to_string().into_bytes())
}

#[derive(Default)]
struct Project {
    files: Map<String, Value>,
    left_out: Vec<String>,
}

impl Project {
    fn collect(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), String> {
        let named = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut entries: Vec<_> =
            fs::read_dir(folder).map_err(named)?.collect::<Result<_, _>>().map_err(named)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(named)?;
            let path = format!("{below}{name}");
            if SKIPPED.contains(&name.as_str()) {
                self.left_out.push(path);
            } else if kind.is_dir() && depth < MAX_DEPTH {
                self.collect(&entry.path(), &format!("{path}/"), depth + 1)?;
            } else {
                match self.text(&entry, kind) {
                    Some(text) => drop(self.files.insert(path, Value::String(text))),
                    None => self.left_out.push(path),
                }
            }
        }
        Ok(())
    }

    fn text(&self, entry: &fs::DirEntry, kind: fs::FileType) -> Option<String> {
        let fits =
            self.files.len() < MAX_FILES && entry.metadata().is_ok_and(|found| found.len() <= MAX_FILE);
        if kind.is_file() && fits { fs::read_to_string(entry.path()).ok() } else { None }
    }
}
