//! Bad input to `docker build`: docker's own message and exit status where it has one, else one diagnostic; and what
//! was built before is still there.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// A folder of contexts, one for each name.
fn contexts() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let long_line = format!("FROM alpine\nRUN echo {}\n", "a".repeat(1_000_000));
    let dockerfiles: [(&str, &[u8]); 7] = [
        ("good", b"FROM alpine\nRUN echo good > /good\n"),
        ("garbage", b"\xff\xfe\x00\x01FROM alpine\n"),
        ("nul", b"FROM alpine\0\n"),
        ("empty", b""),
        ("long", long_line.as_bytes()),
        ("unknown", b"FROM nosuchimage\n"),
        ("fork", b"FROM good\nRUN f() { f | f; }; f\n"),
    ];
    for (name, text) in dockerfiles {
        fs::create_dir(folder.path().join(name)).expect("a context");
        fs::write(folder.path().join(name).join("Dockerfile"), text).expect("a Dockerfile");
    }
    fs::create_dir(folder.path().join("none")).expect("a context");
    fs::create_dir_all(folder.path().join("directory/Dockerfile")).expect("a context");
    folder
}

/// The last line of `docker build WORDS` in `folder`, and its exit status.
fn build(folder: &Path, words: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_glasshull"))
        .arg("build")
        .args(words)
        .current_dir(folder)
        .env("GLASSHULL_HOME", folder.join("home"))
        .env("DOCKER_BUILDKIT", "0")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let both = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&both).replace(&*folder.to_string_lossy(), "/case");
    (text.lines().last().unwrap_or_default().to_owned(), output.status.code())
}

/// Recorded from docker 20.10.24; `unknown` from a docker with a network.
const RECORDED: [(&[&str], &str); 11] = [
    (
        &["none"],
        "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /case/none/Dockerfile: no \
         such file or directory",
    ),
    (
        &["garbage"],
        "Error response from daemon: dockerfile parse error line 1: unknown instruction: \u{fffd}\u{fffd}\0\u{1}FROM",
    ),
    (&["nul"], "invalid reference format"),
    (&["empty"], "Error response from daemon: the Dockerfile (Dockerfile) cannot be empty"),
    (
        &["long"],
        "Error response from daemon: failed to parse Dockerfile: dockerfile line greater than max allowed size of 65535",
    ),
    (&["nosuch"], "unable to prepare context: path \"nosuch\" not found"),
    (&["good/Dockerfile"], "unable to prepare context: context must be a directory: /case/good/Dockerfile"),
    (
        &["-f", "nosuch", "good"],
        "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /case/nosuch: no such file or \
         directory",
    ),
    (&["-f", "directory", "good"], "read directory: is a directory"),
    (
        &["unknown"],
        "pull access denied for nosuchimage, repository does not exist or may require 'docker login': denied: requested \
         access to the resource is denied",
    ),
    (&["fork"], "glasshull: the simulation's limit of 512 processes is reached"),
];

#[test]
fn bad_input_is_told_and_loses_nothing() {
    let folder = contexts();
    let folder = folder.path();
    assert_eq!(
        build(folder, &["-t", "good", "good"]),
        ("Successfully tagged good:latest".to_owned(), Some(0))
    );
    for (words, message) in RECORDED {
        assert_eq!(build(folder, words), (message.to_owned(), Some(1)), "{words:?}");
    }
    let (message, status) = build(folder, &["directory"]);
    let told = "Error response from daemon: unexpected error reading Dockerfile: read \
                /var/lib/docker/tmp/docker-builder";
    assert!(message.starts_with(told) && message.ends_with("/Dockerfile: is a directory"), "{message}");
    assert_eq!(status, Some(1));
    let again = build(folder, &["-q", "good"]);
    assert_eq!(again, build(folder, &["-q", "good"]), "what was built before is still there");
    assert_eq!(again.1, Some(0));
}

/// Root reads everything, so only other users can see this.
#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = contexts();
    let folder = folder.path();
    let file = folder.join("good/Dockerfile");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("our own file");
    if fs::read(&file).is_ok() {
        return;
    }
    let message = "error checking context: no permission to read from '/case/good/Dockerfile'";
    assert_eq!(build(folder, &["good"]), (message.to_owned(), Some(1)));
    let message = "unable to open Dockerfile: open good/Dockerfile: permission denied";
    assert_eq!(build(folder, &["-f", "good/Dockerfile", "none"]), (message.to_owned(), Some(1)));
}

const DEPRECATED: &str = "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            \
                          BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n            \
                          environment-variable.\n\n";
const USAGE: &str =
    "\n\nUsage:  docker build [OPTIONS] PATH | URL | -\n\nRun 'docker build --help' for more information\n";

/// Recorded from the classic builder of docker 29.
#[test]
fn docker_29_has_other_words() {
    let folder = contexts();
    let folder = folder.path();
    fs::write(folder.join("none/.dockerignore"), "[\n").expect("a context");
    fs::write(folder.join("none/Dockerfile"), "FROM scratch\n").expect("a context");
    let cases: [(&[&str], String, i32); 6] = [
        (&["good"], String::new(), 0),
        (&[], format!("docker: 'docker build' requires 1 argument{USAGE}"), 1),
        (&["--nope", "good"], format!("unknown flag: --nope{USAGE}"), 125),
        (&["--secret", "id=a", "good"], format!("unknown flag: --secret{USAGE}"), 125),
        (&["none"], "checking context: syntax error in pattern\n".to_owned(), 1),
        (
            &["unknown"],
            "failed to resolve reference \"docker.io/library/nosuchimage:latest\": \
             docker.io/library/nosuchimage:latest: not found\n"
                .to_owned(),
            1,
        ),
    ];
    for (words, message, status) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_glasshull"))
            .arg("build")
            .args(words)
            .current_dir(folder)
            .env("GLASSHULL_HOME", folder.join("home29"))
            .env("GLASSHULL_DOCKER_VERSION", "29")
            .env("DOCKER_BUILDKIT", "0")
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (told, output.status.code()),
            (format!("{DEPRECATED}{message}"), Some(status)),
            "{words:?}"
        );
    }
}
