//! A context is a folder with a wall: neither a link nor `..` in it reads what lies outside. The messages are those of docker
//! 20.10.24, recorded; what its client reads itself (a Dockerfile that `-f` names, `.dockerignore` of the classic builder)
//! may be a link to elsewhere.
#![cfg(unix)]

use std::{
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
};

use vfs::{
    Content,
    archive::{EntryKind, Header, Writer},
};

const SECRET: &str = "nobody may read this";

/// What a build came to: all that was told, and the status.
type Told = (String, Option<i32>);

/// A context with a secret beside it.
struct Case(tempfile::TempDir);

impl Case {
    fn new(dockerfile: &str) -> Case {
        let case = Case(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(case.0.path().join("context")).expect("a context");
        case.write("secret", SECRET);
        case.write("context/Dockerfile", dockerfile);
        case
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.path().join(path), text).expect("our own folder");
    }

    fn link(&self, target: &str, path: &str) {
        let path = self.0.path().join("context").join(path);
        let _ = fs::remove_file(&path);
        symlink(target, path).expect("our own folder");
    }

    fn build(&self, builder: &str, words: &[&str], stdin: &[u8]) -> Told {
        let folder = self.0.path();
        let mut child = Command::new(env!("CARGO_BIN_EXE_glasshull"))
            .args(["docker", "build"])
            .args(words)
            .current_dir(folder)
            .env("GLASSHULL_HOME", folder.join("home"))
            .env("DOCKER_BUILDKIT", builder)
            .env("BUILDKIT_PROGRESS", "plain")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Who wants no input may have gone.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin);
        let output = child.wait_with_output().expect("it ends");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told).replace(&*folder.to_string_lossy(), "/case");
        assert!(!told.contains(SECRET), "{told}");
        (told, output.status.code())
    }
}

