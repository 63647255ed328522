//! The verbs that are not docker's, through the program itself.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs the program in a folder, with the world in `home`, and gives it `input`.
fn run(home: &Path, folder: &Path, words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_glasshull"))
        .args(words)
        .current_dir(folder)
        .env("GLASSHULL_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that reads nothing may have closed its input.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with a Dockerfile of two steps after the base.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dockerfile = "FROM alpine\nRUN echo one > /one\nRUN rm /one /etc/motd && echo two > /two\n";
    fs::write(folder.path().join("Dockerfile"), dockerfile).expect("a Dockerfile");
    folder
}

#[test]
fn the_shell_works_on_a_copy_of_the_folder() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    let lines = "docker build -q -t t . >/dev/null\nif true\nthen\n docker run t cat /two\nfi\n\
                 echo changed > Dockerfile\ncat <<E\n$PWD\nE\nexit 3\necho never\n";
    let output = run(home.path(), folder.path(), &["shell"], lines);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(3), "two\n/root/project\n"));
    assert!(fs::read_to_string(folder.path().join("Dockerfile")).unwrap().starts_with("FROM alpine"));
    let images = run(home.path(), folder.path(), &["images", "--format", "{{.Repository}}"], "");
    assert_eq!(stdout(&images), "t\nalpine\n");
}

#[test]
fn snapshots_are_compared_by_step() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    run(home.path(), folder.path(), &["build", "-q", "-t", "t", "."], "");
    let diff = |words: &[&str]| {
        let output = run(home.path(), folder.path(), &[&["diff"], words].concat(), "");
        (stdout(&output) + &String::from_utf8_lossy(&output.stderr), output.status.code())
    };
    assert_eq!(diff(&["t:1", "t:2"]), ("A /one\n".to_owned(), Some(0)));
    assert_eq!(diff(&["t:2", "t:3"]), ("C /etc\nD /etc/motd\nD /one\nA /two\n".to_owned(), Some(0)));
    assert_eq!(diff(&["t"]), ("C /etc\nD /etc/motd\nA /two\n".to_owned(), Some(0)));
    assert_eq!(diff(&["t:3", "alpine"]), ("C /etc\nA /etc/motd\nD /two\n".to_owned(), Some(0)));
    assert_eq!(diff(&["t:9"]), ("glasshull: t has the steps 1 to 3, and not 9\n".to_owned(), Some(125)));
    assert_eq!(diff(&["nosuch"]), ("glasshull: No such image: nosuch:latest\n".to_owned(), Some(125)));
}

#[test]
fn a_tree_names_the_layer_of_each_file() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    run(home.path(), folder.path(), &["build", "-q", "-t", "t", "."], "");
    let tree = stdout(&run(home.path(), folder.path(), &["tree", "t", "--json"], ""));
    let line = tree.lines().find(|line| line.contains("\"/two\"")).unwrap();
    assert_eq!(
        line,
        "{\"path\":\"/two\",\"layer\":2,\"type\":\"-\",\"mode\":420,\"uid\":0,\"gid\":0,\"size\":4,\"target\":null}"
    );
    assert!(!tree.contains("/etc/motd"));
}

#[test]
fn a_folder_is_graded() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    let failed = run(home.path(), folder.path(), &["check", "redis-on-alpine", "--format", "tap"], "");
    assert_eq!(failed.status.code(), Some(1));
    assert!(stdout(&failed).starts_with("TAP version 13\n1..3\nnot ok 1 - package"), "{failed:?}");
    let solution = "FROM alpine\nRUN apk add --update redis\nCMD [\"redis-server\"]\n";
    fs::write(folder.path().join("Dockerfile"), solution).unwrap();
    let passed = run(home.path(), folder.path(), &["check", "redis-on-alpine"], "");
    assert_eq!(passed.status.code(), Some(0));
    assert!(stdout(&passed).ends_with("\n5 of 5 points\n"), "{passed:?}");
    assert_eq!(run(home.path(), folder.path(), &["check", "nosuch"], "").status.code(), Some(2));
}

