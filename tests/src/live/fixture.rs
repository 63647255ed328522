use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// A project: a Dockerfile with its context, and the flags of its build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixture {
    /// What it is about.
    pub name: String,
    /// Words between `docker build` and the folder.
    pub flags: Vec<String>,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    path: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    File { mode: u32, text: String },
    Link(String),
}

/// Reads a file of fixtures: `=== NAME`, then for each entry `-- PATH [MODE] --` and its text, or `-- PATH -> TARGET --`;
/// the section `flags` has one word a line.
///
/// # Errors
/// A line that belongs to nothing, or a mode that is none.
pub fn read(text: &str) -> Result<Vec<Fixture>, String> {
    let mut fixtures: Vec<Fixture> = Vec::new();
    let mut in_flags = false;
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}: {line}", number + 1);
        if let Some(name) = line.strip_prefix("=== ") {
            fixtures.push(Fixture { name: name.to_owned(), ..Fixture::default() });
            in_flags = false;
            continue;
        }
        let fixture = fixtures.last_mut().ok_or_else(|| wrong("before the first fixture"))?;
        if let Some(head) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            in_flags = head == "flags";
            if !in_flags {
                fixture.entries.push(entry(head).ok_or_else(|| wrong("no mode"))?);
            }
        } else if in_flags {
            fixture.flags.extend((!line.is_empty()).then(|| line.to_owned()));
        } else if let Some(Entry { kind: Kind::File { text, .. }, .. }) = fixture.entries.last_mut() {
            text.push_str(line);
            text.push('\n');
        } else if !line.is_empty() {
            return Err(wrong("outside of a file"));
        }
    }
    // The empty line before the next heading separates, and belongs to no file.
    for Fixture { entries, .. } in &mut fixtures {
        if let Some(Entry { kind: Kind::File { text, .. }, .. }) = entries.last_mut()
            && (text.ends_with("\n\n") || text == "\n")
        {
            text.pop();
        }
    }
    Ok(fixtures)
}

fn entry(head: &str) -> Option<Entry> {
    if let Some((path, target)) = head.split_once(" -> ") {
        return Some(Entry { path: path.to_owned(), kind: Kind::Link(target.to_owned()) });
    }
    let digits = |word: &str| (3..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let (path, mode) = match head.rsplit_once(' ') {
        Some((path, mode)) if digits(mode) => (path, u32::from_str_radix(mode, 8).ok()?),
        _ => (head, 0o644),
    };
    Some(Entry { path: path.to_owned(), kind: Kind::File { mode, text: String::new() } })
}

impl Fixture {
    /// Lays the project out in a new folder.
    ///
    /// # Errors
    /// The host's.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for Entry { path, kind } in &self.entries {
            let place = folder.join(path);
            place.parent().map_or(Ok(()), fs::create_dir_all)?;
            match kind {
                Kind::Link(target) => symlink(target, place)?,
                Kind::File { mode, text } => {
                    fs::write(&place, text)?;
                    fs::set_permissions(&place, Permissions::from_mode(*mode))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_fixtures_is_read() {
        let text = "=== one\n-- Dockerfile --\nFROM a\n\n-- x y 4755 --\n-- l -> ../t --\n-- flags --\n-q\n\n=== two\n-- f --\n";
        let file = |path: &str, mode: u32, text: &str| Entry {
            path: path.to_owned(),
            kind: Kind::File { mode, text: text.to_owned() },
        };
        let link = Entry { path: "l".to_owned(), kind: Kind::Link("../t".to_owned()) };
        let one = Fixture {
            name: "one".to_owned(),
            flags: vec!["-q".to_owned()],
            entries: vec![file("Dockerfile", 0o644, "FROM a\n\n"), file("x y", 0o4755, ""), link],
        };
        let two = Fixture { name: "two".to_owned(), flags: vec![], entries: vec![file("f", 0o644, "")] };
        assert_eq!(read(text), Ok(vec![one, two]));
        assert_eq!(read("x\n"), Err("line 1: before the first fixture: x".to_owned()));
    }
}
