//! The world on disk, through the program itself.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

fn glasshull(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glasshull"));
    command.env("GLASSHULL_HOME", home).stdin(Stdio::null());
    command
}

fn run(home: &Path, words: &[&str]) -> Output {
    glasshull(home).args(words).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A context whose Dockerfile is `text`.
fn context(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("Dockerfile"), text).expect("a Dockerfile");
    folder
}

#[test]
fn a_second_call_finds_what_the_first_made() {
    let home = tempfile::tempdir().unwrap();
    let context = context("FROM alpine\nRUN echo hello > /greeting\n");
    let path = context.path().to_str().unwrap();
    assert!(run(home.path(), &["build", "-t", "hello", path]).status.success());
    let again = stdout(&run(home.path(), &["build", "-t", "hello", path]));
    assert_eq!(again.matches("---> Using cache").count(), 1, "{again}");
    assert_eq!(stdout(&run(home.path(), &["run", "hello", "cat", "/greeting"])), "hello\n");
    let listed = stdout(&run(home.path(), &["ps", "-a", "--format", "{{.Image}} {{.Command}}"]));
    assert_eq!(listed, "hello \"cat /greeting\"\n");
    assert!(home.path().join("images/index.json").exists());
}

#[test]
fn a_container_keeps_its_files_and_its_output() {
    let home = tempfile::tempdir().unwrap();
    run(
        home.path(),
        &["run", "--name", "box", "alpine", "sh", "-c", "echo out; echo kept > /file; rm /etc/motd"],
    );
    assert_eq!(stdout(&run(home.path(), &["logs", "box"])), "out\n");
    assert_eq!(stdout(&run(home.path(), &["diff", "box"])), "C /etc\nD /etc/motd\nA /file\n");
    assert!(run(home.path(), &["commit", "box", "kept"]).status.success());
    assert_eq!(stdout(&run(home.path(), &["run", "--rm", "kept", "cat", "/file"])), "kept\n");
}

#[test]
fn calls_at_once_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let contexts: Vec<_> = (0..6).map(|n| context(&format!("FROM alpine\nRUN echo {n} > /n\n"))).collect();
    let calls: Vec<_> = contexts
        .iter()
        .enumerate()
        .map(|(n, context)| {
            let mut command = glasshull(home.path());
            command.args(["build", "-q", "-t", &format!("image{n}")]).arg(context.path());
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut call in calls {
        assert!(call.wait().unwrap().success());
    }
    let listed = stdout(&run(home.path(), &["images", "--format", "{{.Repository}}"]));
    let mut names: Vec<_> = listed.lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["alpine", "image0", "image1", "image2", "image3", "image4", "image5"]);
}

#[test]
fn a_damaged_state_is_said_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let document = home.path().join("state.json");
    fs::write(&document, "{\"format\":1,\"docker\"").unwrap();
    let output = run(home.path(), &["images"]);
    assert_eq!(output.status.code(), Some(125));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the state cannot be read"), "{output:?}");
    fs::write(&document, "{\"format\":99}").unwrap();
    let output = run(home.path(), &["pull", "alpine"]);
    assert_eq!(output.status.code(), Some(125));
    assert_eq!(fs::read_to_string(&document).unwrap(), "{\"format\":99}");
}

#[test]
fn a_damaged_part_fails_what_needs_it_alone() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["pull", "-q", "alpine"]);
    for part in fs::read_dir(home.path().join("parts")).unwrap() {
        fs::write(part.unwrap().path(), "not a layer").unwrap();
    }
    let output = run(home.path(), &["run", "alpine", "true"]);
    assert_eq!(output.status.code(), Some(125), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the saved state is damaged"), "{output:?}");
    assert!(stdout(&run(home.path(), &["images", "-q"])).len() > 10);
}

#[test]
fn removed_images_leave_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["pull", "-q", "alpine"]);
    assert!(run(home.path(), &["rmi", "alpine"]).status.success());
    assert!(run(home.path(), &["prune", "--keep", "0"]).status.success());
    let count = |folder: &str| fs::read_dir(home.path().join(folder)).unwrap().count();
    assert_eq!((count("parts"), count("images/blobs/sha256")), (0, 0));
}

#[test]
fn a_running_container_lives_on_between_calls() {
    let home = tempfile::tempdir().unwrap();
    let script = "trap 'echo asked to stop; exit 3' TERM; echo up; while :; do sleep 1; done";
    let id = stdout(&run(home.path(), &["run", "-d", "--name", "box", "alpine", "sh", "-c", script]));
    assert_eq!(id.len(), 65, "{id}");
    assert_eq!(stdout(&run(home.path(), &["logs", "box"])), "up\n");
    let listed = || stdout(&run(home.path(), &["ps", "-a", "--format", "{{.Names}} {{.Status}}"]));
    assert!(listed().starts_with("box Up"), "{}", listed());
    assert!(run(home.path(), &["stop", "box"]).status.success());
    assert!(listed().starts_with("box Exited (3)"), "{}", listed());
    assert_eq!(stdout(&run(home.path(), &["logs", "box"])), "up\nasked to stop\n");
}

#[test]
fn an_archive_carries_an_image_to_another_world() {
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let context = context("FROM alpine\nRUN echo hello > /greeting && rm /etc/motd\nCMD cat /greeting\n");
    let archive = context.path().join("hello.tar");
    let archive = archive.to_str().unwrap();
    run(home.path(), &["build", "-q", "-t", "hello:1", context.path().to_str().unwrap()]);
    assert!(run(home.path(), &["save", "-o", archive, "hello"]).status.success());
    assert_eq!(stdout(&run(other.path(), &["load", "-i", archive])), "Loaded image: hello:1\n");
    assert_eq!(stdout(&run(other.path(), &["run", "--rm", "hello:1"])), "hello\n");
    let listed =
        |home: &Path| stdout(&run(home, &["images", "--no-trunc", "--format", "{{.ID}} {{.Size}}", "hello"]));
    assert_eq!(listed(other.path()), listed(home.path()));
    let again = run(other.path(), &["save", "hello:1"]).stdout;
    assert!(again == fs::read(archive).unwrap(), "saving what was loaded gives the same bytes");
    run(other.path(), &["pull", "-q", "alpine"]);
    run(other.path(), &["tag", "alpine", "hello:1"]);
    let loaded = stdout(&run(other.path(), &["load", "-qi", archive]));
    assert!(
        loaded.starts_with("The image hello:1 already exists, renaming the old one with ID sha256:"),
        "{loaded}"
    );
}

#[test]
fn an_imported_tar_is_the_layer() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["create", "--name", "box", "alpine"]);
    let tar = run(home.path(), &["export", "box"]).stdout;
    let file = home.path().join("box.tar");
    fs::write(&file, &tar).unwrap();
    run(home.path(), &["import", file.to_str().unwrap(), "base"]);
    let layers = stdout(&run(home.path(), &["inspect", "-f", "{{json .RootFS.Layers}}", "base"]));
    assert_eq!(layers, format!("[\"{}\"]\n", digest::sha256(&tar)));
}