#[test]
fn completions_know_dockers_flags() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    for words in [["completions", "bash"], ["completions", "fish"]] {
        let script = stdout(&run(home.path(), folder.path(), &words, ""));
        assert!(script.contains("no-cache") && script.contains("inspect"));
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    let page = stdout(&run(home.path(), folder.path(), &["man"], ""));
    assert!(page.contains(".TH glasshull 1") && page.contains("glasshull\\-undo(1)"), "{page}");
    run(home.path(), folder.path(), &["man", "pages"], "");
    for name in ["glasshull", "glasshull-replay", "glasshull-image-save", "glasshull-build"] {
        let page = fs::read_to_string(folder.path().join("pages").join(format!("{name}.1"))).unwrap();
        assert!(page.starts_with(".ie"), "{name}: {page}");
    }
}

#[test]
fn completions_know_what_is_not_dockers() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout(&run(home.path(), folder.path(), &["completions", shell], ""));
        for word in
            ["undo", "redo", "log", "branch", "share", "replay", "fsck", "whatif", "prune", "max-count"]
        {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn what_is_not_simulated_is_said() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    let said = |words: &[&str]| {
        let output = run(home.path(), folder.path(), words, "");
        (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
    };
    let address = "glasshull: the flag --mac-address is not simulated\n";
    assert_eq!(
        said(&["run", "--mac-address", "02:42:ac:11:00:09", "alpine"]),
        (address.to_owned(), Some(125))
    );
    let push = "glasshull: the flag --push is not simulated with BuildKit\n";
    assert_eq!(said(&["buildx", "build", "--push", "."]), (push.to_owned(), Some(1)));
    run(home.path(), folder.path(), &["pull", "-q", "alpine"], "");
    let kept =
        run(home.path(), folder.path(), &["run", "--rm", "-v", "/data", "alpine", "ls", "-d", "/data"], "");
    assert_eq!(stdout(&kept), "/data\n");
}

#[test]
fn a_script_runs_on_an_image() {
    let (home, folder) = (tempfile::tempdir().unwrap(), project());
    run(home.path(), folder.path(), &["build", "-q", "-t", "t", "."], "");
    let script = "cat /two /etc/alpine-release; ls; echo lost > /two";
    for _ in 0..2 {
        let output =
            run(home.path(), folder.path(), &["sh", "--image", "t", "--root", ".", "-c", script], "");
        assert_eq!(stdout(&output), "two\n3.20.3\nDockerfile\n", "{output:?}");
    }
    let missing = run(home.path(), folder.path(), &["sh", "--image", "nosuch", "-c", "true"], "");
    assert_eq!(String::from_utf8_lossy(&missing.stderr), "glasshull: No such image: nosuch:latest\n");
}

#[test]
fn a_script_knows_the_name_it_was_called_by() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let inside = folder.path().join("in");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("s.sh"), "echo $0 $1; . ./other; shift; nosuch").unwrap();
    fs::write(inside.join("other"), "echo sourced").unwrap();
    fs::write(folder.path().join("alone.sh"), "echo $0; cat $0; echo; ls; exit 4").unwrap();
    let said = |at: &Path, words: &[&str]| {
        let output = run(home.path(), at, &[&["sh"], words].concat(), "");
        (stdout(&output) + &String::from_utf8_lossy(&output.stderr), output.status.code())
    };
    let called = |name: &str| (format!("{name} a\nsourced\n{name}: line 1: nosuch: not found\n"), Some(127));
    let whole = inside.join("s.sh").display().to_string();
    assert_eq!(said(&inside, &["--root", ".", "s.sh", "a"]), called("s.sh"));
    assert_eq!(said(&inside, &["--root", ".", "./s.sh", "a"]), called("./s.sh"));
    assert_eq!(said(folder.path(), &["--root", "in", "s.sh", "a"]), called("s.sh"));
    assert_eq!(said(folder.path(), &["--root", "in", "in/s.sh", "a"]), called("./s.sh"));
    assert_eq!(said(Path::new("/"), &["--root", inside.to_str().unwrap(), &whole, "a"]), called("./s.sh"));
    let alone = folder.path().join("alone.sh").display().to_string();
    let shown =
        |name: &str, listed: &str| (format!("{name}\necho $0; cat $0; echo; ls; exit 4\n{listed}"), Some(4));
    assert_eq!(said(&inside, &["--root", ".", &alone]), shown(&alone, "other\ns.sh\n"));
    assert_eq!(said(&inside, &["--root", ".", "../alone.sh"]), shown("../alone.sh", "other\ns.sh\n"));
    assert_eq!(said(folder.path(), &["alone.sh"]), shown("alone.sh", "alone.sh\n"));
}

