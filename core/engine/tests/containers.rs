//! Containers of the toy world: what they print, how they end, what `docker` says about them.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use std::rc::Rc;

use api::{
    ContainerStatus, CreateRequest, DockerVersion, Event, HostConfig, ImageRemoval, ImportRequest, Input, Io,
    Stream,
};
use engine::{Engine, Runtime};
use oci::ContainerConfig;

#[derive(Default)]
struct Terminal {
    text: String,
    input: Vec<Input>,
}

impl Io for Terminal {
    fn event(&mut self, _: &Event) {}

    fn write(&mut self, _: Stream, bytes: &[u8]) {
        self.text.push_str(&String::from_utf8_lossy(bytes));
    }

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        if self.input.is_empty() { Input::Detach } else { self.input.remove(0) }
    }
}

fn world() -> (Engine, Runtime) {
    let mut engine = Engine::new(DockerVersion::V20_10, toy::START, 7);
    let request = ImportRequest {
        tar: None,
        rootfs: toy::rootfs(),
        reference: Some("alpine".into()),
        message: String::new(),
        changes: Vec::new(),
        platform: None,
        source: "-".into(),
    };
    engine.import(&request).unwrap();
    (
        engine,
        Runtime::new(
            Rc::new(toy::Toys),
            Rc::new(registry::MemoryRegistry::new("docker.io")),
            kernel::Limits::default(),
        ),
    )
}

fn create(engine: &mut Engine, name: &str, words: &[&str], stdin: bool) {
    let config = ContainerConfig {
        cmd: Some(words.iter().map(|word| (*word).to_owned()).collect()),
        open_stdin: stdin,
        ..ContainerConfig::default()
    };
    let host = HostConfig { network: "none".into(), ..HostConfig::default() };
    let request = CreateRequest {
        name: Some(name.into()),
        image: "alpine".into(),
        config,
        host,
        platform: String::new(),
    };
    engine.create(&request).unwrap();
}

fn start(engine: &mut Engine, runtime: &mut Runtime, name: &str, input: Vec<Input>) -> (String, Option<i32>) {
    let mut terminal = Terminal { input, ..Terminal::default() };
    let reply = engine.start(runtime, name, true, &mut terminal).unwrap();
    (terminal.text, reply.status)
}

#[test]
fn an_attached_run_prints_ends_and_is_logged() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "c1", &["sh", "-c", "echo out; err bad; echo x > /f; exit 3"], false);
    assert_eq!(start(&mut engine, &mut runtime, "c1", vec![]), ("out\nbad\n".into(), Some(3)));
    let mut terminal = Terminal::default();
    engine.logs("c1", &mut terminal).unwrap();
    assert_eq!(terminal.text, "out\nbad\n");
    let changes: Vec<String> = engine
        .changes("c1")
        .unwrap()
        .iter()
        .map(|change| format!("{:?} {}", change.kind, change.path))
        .collect();
    assert_eq!(changes, ["Added /f"]);
    let row = &engine.list_containers(true).unwrap()[0];
    assert_eq!(row.command, "sh -c 'echo out; err bad; echo x > /f; exit 3'");
    assert_eq!((row.status, row.exit_code, &*row.image), (ContainerStatus::Exited, 3, "alpine"));
    let error = engine.kill(&mut runtime, "c1", "TERM").unwrap_err();
    assert_eq!(error.message, format!("Cannot kill container: c1: Container {} is not running", row.id));
}

#[test]
fn input_reaches_the_program() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["cat"], true);
    let input = vec![Input::Bytes(b"one\n".to_vec()), Input::End];
    assert_eq!(start(&mut engine, &mut runtime, "box", input), ("one\n".into(), Some(0)));
}

#[test]
fn a_detached_container_sleeps_until_it_is_killed() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["sh", "-c", "echo up; sleep 100; echo late"], false);
    engine.start(&mut runtime, "box", false, &mut Terminal::default()).unwrap();
    assert_eq!(engine.list_containers(false).unwrap().len(), 1);
    let error = engine.remove_container(&mut runtime, "box", false, true).unwrap_err();
    let id = engine.find_container("box").unwrap();
    let text = "Stop the container before attempting removal or force remove";
    assert_eq!(error.message, format!("You cannot remove a running container {id}. {text}"));
    let before = engine.now();
    engine.stop(&mut runtime, "box", None).unwrap();
    assert_eq!(engine.now().since(before).as_secs(), 10, "the first process ignores SIGTERM");
    let row = &engine.list_containers(true).unwrap()[0];
    assert_eq!((row.status, row.exit_code), (ContainerStatus::Exited, 137));
    let mut terminal = Terminal::default();
    engine.logs("box", &mut terminal).unwrap();
    assert_eq!(terminal.text, "up\n");
}

