//! Sessions with BuildKit through the program itself: whole outputs, ids and times included. `BLESS=1` writes what is
//! printed now into the fixtures, for a look at the difference.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// One session: its name, its files, and its commands with what they print.
struct Session {
    name: String,
    /// The lines above the console, as they are written.
    head: String,
    files: Vec<(String, String)>,
    console: String,
}

fn sessions(text: &str) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut in_console = false;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            let (name, head) = (name.trim().to_owned(), line.to_owned());
            sessions.push(Session { name, head, files: Vec::new(), console: String::new() });
            in_console = false;
            continue;
        }
        let Some(session) = sessions.last_mut() else { continue };
        if in_console {
            session.console += line;
            continue;
        }
        session.head += line;
        match line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
            Some("console") => in_console = true,
            Some(name) => session.files.push((name.to_owned(), String::new())),
            None => session.files.last_mut().expect("a file has a heading").1 += line,
        }
    }
    sessions
}

/// Runs the commands of a session in a folder with its files.
fn play(session: &Session) -> String {
    let world = tempfile::tempdir().expect("a temporary folder");
    let (bin, folder) = (world.path().join("bin"), world.path().join("project"));
    fs::create_dir_all(&bin).expect("a folder");
    for name in ["docker", "glasshull"] {
        symlink(env!("CARGO_BIN_EXE_glasshull"), bin.join(name)).expect("a link to the program");
    }
    for (name, text) in &session.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        filetime(&path);
    }
    let mut shown = String::new();
    for line in session.console.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let _ = writeln!(shown, "$ {line}");
        shown += &one(line, &bin, &folder, &world.path().join("home"));
    }
    shown
}

/// Files are of a fixed time, which is a part of what is sent.
fn filetime(path: &Path) {
    let file = fs::File::options().append(true).open(path).expect("the file is there");
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    file.set_modified(time).expect("a time");
}

fn one(line: &str, bin: &Path, folder: &Path, home: &Path) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("/bin/sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("GLASSHULL_HOME", home)
        .env("GLASSHULL_DOCKER_VERSION", "29")
        .env_remove("DOCKER_BUILDKIT")
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let mut shown = String::from_utf8_lossy(&output.stdout).into_owned();
    shown += &String::from_utf8_lossy(&output.stderr);
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        status => shown += &format!("[{}]\n", status.unwrap_or(-1)),
    }
    shown.replace('\x1b', "^[")
}

#[test]
fn sessions_print_what_is_written() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/buildkit"));
    let entries = fs::read_dir(folder).expect("the folder of the sessions");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = String::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a fixture");
        let mut now = String::new();
        for session in sessions(&text) {
            let console = play(&session);
            now += &(session.head + &console);
            if console != session.console {
                wrong += &format!("=== {} of {}\n{console}\n", session.name, path.display());
            }
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, now).expect("the fixture can be written");
        }
    }
    assert!(wrong.is_empty(), "these print something else:\n{wrong}");
}