/// A gzip member with stored data alone, as `gzip -0` would make it.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let crc = bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    let length = bytes.len() as u16;
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1];
    let sizes = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    let tail = [(!crc).to_le_bytes(), u32::from(length).to_le_bytes()].concat();
    [&head[..], &sizes, bytes, &tail].concat()
}

/// A tar of files without its end mark.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, text) in files {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000755\0");
        header[108..124].copy_from_slice(b"0000000\x000000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend(header);
        out.extend(text.as_bytes());
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out
}

#[test]
fn a_repository_of_ones_own_serves_a_build() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mirror = folder.path().join("mine");
    fs::create_dir(&mirror).unwrap();
    let stanza = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:hello\nV:1.0-r0\nA:x86_64\nS:400\nI:4096\nT:greets\nU:\nL:MIT\n\n";
    let signature = gzip(&tar(&[(".SIGN.RSA.me@example.org.rsa.pub", "x")]));
    let index = gzip(&[&tar(&[("DESCRIPTION", "mine 1"), ("APKINDEX", stanza)])[..], &[0; 1024]].concat());
    fs::write(mirror.join("APKINDEX.tar.gz"), [signature, index].concat()).unwrap();
    let info = "pkgname = hello\npkgver = 1.0-r0\narch = x86_64\nsize = 4096\n";
    let data = [&tar(&[("usr/bin/hello", "#!/bin/sh\necho hello, $1\n")])[..], &[0; 1024]].concat();
    let package = [gzip(&tar(&[(".PKGINFO", info)])), gzip(&data)].concat();
    fs::write(mirror.join("hello-1.0-r0.apk"), package).unwrap();
    let dockerfile = "FROM alpine\nRUN apk add --no-cache --allow-untrusted -q -X https://example.org/v1 hello\nRUN hello world >/out\n";
    fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
    let said = |words: &[&str]| {
        let output = run(home.path(), folder.path(), words, "");
        (output.status.code(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
    };
    let kept = "mine\thttps://repositories.glasshull.test/mine\tmine 1\n".to_owned();
    assert_eq!(said(&["repo", "import", "mine"]), (Some(0), kept.clone()));
    assert_eq!(said(&["repo", "list"]), (Some(0), kept));
    let used = "mine\thttps://example.org/v1\tmine 1\n".to_owned();
    assert_eq!(said(&["repo", "use", "mine", "https://example.org/v1/"]), (Some(0), used));
    assert_eq!(said(&["build", "-q", "-t", "t", "."]).0, Some(0));
    assert_eq!(said(&["run", "--rm", "t", "cat", "/out"]), (Some(0), "hello, world\n".to_owned()));
    let none = "glasshull: there is no repository 'other'\n".to_owned();
    assert_eq!(said(&["repo", "use", "other"]), (Some(125), none));
    assert_eq!(said(&["repo", "import", "Dockerfile", "--name", "x"]).0, Some(125));
}