/// The last line, with the number that BuildKit draws left out.
fn last(told: &Told) -> (String, Option<i32>) {
    let line = told.0.lines().last().unwrap_or_default();
    let shown = match line.split_once("buildkit-mount") {
        Some((before, after)) => {
            format!("{before}buildkit-mount{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    };
    (shown, told.1)
}

#[test]
fn no_source_of_a_copy_lies_outside() {
    let missing = |name: &str| {
        format!(
            "COPY failed: file not found in build context or excluded by .dockerignore: stat {name}: file does not exist"
        )
    };
    let uncounted = |path: &str| format!("failed to compute cache key: \"{path}\" not found: not found");
    let cases = [
        ("out", missing("out"), uncounted("/secret")),
        ("top", missing("top"), uncounted("/etc/hostname")),
        ("up/secret", missing("up/secret"), uncounted("/up/secret")),
        (
            "../secret",
            "COPY failed: forbidden path outside the build context: ../secret ()".to_owned(),
            uncounted("/secret"),
        ),
    ];
    for (source, classic, buildkit) in cases {
        let case = Case::new(&format!("FROM scratch\nCOPY {source} /x\n"));
        case.link("../secret", "out");
        case.link("/etc/hostname", "top");
        case.link("..", "up");
        assert_eq!(last(&case.build("0", &["context"], b"")), (classic, Some(1)), "{source}");
        assert_eq!(last(&case.build("1", &["context"], b"")), (buildkit, Some(1)), "{source}");
    }
}

#[test]
fn a_pattern_finds_nothing_outside() {
    let case = Case::new("FROM scratch\nCOPY up/sec* /x\n");
    case.link("..", "up");
    let told = last(&case.build("0", &["context"], b""));
    assert_eq!(told, ("COPY failed: no source files were specified".to_owned(), Some(1)));
    assert_eq!(case.build("1", &["context"], b"").1, Some(0));
}

#[test]
fn links_are_copied_as_links() {
    let case = Case::new("FROM scratch\nCOPY . /\n");
    case.link("../secret", "out");
    case.link("..", "up");
    for builder in ["0", "1"] {
        let to = format!("type=local,dest={}", case.0.path().join("files").display());
        let words = if builder == "1" { vec!["-o", &to, "context"] } else { vec!["context"] };
        assert_eq!(case.build(builder, &words, b"").1, Some(0));
    }
    let link = |name: &str| fs::read_link(case.0.path().join("files").join(name)).expect("a link");
    assert_eq!((link("out"), link("up")), (Path::new("../secret").into(), Path::new("..").into()));
}

#[test]
fn a_dockerfile_that_is_a_link_to_outside_is_none() {
    let case = Case::new("");
    case.link("../secret", "Dockerfile");
    let told = last(&case.build("0", &["context"], b""));
    assert_eq!(told, ("unable to open Dockerfile: open : no such file or directory".to_owned(), Some(1)));
    let failed = "failed to solve with frontend dockerfile.v0: failed to read dockerfile: open \
                  /var/lib/docker/tmp/buildkit-mount/secret: no such file or directory";
    assert_eq!(last(&case.build("1", &["context"], b"")), (failed.to_owned(), Some(1)));
    case.write("context/real", "FROM scratch\nCOPY real /\n");
    case.link("real", "Dockerfile");
    assert_eq!(
        (case.build("0", &["context"], b"").1, case.build("1", &["context"], b"").1),
        (Some(0), Some(0))
    );
}

#[test]
fn a_dockerfile_from_elsewhere_brings_nothing_along() {
    let case = Case::new("FROM scratch\n");
    case.write("outer", "FROM scratch\nCOPY secret /x\n");
    let classic = "COPY failed: file not found in build context or excluded by .dockerignore: stat secret: file does not exist";
    let words = ["-f", "context/../outer", "context"];
    assert_eq!(last(&case.build("0", &words, b"")), (classic.to_owned(), Some(1)));
    let buildkit = "failed to compute cache key: \"/secret\" not found: not found";
    assert_eq!(last(&case.build("1", &words, b"")), (buildkit.to_owned(), Some(1)));
}

#[test]
fn rules_from_outside_are_the_clients_alone() {
    let case = Case::new("FROM scratch\nCOPY b /\n");
    case.write("context/b", "b");
    case.write("rules", "b\n");
    case.link("../rules", ".dockerignore");
    let left_out = "COPY failed: file not found in build context or excluded by .dockerignore: stat b: file does not exist";
    assert_eq!(last(&case.build("0", &["context"], b"")), (left_out.to_owned(), Some(1)));
    assert_eq!(case.build("1", &["context"], b"").1, Some(0));
    fs::remove_file(case.0.path().join("context/.dockerignore")).expect("our own folder");
    fs::create_dir(case.0.path().join("context/.dockerignore")).expect("our own folder");
    let is_directory = "Error reading .dockerignore: read /case/context/.dockerignore: is a directory";
    assert_eq!(last(&case.build("0", &["context"], b"")), (is_directory.to_owned(), Some(1)));
}

#[test]
fn an_archive_stays_within_itself() {
    let archive = |dockerfile: &str| {
        let mut writer = Writer::new(Vec::new());
        let mut put = |name: &str, kind: EntryKind, link: &str, text: &str| {
            let mut header = Header::new(name, kind, 0o644);
            header.link = link.into();
            header.size = text.len() as u64;
            writer.entry(&header, &Content::from(text.as_bytes().to_vec())).expect("a vector takes all");
        };
        put("Dockerfile", EntryKind::Regular, "", dockerfile);
        put("../../evil", EntryKind::Regular, "", "x");
        put("/etc/evil", EntryKind::Regular, "", "x");
        put("l", EntryKind::Symlink, "/etc/hostname", "");
        writer.finish().expect("a vector takes all")
    };
    let case = Case::new("");
    for builder in ["0", "1"] {
        let inside = case.build(builder, &["-"], &archive("FROM scratch\nCOPY evil etc/evil /\n"));
        assert_eq!(inside.1, Some(0), "{}", inside.0);
        let told = case.build(builder, &["-"], &archive("FROM scratch\nCOPY l /\n"));
        assert_eq!(told.1, Some(1), "{}", told.0);
    }
}

#[test]
fn an_archive_writes_nothing_through_a_link() {
    let mut writer = Writer::new(Vec::new());
    let mut header = Header::new("t", EntryKind::Symlink, 0o777);
    header.link = "/tmp".into();
    writer.entry(&header, &Content::default()).expect("a vector takes all");
    let mut header = Header::new("t/glasshull-escaped", EntryKind::Regular, 0o644);
    header.size = 1;
    writer.entry(&header, &Content::from(b"x".to_vec())).expect("a vector takes all");
    let archive = writer.finish().expect("a vector takes all");
    let case = Case::new("");
    let refused =
        "Error processing tar file(exit status 1): open /t/glasshull-escaped: no such file or directory";
    let whole = [
        "Error response from daemon:",
        "failed to solve with frontend dockerfile.v0: failed to read dockerfile:",
    ];
    for (builder, before) in ["0", "1"].into_iter().zip(whole) {
        assert_eq!(last(&case.build(builder, &["-"], &archive)), (format!("{before} {refused}"), Some(1)));
    }
    assert!(!Path::new("/tmp/glasshull-escaped").exists());
}