#[test]
fn time_that_passes_passes_for_containers_too() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["sh", "-c", "sleep 5; echo late"], false);
    engine.start(&mut runtime, "box", false, &mut Terminal::default()).unwrap();
    engine.advance(std::time::Duration::from_secs(6));
    engine.catch_up(&mut runtime);
    let mut terminal = Terminal::default();
    engine.logs("box", &mut terminal).unwrap();
    assert_eq!((&*terminal.text, engine.list_containers(false).unwrap().len()), ("late\n", 0));
}

#[test]
fn processes_come_back_from_the_journal() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["sh", "-c", "echo up; sleep 5; echo late; sleep 5"], false);
    engine.start(&mut runtime, "box", false, &mut Terminal::default()).unwrap();
    let (mut saved, (_, mut fresh)) = (engine.clone(), world());
    for (engine, runtime) in [(&mut engine, &mut runtime), (&mut saved, &mut fresh)] {
        engine.advance(std::time::Duration::from_secs(6));
        engine.catch_up(runtime);
    }
    let logged = |engine: &Engine| {
        let mut terminal = Terminal::default();
        engine.logs("box", &mut terminal).unwrap();
        (terminal.text, engine.list_containers(true).unwrap()[0].status)
    };
    assert_eq!(logged(&saved), ("up\nlate\n".to_owned(), ContainerStatus::Running));
    assert_eq!(logged(&saved), logged(&engine));
}

#[test]
fn a_missing_program_is_refused_in_runcs_words() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["nosuch"], false);
    let error = engine.start(&mut runtime, "box", true, &mut Terminal::default()).unwrap_err();
    let text = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container \
                process: exec: \"nosuch\": executable file not found in $PATH: unknown";
    assert_eq!((&*error.message, error.exit_code), (text, Some(127)));
}

#[test]
fn commits_tags_and_removals() {
    let (mut engine, mut runtime) = world();
    create(&mut engine, "box", &["sh", "-c", "echo x > /x"], false);
    start(&mut engine, &mut runtime, "box", vec![]);
    let changes = ["CMD [\"x\"]".to_owned(), "ENV Z=1".to_owned()];
    let image = engine.commit(&mut runtime, "box", Some("cm:1"), "me", "msg", &changes).unwrap();
    let rows = engine.history("cm:1").unwrap();
    assert_eq!((&*rows[0].created_by, &*rows[0].comment, rows[0].size), ("sh -c echo x > /x", "msg", 2));
    assert_eq!(&*rows[1].comment, "Imported from -");
    let inspected = engine.inspect_image("cm:1").unwrap();
    assert_eq!(inspected.config.config.cmd, Some(vec!["x".to_owned()]));
    assert_eq!(inspected.config.config.env, ["Z=1"]);
    let error = engine.commit(&mut runtime, "box", None, "", "", &["RUN x".to_owned()]).unwrap_err();
    assert_eq!(error.message, "run is not a valid change command");

    let error = engine.remove_image("alpine", false, true).unwrap_err();
    let (user, base) = (engine.find_container("box").unwrap(), engine.find_image("alpine").unwrap());
    let text = "conflict: unable to remove repository reference \"alpine\" (must force) - container";
    assert_eq!(
        error.message,
        format!("{text} {} is using its referenced image {}", user.short(), base.short())
    );
    engine.tag("cm:1", "other").unwrap();
    let removed = engine.remove_image("cm:1", false, true).unwrap();
    assert_eq!(removed, [ImageRemoval::Untagged("cm:1".into())]);
    let chain = inspected.top_layer.unwrap();
    let removed = engine.remove_image(&image.hex(), false, true).unwrap();
    let gone = [
        ImageRemoval::Untagged("other:latest".into()),
        ImageRemoval::Deleted(image),
        ImageRemoval::Deleted(chain),
    ];
    assert_eq!(removed, gone);
    assert_eq!(engine.remove_image("nosuch", false, true).unwrap_err().message, "No such image: nosuch");
}
