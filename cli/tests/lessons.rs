//! Lessons through the program itself: a learner's way, a teacher's, an author's.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn run(home: &Path, folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_glasshull"))
        .args(words)
        .current_dir(folder)
        .env("GLASSHULL_HOME", home)
        .output()
        .expect("the program runs");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

fn places() -> (tempfile::TempDir, tempfile::TempDir) {
    (tempfile::tempdir().expect("a temporary folder"), tempfile::tempdir().expect("a temporary folder"))
}

#[test]
fn a_learner_takes_a_lesson_in_a_folder() {
    let (home, work) = places();
    let (status, text) = run(home.path(), work.path(), &["lesson", "start", "redis-on-alpine"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.starts_with("# Redis on Alpine\n"), "{text}");
    let folder = work.path().join("redis-on-alpine");
    assert_eq!(fs::read_to_string(folder.join("Dockerfile")).expect("a Dockerfile"), "FROM alpine\n");
    let (status, text) = run(home.path(), &folder, &["lesson", "check"]);
    assert_eq!((status, text.lines().last()), (Some(1), Some("0 of 5 points")));
    let hint = |number: usize| {
        let (_, text) = run(home.path(), &folder, &["lesson", "hint"]);
        assert!(!text.is_empty(), "hint {number}");
        text
    };
    assert_eq!(
        hint(1),
        "Alpine's package manager is apk, and the package is named redis. (ask again for more, 1 left)\n"
    );
    assert_eq!(hint(2), "RUN apk add --update redis\n");
    let (_, solution) = run(home.path(), &folder, &["lesson", "solution"]);
    let dockerfile = "FROM alpine\nRUN apk add --update redis\nCMD [\"redis-server\"]\n";
    assert_eq!(solution, format!("==> Dockerfile <==\n{dockerfile}\n"));
    fs::write(folder.join("Dockerfile"), dockerfile).expect("it can be written");
    let (status, text) = run(home.path(), &folder, &["lesson", "check"]);
    assert_eq!((status, text.lines().last()), (Some(0), Some("5 of 5 points")));
    run(home.path(), &folder, &["lesson", "reset"]);
    assert_eq!(fs::read_to_string(folder.join("Dockerfile")).expect("a Dockerfile"), "FROM alpine\n");
    let (status, text) = run(home.path(), work.path(), &["lesson", "check"]);
    assert_eq!(
        (status, text.as_str()),
        (Some(2), "glasshull: no lesson was begun in this folder; glasshull lesson start LESSON\n")
    );
}

#[test]
fn what_was_typed_is_checked_where_the_lesson_is_about_that() {
    let (home, work) = places();
    run(home.path(), work.path(), &["lesson", "start", "image-and-container", "here", "--locale", "de"]);
    let folder = work.path().join("here");
    let (status, text) = run(home.path(), &folder, &["lesson", "check"]);
    assert_eq!((status, text.lines().next()), (Some(1), Some("Image und Container")));
    run(home.path(), &folder, &["run", "--name", "first", "alpine", "sh", "-c", "echo mine > /note"]);
    run(home.path(), &folder, &["run", "--name", "second", "alpine", "true"]);
    let (status, text) = run(home.path(), &folder, &["lesson", "check"]);
    assert_eq!((status, text.lines().last()), (Some(0), Some("6 of 6 points")), "{text}");
}

#[test]
fn a_new_lesson_passes_its_own_test() {
    let (home, work) = places();
    run(home.path(), work.path(), &["lesson", "new", "mine"]);
    let (status, text) = run(home.path(), work.path(), &["lesson", "lint", "mine"]);
    assert_eq!((status, text.as_str()), (Some(0), ""));
    let (status, text) = run(home.path(), work.path(), &["lesson", "test", "-v", "mine"]);
    let cases: Vec<&str> = text.lines().take(5).collect();
    let expected = ["lint", "start", "solution echo", "mutant another-file", "prose en"];
    assert_eq!(cases, expected.map(|case| format!("ok     mine: {case}")));
    assert_eq!(status, Some(0));
}

#[test]
fn a_class_is_graded_once() {
    let (home, work) = places();
    let class = work.path().join("class");
    for (name, text) in [
        ("ada", "FROM alpine\nRUN apk add --update redis\nCMD [\"redis-server\"]\n"),
        ("=bob, the 2nd", "FROM alpine\n"),
        ("eve", "FROM alpine\nRUN while :; do :; done\n"),
    ] {
        fs::create_dir_all(class.join(name)).expect("a folder");
        fs::write(class.join(name).join("Dockerfile"), text).expect("it can be written");
    }
    let words = ["grade", "redis-on-alpine", "class", "--jobs", "2"];
    let (status, text) = run(home.path(), work.path(), &words);
    assert_eq!(
        (status, text.as_str()),
        (Some(0), "3 of 3 submissions graded, 1 solved, 1 ended by a limit: class.grades/summary.csv\n")
    );
    let summary = fs::read_to_string(work.path().join("class.grades/summary.csv")).expect("a summary");
    insta::assert_snapshot!(summary);
    let result = work.path().join("class.grades/ada.json");
    let before = fs::metadata(&result).and_then(|metadata| metadata.modified()).expect("a time");
    run(home.path(), work.path(), &words);
    assert_eq!(
        fs::metadata(&result).and_then(|metadata| metadata.modified()).expect("a time"),
        before,
        "it was not graded again"
    );
}

#[test]
fn a_snapshot_tells_when_a_build_changes() {
    let (home, work) = places();
    let dockerfile = work.path().join("Dockerfile");
    fs::write(&dockerfile, "FROM alpine\nRUN echo one >/one\n").expect("it can be written");
    let (status, text) = run(home.path(), work.path(), &["snapshot"]);
    assert_eq!((status, text.as_str()), (Some(0), "./snapshots/build.snap\n"));
    let (status, text) = run(home.path(), work.path(), &["snapshot", "--check"]);
    assert_eq!((status, text.as_str()), (Some(0), "./snapshots/build.snap: as it was\n"));
    fs::write(&dockerfile, "FROM alpine\nRUN echo two >/one\n").expect("it can be written");
    let (status, text) = run(home.path(), work.path(), &["snapshot", "--check"]);
    assert_eq!(status, Some(1));
    assert!(text.contains("-Step 2/2 : RUN echo one >/one\n+Step 2/2 : RUN echo two >/one\n"), "{text}");
    assert!(work.path().join("snapshots/build.snap.new").exists());
}
