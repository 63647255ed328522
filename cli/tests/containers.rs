//! The life of a container over several calls, with what docker 20.10.24 answered to the same ones.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Runs one call as `$ WORDS`, with its output and its status where that is not 0.
fn call(home: &Path, words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_glasshull"))
        .args(words)
        .env("GLASSHULL_HOME", home)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let mut shown = format!("$ {}\n", words.join(" "));
    shown += &String::from_utf8_lossy(&output.stdout);
    shown += &String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => {}
        status => shown += &format!("[{}]\n", status.unwrap_or(-1)),
    }
    shown
}

#[test]
fn exec_pause_rename_restart_and_wait() {
    let home = tempfile::tempdir().unwrap();
    call(home.path(), &["pull", "-q", "alpine"]);
    let loops = "while :; do sleep 1; done";
    let made = call(home.path(), &["run", "-d", "--name", "pb", "alpine", "sh", "-c", loops]);
    let id = made.lines().nth(1).unwrap().to_owned();
    let calls: &[&[&str]] = &[
        &["exec", "pb", "echo", "hi"],
        &["exec", "pb", "nosuch"],
        &["exec", "pb", "/etc/passwd"],
        &["exec", "-w", "/nosuch", "pb", "pwd"],
        &["exec", "-w", "/etc", "pb", "pwd"],
        &["exec", "-u", "nobodyx", "pb", "id"],
        &["exec", "-u", "4242:6", "pb", "sh", "-c", "echo $HOME; id -u"],
        &["exec", "-e", "A=b", "pb", "sh", "-c", "echo $A; exit 4"],
        &["exec", "pb", "sh", "-c", "kill -9 $$"],
        &["exec", "-d", "pb", "touch", "/made"],
        &["exec", "pb", "ls", "/made"],
        &["exec", "nosuch", "ls"],
        &["exec", "-it", "pb", "ls"],
        &["pause", "pb"],
        &["exec", "pb", "ls"],
        &["unpause", "pb"],
        &["rename", "pb", "pc"],
        &["rename", "pc", "pc"],
        &["rename", "nosuch", "x"],
        &["rename", "pc", "b@d"],
        &["restart", "-t", "0", "pc"],
        &["exec", "pc", "ls", "/made"],
        &["wait", "nosuch"],
        &["stop", "-t", "0", "pc"],
        &["exec", "pc", "ls"],
        &["wait", "pc"],
        &["pause", "pc"],
        &["attach", "pc"],
        &["rm", "pc"],
    ];
    let shown: String = calls.iter().map(|words| call(home.path(), words)).collect();
    let expected = include_str!("life-of-a-container.txt").replace("ID", &id);
    assert_eq!(shown, expected, "{shown}");
}
