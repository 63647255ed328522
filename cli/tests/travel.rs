//! Time travel: what is undone and done again is the same byte for byte, and a token leads to the same state.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("project")).expect("a project");
        World { folder }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn call(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the program starts")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glasshull"));
        command.args(words).current_dir(self.project()).env("GLASSHULL_HOME", self.home());
        command.env("DOCKER_BUILDKIT", "0").stdin(Stdio::null());
        command
    }

    /// What a call prints, which must succeed.
    fn told(&self, words: &[&str]) -> String {
        let output = self.call(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Why a call fails.
    fn refused(&self, words: &[&str]) -> String {
        let output = self.call(words);
        assert!(!output.status.success(), "{words:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn state(&self) -> Vec<u8> {
        fs::read(self.home().join("state.json")).unwrap_or_default()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.project().join(name), text).expect("a file of the project");
    }
}

/// All files below a folder with their content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path(), fs::read(entry.path()).expect("a file"));
        }
    }
    found
}

/// Random commands about few names, so that they meet.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn command(&mut self, world: &World) -> Vec<String> {
        let (box_, image) = (format!("box{}", self.below(4)), format!("image{}", self.below(3)));
        let number = self.below(5).to_string();
        let loops = "trap 'exit 3' TERM; echo up; while :; do sleep 1; done";
        let words: &[&str] = match self.below(18) {
            0..=2 => {
                world.write("Dockerfile", &format!("FROM alpine\nCOPY n /\nRUN echo {number} > /made\n"));
                world.write("n", &number);
                &["build", "-q", "-t", &image, "."]
            }
            3 | 4 => &["run", "--name", &box_, &image, "sh", "-c", "date > /now; rm -f /n"],
            5 | 6 => &["run", "-d", "--name", &box_, "alpine", "sh", "-c", loops],
            7 => &["stop", "-t", "1", &box_],
            8 => &["start", &box_],
            9 => &["exec", &box_, "sh", "-c", "echo x >> /log"],
            10 => &["commit", &box_, &image],
            11 => &["tag", "alpine", &image],
            12 => &["rmi", "-f", &image],
            13 => &["rm", "-f", &box_],
            14 => &["pause", &box_],
            15 => &["unpause", &box_],
            16 => &["rename", &box_, "box9"],
            _ => &["image", "prune", "-f"],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

#[test]
fn undo_and_redo_of_50_random_commands() {
    let (world, mut random) = (World::new(), Random(7));
    world.told(&["pull", "-q", "alpine"]);
    let images = world.home().join("images");
    let mut changed = 0;
    for number in 0..50 {
        let words = random.command(&world);
        let (state, layout) = (world.state(), files(&images));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        world.call(&words);
        let (after, layout_after) = (world.state(), files(&images));
        if after == state {
            continue;
        }
        changed += 1;
        world.told(&["undo"]);
        assert!(world.state() == state, "{number}: undo of {words:?}");
        assert_eq!(files(&images), layout, "{number}: undo of {words:?}");
        world.told(&["redo"]);
        assert!(world.state() == after, "{number}: redo of {words:?}");
        assert_eq!(files(&images), layout_after, "{number}: redo of {words:?}");
        if number % 5 == 0 {
            world.told(&["undo"]);
        }
    }
    assert!(changed > 25, "{changed} commands changed the world");
    assert_eq!(world.told(&["fsck"]), "Clean\n");
    let steps = world.told(&["log", "--json"]).lines().count() - 1;
    world.told(&["undo", &steps.to_string()]);
    assert_eq!(world.told(&["images", "-aq"]), "");
    assert_eq!(world.refused(&["undo"]), "glasshull: there is nothing to undo\n");
    world.told(&["redo", &steps.to_string()]);
    assert_eq!(world.refused(&["redo"]), "glasshull: there is nothing to redo\n");
}

#[test]
fn the_log_tells_what_was_done_and_at_asks_it() {
    let world = World::new();
    world.write("Dockerfile", "FROM alpine\nRUN echo one > /one\n");
    world.told(&["build", "-q", "-t", "one", "."]);
    world.told(&["tag", "one", "two"]);
    world.told(&["rmi", "one"]);
    assert_eq!(world.told(&["at", "1", "images", "--format", "{{.Repository}}"]), "one\nalpine\n");
    assert_eq!(world.told(&["at", "2", "run", "--rm", "one", "cat", "/one"]), "one\n");
    assert_eq!(world.told(&["at", "2", "diff", "alpine", "two"]), "A /one\n");
    assert!(world.refused(&["at", "3", "inspect", "one"]).contains("No such object: one"));
    let state = world.state();
    world.told(&["at", "0", "pull", "-q", "alpine:3.18"]);
    assert!(world.state() == state, "nothing that `at` does is kept");
    assert_eq!(
        world.refused(&["at", "9", "images"]),
        "glasshull: there is no step 9: the steps are 0 to 3\n"
    );
    world.told(&["undo"]);
    let log = world.told(&["log"]);
    let lines: Vec<(&str, &str)> = log.lines().map(|line| (&line[..6], &line[69..])).collect();
    assert_eq!(
        lines,
        [
            ("  STEP", "COMMAND"),
            ("-    3", "glasshull rmi one"),
            ("*    2", "glasshull tag one two"),
            ("     1", "glasshull build -q -t one ."),
            ("     0", "(a new world)"),
        ]
    );
    let newest = world.told(&["log", "--json", "-n", "1"]);
    assert!(newest.starts_with("{\"step\":3,\"branch\":\"main\",\"time\":\"2024-10-01T10:00:0"), "{newest}");
}

#[test]
fn branches_are_lines_of_states() {
    let world = World::new();
    world.told(&["pull", "-q", "alpine"]);
    assert_eq!(world.told(&["branch", "try"]), "A new branch try, at step 1: 1 image, 0 containers\n");
    world.told(&["create", "--name", "box", "alpine"]);
    let tried = world.state();
    world.told(&["branch", "main"]);
    assert_eq!(world.told(&["ps", "-aq"]), "");
    world.told(&["tag", "alpine", "here"]);
    assert_eq!(
        world.told(&["branch"]),
        "* main  step 2 of 2, 1 image, 0 containers\n  try  step 2 of 2, 1 image, 1 container\n"
    );
    world.told(&["branch", "try"]);
    assert!(world.state() == tried);
    assert_eq!(
        world.refused(&["branch", "-d", "try"]),
        "glasshull: the world is on branch try: go to another one first\n"
    );
    world.told(&["branch", "-d", "main"]);
    assert_eq!(world.told(&["branch"]), "* try  step 2 of 2, 1 image, 1 container\n");
    assert!(world.refused(&["branch", "-x y"]).contains("unexpected argument"));
    assert_eq!(world.told(&["fsck"]), "Clean\n");
}

#[test]
fn what_is_pruned_cannot_be_undone() {
    let world = World::new();
    world.told(&["pull", "-q", "alpine"]);
    world.told(&["rmi", "alpine"]);
    let parts = world.home().join("parts");
    assert_eq!(files(&parts).len(), 1);
    assert!(world.told(&["prune", "--keep", "0"]).starts_with("Freed "));
    assert_eq!(files(&parts).len(), 0);
    assert_eq!(
        world.refused(&["undo"]),
        "glasshull: the state after step 1 is forgotten: no more than 200 states are kept\n"
    );
    assert_eq!(world.told(&["fsck"]), "Clean\n");
}

/// Plays what a world shares in another one.
fn replayed(world: &World, words: &[&str]) -> World {
    let other = World::new();
    let token = world.told(&[&["share"], words].concat());
    other.write("session", &token);
    other.told(&["replay", "session"]);
    assert_eq!(other.told(&["fsck"]), "Clean\n");
    other
}

#[test]
fn a_token_makes_the_same_state() {
    let world = World::new();
    world.write(
        "Dockerfile",
        "FROM alpine\nCOPY . /project\nRUN cat /project/src/one /project/src/link > /all\nCMD cat /all\n",
    );
    world.write(".dockerignore", "secret*\n");
    world.write("secret", "not for others");
    world.write("it's", "a name\n");
    fs::create_dir_all(world.project().join("src/deep")).unwrap();
    world.write("src/one", "1\n");
    fs::write(world.project().join("src/bytes"), [0xff, 0xfe, 0]).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        symlink("one", world.project().join("src/link")).unwrap();
        fs::set_permissions(world.project().join("src/one"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    world.told(&["build", "-q", "-t", "it", "."]);
    world.told(&["run", "-d", "--name", "box", "-e", "A=b c", "it", "sh", "-c", "echo \"$A\"; sleep 100"]);
    fs::remove_file(world.project().join("src/bytes")).unwrap();
    world.write("src/one", "2\n");
    let here = world.project().join("src");
    world.told(&["build", "-q", "-t", "it", here.parent().unwrap().to_str().unwrap()]);
    world.told(&["exec", "box", "touch", "/here"]);
    assert!(!world.told(&["share", "--json"]).contains("secret\""));
    world.told(&["shell", "-c", "docker tag it other; echo FROM other > D; docker build -q -f D -t last ."]);
    let token = world.told(&["share"]);
    assert!(token.len() < 2000, "{} characters", token.len());
    let other = replayed(&world, &[]);
    assert!(other.state() == world.state());
    assert_eq!(files(&other.home().join("images")).len(), files(&world.home().join("images")).len());
    assert_eq!(other.told(&["run", "--rm", "it"]), "2\n2\n");
    world.told(&["undo"]);
    assert!(replayed(&world, &["--json"]).state() == world.state(), "also in its readable form");
    let again = replayed(&other, &["--link", "https://lab.example/"]);
    assert!(again.state() == other.state(), "what was replayed can be shared");
}

/// BuildKit remembers folders by their path, so that the token has to say where the project lies.
#[test]
fn a_session_with_buildkit_makes_the_same_state() {
    let world = World::new();
    world.write("Dockerfile", "FROM alpine\nCOPY n /n\nRUN cat /n\n");
    world.write("n", "1");
    let kit = |words: &[&str]| {
        let output = world.command(words).env("DOCKER_BUILDKIT", "1").output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    kit(&["build", "-t", "it", "."]);
    world.write("n", "2");
    kit(&["--docker-version", "29", "build", "-t", "it", "."]);
    assert!(replayed(&world, &[]).state() == world.state());
}

#[test]
fn what_cannot_be_shared_is_said() {
    let world = World::new();
    assert_eq!(world.refused(&["share"]), "glasshull: nothing was done yet\n");
    let mut command = world.command(&["build", "-q", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"FROM alpine\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(world.refused(&["share"]), "glasshull: step 1 cannot be shared: it read its standard input\n");
    assert_eq!(
        world.refused(&["replay", "%%%"]),
        "glasshull: this is no session, or a part of it is missing: Invalid symbol 37, offset 0.\n"
    );
    assert_eq!(world.told(&["fsck"]), "Clean\n");
}

#[test]
fn fsck_names_what_is_damaged_and_repairs_what_it_can() {
    let world = World::new();
    world.write("Dockerfile", "FROM alpine\nRUN echo one > /one\n");
    world.told(&["pull", "-q", "alpine"]);
    let pulled = files(&world.home().join("parts"));
    let before = world.state();
    world.told(&["build", "-q", "-t", "one", "."]);
    fs::write(world.home().join("parts/.writing12345"), "half").unwrap();
    fs::write(world.home().join("images/index.json"), "{\"schemaVersion\":2,\"manifests\":[]}").unwrap();
    let found = world.told(&["fsck"]);
    assert_eq!(
        found.lines().next().unwrap(),
        "left over: images/blobs/sha256/".to_owned() + &found.lines().next().unwrap()[31..]
    );
    assert!(found.contains("left over: images/index.json is that of another state\n"), "{found}");
    assert!(found.ends_with("left over: parts/.writing12345 nothing names it\n"), "{found}");
    assert!(world.told(&["fsck", "--repair"]).ends_with("Repaired\n"));
    assert_eq!(world.told(&["fsck"]), "Clean\n");

    let now = files(&world.home().join("parts"));
    let part = now.keys().find(|part| !pulled.contains_key(*part)).unwrap();
    fs::write(part, "not a layer").unwrap();
    let output = world.call(&["fsck"]);
    assert_eq!(output.status.code(), Some(1));
    let name = part.file_name().unwrap().to_string_lossy().into_owned();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.starts_with(&format!("damaged: parts/{name} is not what its name says")), "{told}");
    let repaired = world.told(&["fsck", "--repair"]);
    assert!(repaired.ends_with("Repaired\n"), "{repaired}");
    assert!(world.state() == before, "the newest whole state");
    world.told(&["build", "-q", "-t", "one", "."]);
    assert_eq!(world.told(&["run", "--rm", "one", "cat", "/one"]), "one\n");
    assert_eq!(world.told(&["fsck"]), "Clean\n");
}
