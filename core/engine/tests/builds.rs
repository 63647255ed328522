//! Builds of the toy world against their whole stream, as `docker build` prints it, with the cache's reasons between.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use std::fmt::Write as _;
use std::rc::Rc;

use api::{
    BuildContext, BuildRequest, CacheVerdict, DockerVersion, DockerfileSource, Event, EventKind,
    ImportRequest, Input, Io, Stream,
};
use engine::{Engine, Runtime};
use vfs::{Metadata, Tree};

/// Folds events into docker's text.
#[derive(Default)]
struct Classic {
    text: String,
    events: Vec<Event>,
}

impl Io for Classic {
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
        let out = &mut self.text;
        let done = match &event.kind {
            EventKind::StepStarted { step, total, text, .. } => writeln!(out, "Step {step}/{total} : {text}"),
            EventKind::ParserWarned { text } => write!(out, "{text}"),
            EventKind::TriggersStarted { count } => writeln!(out, "# Executing {count} build triggers"),
            EventKind::CacheProbed(probe) => match &probe.verdict {
                CacheVerdict::Hit { .. } => writeln!(out, " ---> Using cache"),
                CacheVerdict::Miss { reason } => writeln!(out, "   miss: {reason}"),
                CacheVerdict::Unused { reason } => writeln!(out, "   not asked: {reason}"),
            },
            EventKind::ContainerCreated { id, .. } => writeln!(out, " ---> Running in {}", id.short()),
            EventKind::Output { stream: Stream::Stdout, bytes } => write!(out, "{bytes}"),
            EventKind::Output { stream: Stream::Stderr, bytes } => write!(out, "[91m{bytes}[0m"),
            EventKind::ChangesSnapshotted { changes } => {
                let paths: Vec<String> =
                    changes.iter().map(|change| format!("{:?} {}", change.kind, change.path)).collect();
                writeln!(out, "   changes: {}", paths.join(", "))
            }
            EventKind::LayerMade { size, hidden, .. } => {
                writeln!(out, "   layer: {size} bytes, hides {hidden}")
            }
            EventKind::ContainerRemoved { id } => {
                writeln!(out, "Removing intermediate container {}", id.short())
            }
            EventKind::Noted { text } => writeln!(out, "{text}"),
            EventKind::StepFinished { image, shown: true } => {
                writeln!(out, " ---> {}", image.map(|image| image.short()).unwrap_or_default())
            }
            EventKind::BuildArgsUnconsumed { names } => {
                writeln!(out, "[Warning] One or more build-args [{}] were not consumed", names.join(" "))
            }
            EventKind::Built { id } => writeln!(out, "Successfully built {}", id.short()),
            EventKind::Tagged { reference } => writeln!(out, "Successfully tagged {reference}"),
            EventKind::Vertex(_)
            | EventKind::SolveFailed(_)
            | EventKind::Failed { .. }
            | EventKind::ContextSent { .. }
            | EventKind::BaseLookedUp { .. }
            | EventKind::Pull(_)
            | EventKind::ContainerExited { .. }
            | EventKind::ImageCommitted { .. }
            | EventKind::StepFinished { .. } => Ok(()),
        };
        done.unwrap();
    }

    fn write(&mut self, _: Stream, _: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}

/// One case: its files and its commands with what they print.
struct Case {
    name: String,
    files: Vec<(String, String)>,
    console: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), files: Vec::new(), console: String::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
            section = name.to_owned();
            if section != "console" {
                case.files.push((section.clone(), String::new()));
            }
            continue;
        }
        let into = match case.files.last_mut() {
            Some((_, text)) if section != "console" => text,
            _ => &mut case.console,
        };
        into.push_str(line);
        into.push('\n');
    }
    cases
}

fn world() -> (Engine, Runtime) {
    let mut engine = Engine::new(DockerVersion::V20_10, toy::START, 7);
    let request = ImportRequest {
        tar: None,
        rootfs: toy::rootfs(),
        reference: Some("alpine".into()),
        message: String::new(),
        changes: vec!["CMD [\"/bin/sh\"]".into()],
        platform: None,
        source: "-".into(),
    };
    engine.import(&request).unwrap();
    (
        engine,
        Runtime::new(
            Rc::new(toy::Toys),
            Rc::new(registry::MemoryRegistry::new("docker.io")),
            kernel::Limits { fuel: 100_000, ..kernel::Limits::default() },
        ),
    )
}

fn request(files: &[(String, String)], words: &str) -> BuildRequest {
    let mut tree = Tree::new(Metadata::new(0o755, toy::START));
    for (name, text) in files {
        let path = format!("/{name}");
        let dir = path.rsplit_once('/').map_or("/", |(dir, _)| if dir.is_empty() { "/" } else { dir });
        tree.mkdir_all(dir, 0o755, toy::START).unwrap();
        tree.write_file(&path, text.as_str(), 0o644, toy::START).unwrap();
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    let values = |flag: &str| -> Vec<String> {
        words.windows(2).filter(|pair| pair[0] == flag).map(|pair| pair[1].to_owned()).collect()
    };
    let pair = |text: &String| {
        text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()
    };
    BuildRequest {
        context: BuildContext { tree, wire_bytes: 2048, entries: files.len() as u64 },
        dockerfile: DockerfileSource::InContext(values("-f").pop().unwrap_or_else(|| "Dockerfile".into())),
        tags: values("-t"),
        build_args: values("--build-arg").iter().map(pair).map(|(name, value)| (name, Some(value))).collect(),
        labels: values("--label").iter().map(pair).collect(),
        target: values("--target").pop(),
        no_cache: words.contains(&"--no-cache"),
        pull: false,
        remove: !words.contains(&"--rm=false"),
        force_remove: words.contains(&"--force-rm"),
        network: "none".into(),
        extra_hosts: Vec::new(),
        cache_from: values("--cache-from"),
        squash: false,
        platform: None,
        resources: Default::default(),
    }
}

/// Runs the commands of a case: `build OPTIONS`, and `write FILE TEXT` between builds.
fn run(case: &Case) -> String {
    let (mut engine, mut runtime) = world();
    let mut files = case.files.clone();
    let mut console = String::new();
    for line in case.console.lines().filter(|line| line.starts_with("$ ")) {
        console.push_str(&format!("{line}\n"));
        if let Some(rest) = line.strip_prefix("$ write ") {
            let (name, text) = rest.split_once(' ').unwrap();
            files.retain(|(known, _)| known != name);
            files.push((name.to_owned(), format!("{}\n", text.replace("\\n", "\n"))));
            continue;
        }
        let mut classic = Classic::default();
        let result = engine.build(&mut runtime, &request(&files, line), &mut classic);
        console.push_str(&classic.text);
        toy::note(&case.name, &classic.events);
        if let Err(error) = result {
            console.push_str(&format!("{:?}: {}\n", error.kind, error.message));
            if let Some(code) = error.exit_code {
                console.push_str(&format!("exit {code}\n"));
            }
        }
    }
    console
}

#[test]
fn streams_are_as_written() {
    let mut wrong = String::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/builds");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        for case in cases(&std::fs::read_to_string(&path).unwrap()) {
            let actual = run(&case);
            let again = run(&case);
            assert_eq!(actual, again, "{} is not deterministic", case.name);
            if actual != case.console {
                wrong.push_str(&format!("=== {} of {}\n{actual}\n", case.name, path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "these print something else:\n{wrong}");
}
