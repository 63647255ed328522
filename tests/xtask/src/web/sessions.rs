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

/// What is typed about containers, networks, volumes, images and formats, with no project.
const LIFE: [&str; 14] = [
    "docker network create net && docker volume create data && docker volume ls && docker network ls --no-trunc",
    "docker run -d --name web --net net -v data:/srv -p 8080:80 --health-cmd true alpine sh -c 'echo hi >/srv/f; exec nc -lk -p 80 -e cat /srv/f'",
    "docker run --rm --net net alpine sh -c 'ping -c1 web; nc web 80 </dev/null; cat /etc/hosts /etc/resolv.conf'",
    "wget -qO- localhost:8080; nc localhost 8080 </dev/null; docker port web; docker top web; docker logs web",
    "docker inspect web; docker network inspect net; docker volume inspect data; docker image inspect alpine",
    "docker exec web sh -c 'id; ps; mount; ulimit -a; date; cat /proc/self/limits | md5sum'; docker stats --no-stream",
    "docker pause web; docker ps -a --no-trunc; docker unpause web; docker stop -t 1 web; docker ps -as",
    "docker start web; docker kill -s HUP web; docker wait web; docker stop web; docker wait web; docker events --until 0s | sha256sum; docker diff web",
    "docker run --name db --expose 5432 -d alpine sleep 100; docker run --rm --link db:pg alpine env; docker rm -f db",
    "docker cp web:/etc/hostname . && cat hostname; docker commit -m made web made:1; docker history --no-trunc made:1",
    "docker save made:1 | sha256sum; docker export web | sha256sum; docker save made:1 | docker load",
    "docker inspect -f '{{json .}} {{printf \"%5.2f|%x\" 1.5 \"a\"}} {{range .Mounts}}{{.}}{{end}} {{.State}}' web | sha256sum",
    "docker inspect -f '{{.Nope}}' web; docker ps --format '{{upper .Names}}'; docker run --rm alpine nosuch",
    "docker system df -v; docker rm -fv web; docker system prune -af --volumes; docker system df",
];

/// Plays a session in every example and every lesson's solution, natively. The browser gets what was typed and the SHA-256
/// of what was answered, and has to answer the same.
pub(super) fn play() -> Result<Value, String> {
    let mut played = Vec::new();
    let empty = ("containers".to_owned(), Files::new());
    for (name, files) in projects()?.into_iter().chain([empty]) {
        let lines: &[&str] = if name == "containers" { &LIFE } else { &LINES };
        let mut session = Session::new()?;
        for (path, text) in &files {
            session.write_file(path, text.as_bytes())?;
        }
        let mut answers = Vec::new();
        for line in lines {
            let reply = session.run(line, None)?;
            let reply = serde_json::to_string(&reply).map_err(|error| error.to_string())?;
            answers.push(json!({ "line": line, "sha256": digest::sha256(reply) }));
        }
        let token = to_token(&shared(&files, lines));
        let state = wasm::replay(&token)?;
        played.push(
            json!({ "name": name, "files": files, "answers": answers, "token": token, "state": state }),
        );
    }
    Ok(Value::Array(played))
}

/// The same session as it is shared.
fn shared(files: &Files, lines: &[&str]) -> Shared {
    let file = |(path, text): (&String, &String)| Entry::WriteFile {
        path: path.clone(),
        text: text.clone(),
        base64: None,
        mode: None,
        time: None,
    };
    let lines = lines.iter().map(|line| Entry::Run { line: (*line).to_owned(), typed: None });
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
