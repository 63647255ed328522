use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use simulator::session::{Entry, Session as Shared, to_token};
use wasm::Session;

use crate::shell::root;

/// What is typed in each project, after its files were written.
const LINES: [&str; 4] = [
    "glasshull build --view rawjson -t it .",
    "docker images -a --no-trunc; docker history --no-trunc it",
    "docker build -t it . | tail -n 3; docker image inspect it | sha256sum",
    "docker run --rm it /bin/true; echo $?; for i in 1 2 3; do echo $((i * i)) >>sums; done; md5sum sums",
];

/// Plays a session in every example and every lesson's solution, natively. The browser gets what was typed and the SHA-256
/// of what was answered, and has to answer the same.
pub(super) fn play() -> Result<Value, String> {
    let mut played = Vec::new();
    for (name, files) in projects()? {
        let mut session = Session::new()?;
        for (path, text) in &files {
            session.write_file(path, text.as_bytes())?;
        }
        let mut answers = Vec::new();
        for line in LINES {
            let reply = session.run(line, None)?;
            let reply = serde_json::to_string(&reply).map_err(|error| error.to_string())?;
            answers.push(json!({ "line": line, "sha256": digest::sha256(reply) }));
        }
        let token = to_token(&shared(&files));
        let state = wasm::replay(&token)?;
        played.push(
            json!({ "name": name, "files": files, "answers": answers, "token": token, "state": state }),
        );
    }
    Ok(Value::Array(played))
}

/// The same session as it is shared.
fn shared(files: &Files) -> Shared {
    let file = |(path, text): (&String, &String)| Entry::WriteFile {
        path: path.clone(),
        text: text.clone(),
        base64: None,
        mode: None,
        time: None,
    };
    let lines = LINES.iter().map(|line| Entry::Run { line: (*line).to_owned(), typed: None });
    let journal = files.iter().map(file).chain(lines).collect();
    Shared { version: 1, lesson: String::new(), project: None, journal }
}

type Files = BTreeMap<String, String>;

fn projects() -> Result<Vec<(String, Files)>, String> {
    let mut projects = Vec::new();
    let examples = root().join("examples");
    for entry in sorted(&examples)? {
        let mut files = Files::new();
        collect(&examples.join(&entry), "", &mut files)?;
        projects.push((format!("examples/{entry}"), files));
    }
    for lesson in wasm::lesson_views()? {
        let files = lesson.files.iter().chain(&lesson.solution);
        let files = files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        projects.push((format!("lessons/{}", lesson.lesson.id), files));
    }
    Ok(projects)
}

fn collect(folder: &Path, below: &str, files: &mut Files) -> Result<(), String> {
    for name in sorted(folder)? {
        let (path, whole) = (folder.join(&name), format!("{below}{name}"));
        if path.is_dir() {
            collect(&path, &format!("{whole}/"), files)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(whole, text);
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}
