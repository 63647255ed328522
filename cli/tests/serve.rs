//! `glasshull serve`, asked over a socket.
#![allow(clippy::print_stderr, reason = "a test may say why it fails")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

struct Lab {
    server: Child,
    address: String,
}

impl Lab {
    fn start(page: &Path, project: Option<&Path>) -> Lab {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glasshull"));
        command.arg("serve").args(["--port", "0", "--page"]).arg(page).args(project).stdout(Stdio::piped());
        let mut server = command.spawn().expect("the program starts");
        let mut line = String::new();
        let out = server.stdout.take().expect("its output is a pipe");
        BufReader::new(out).read_line(&mut line).expect("it says where it is");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        Lab { server, address }
    }

    /// Status and body.
    fn ask(&self, request: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn page(folder: &Path) {
    fs::write(folder.join("index.html"), "the lab").expect("a scratch folder takes files");
    fs::write(folder.join("lab.js"), "run()").expect("a scratch folder takes files");
}

#[test]
fn the_page_is_served_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    page(folder.path());
    let lab = Lab::start(folder.path(), None);
    let host = lab.address.clone();
    let ask = |request: &str| lab.ask(request, &host);
    assert_eq!(ask("GET /"), (200, "the lab".to_owned()));
    assert_eq!(ask("GET /?x#y"), (200, "the lab".to_owned()));
    assert_eq!(ask("GET /lab.js"), (200, "run()".to_owned()));
    assert_eq!(ask("GET /../lab.js").0, 404);
    assert_eq!(ask("GET //etc/passwd").0, 404);
    assert_eq!(ask("GET /project.json"), (200, "null".to_owned()));
    assert_eq!(ask("POST /").0, 405);
    assert_eq!(lab.ask("GET /", "elsewhere.example").0, 421);
    assert_eq!(lab.ask("GET /", "localhost:1").0, 200);
}

#[test]
fn a_project_folder_is_read_when_it_is_asked_for() {
    let (folder, project) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    page(folder.path());
    fs::create_dir(project.path().join("app")).expect("a scratch folder");
    fs::write(project.path().join("app/main.sh"), "echo hi\n").expect("a file");
    fs::write(project.path().join("picture"), [0xff, 0xfe]).expect("a file");
    let lab = Lab::start(folder.path(), Some(project.path()));
    fs::write(project.path().join("Dockerfile"), "FROM alpine\n").expect("a file");
    let (status, body) = lab.ask("GET /project.json", &lab.address);
    let name = project.path().file_name().expect("a name").to_string_lossy().into_owned();
    let expected = format!(
        r#"{{"name":"{name}","files":{{"Dockerfile":"FROM alpine\n","app/main.sh":"echo hi\n"}},"left_out":["picture"]}}"#
    );
    assert_eq!((status, body), (200, expected));
}

#[test]
fn what_is_missing_is_said_at_once() {
    let serve = |page: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_glasshull")).args(["serve", "--page", page]).output();
        let output = output.expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let empty = tempfile::tempdir().expect("a scratch folder");
    let shown = empty.path().to_string_lossy().into_owned();
    assert_eq!(serve(&shown), (Some(125), format!("glasshull: {shown}: there is no index.html\n")));
}
