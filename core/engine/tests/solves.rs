//! Builds of the toy world with BuildKit: every vertex with its virtual times, and the files that result. Beside them the
//! properties that hold for all of the fixtures: a cached build gives what an uncached one does, and both builders the same files.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

use api::{
    BuildContext, BuildRequest, DockerVersion, Event, EventKind, Exported, ImportRequest, Input, Io,
    LocalFolder, Output, SolveCall, SolveContext, SolveRequest, Stream, VertexEventKind,
};
use engine::{Engine, Runtime};
use vfs::{Metadata, Node, Time, Tree};

/// Folds the events of a solve: a line a change, with the time since the build began.
struct Solve {
    start: Time,
    names: BTreeMap<String, String>,
    text: String,
    events: Vec<Event>,
}

impl Io for Solve {
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
        let EventKind::Vertex(vertex) = &event.kind else { return };
        let key = vertex.vertex.to_string();
        let change = match &vertex.kind {
            VertexEventKind::Started { name, .. } => {
                self.names.insert(key.clone(), name.clone());
                "begins".to_owned()
            }
            VertexEventKind::Completed { cached: true, .. } => "was cached".to_owned(),
            VertexEventKind::Completed { error: Some(error), .. } => format!("fails: {error}"),
            VertexEventKind::Completed { canceled: true, .. } => "is canceled".to_owned(),
            VertexEventKind::Completed { .. } => "is done".to_owned(),
            VertexEventKind::Log { bytes, .. } => format!("says {}", bytes.to_string().trim_end()),
            _ => return,
        };
        let name = &self.names[&key];
        if name.starts_with("[internal]") && !name.contains("document") || name.starts_with("exporting") {
            return;
        }
        let at = event.at.since(self.start).as_millis();
        writeln!(self.text, "{at:>5} {name} {change}").unwrap();
    }

    fn write(&mut self, _: Stream, _: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}

struct Case {
    name: String,
    files: Vec<(String, String)>,
    console: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_console = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), files: Vec::new(), console: String::new() });
            in_console = false;
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        match line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
            Some("console") => in_console = true,
            Some(name) => case.files.push((name.to_owned(), String::new())),
            None if in_console => case.console += &format!("{line}\n"),
            None => case.files.last_mut().unwrap().1 += &format!("{line}\n"),
        }
    }
    cases
}

fn world() -> (Engine, Runtime) {
    let mut engine = Engine::new(DockerVersion::V29, toy::START, 7);
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
    let limits = kernel::Limits { fuel: 100_000, ..kernel::Limits::default() };
    let registry = Rc::new(registry::MemoryRegistry::new("docker.io"));
    (engine, Runtime::new(Rc::new(toy::Toys), registry, limits))
}

fn folder(files: &[(String, String)]) -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, toy::START));
    for (name, text) in files {
        let path = format!("/{name}");
        let dir = path.rsplit_once('/').map_or("/", |(dir, _)| if dir.is_empty() { "/" } else { dir });
        tree.mkdir_all(dir, 0o755, toy::START).unwrap();
        tree.write_file(&path, text.as_str(), 0o644, toy::START).unwrap();
    }
    tree
}

fn values(words: &[&str], flag: &str) -> Vec<String> {
    words.windows(2).filter(|pair| pair[0] == flag).map(|pair| pair[1].to_owned()).collect()
}

fn pairs(words: &[&str], flag: &str) -> Vec<(String, String)> {
    let pair =
        |text: String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    values(words, flag).into_iter().map(pair).collect()
}

/// `build OPTIONS` as a request that hands the files back.
fn request(files: &[(String, String)], line: &str) -> SolveRequest {
    let words: Vec<&str> = line.split_whitespace().collect();
    let dockerfile: Vec<_> = files.iter().filter(|(name, _)| name == "Dockerfile").cloned().collect();
    let secret = |(name, value): (String, String)| (name, value.into_bytes());
    SolveRequest {
        dockerfile_folder: folder(&dockerfile),
        dockerfile_name: "Dockerfile".into(),
        dockerfile_key: String::new(),
        context: SolveContext::Folder(LocalFolder { tree: folder(files), key: "/context".into() }),
        ignore: None,
        plain_ignore: folder(&[]),
        named_contexts: BTreeMap::new(),
        call: SolveCall::Build,
        tags: values(&words, "-t"),
        build_args: pairs(&words, "--build-arg"),
        labels: Vec::new(),
        annotations: Vec::new(),
        target: values(&words, "--target").pop(),
        no_cache: words.contains(&"--no-cache"),
        no_cache_filter: values(&words, "--no-cache-filter"),
        pull: false,
        network: "none".into(),
        extra_hosts: Vec::new(),
        ulimits: Vec::new(),
        cache_from: Vec::new(),
        cache_folders: Vec::new(),
        inline_cache: false,
        cache_exports: Vec::new(),
        platforms: Vec::new(),
        secrets: pairs(&words, "--secret").into_iter().map(secret).collect(),
        outputs: vec![Output { kind: "local".into(), options: BTreeMap::new() }],
        provenance: false,
        wants_metadata: false,
        source_date_epoch: None,
    }
}

/// The files that a build made, without those of the base and without times.
fn listed(tree: &Tree) -> Vec<String> {
    let base = toy::rootfs();
    let mut lines = Vec::new();
    for visit in tree.walk().skip(1) {
        let stat = tree.stat(visit.ino).unwrap();
        let text = match visit.inode.node() {
            Node::File(content) => {
                let bytes: Vec<u8> = content.chunks().flat_map(|chunk| chunk.to_vec()).collect();
                format!("{:?}", String::from_utf8_lossy(&bytes))
            }
            _ => "/".to_owned(),
        };
        if base.get(&visit.path).is_none() {
            let (mode, uid, gid) = (stat.mode.bits(), stat.uid, stat.gid);
            lines.push(format!("{} {mode:o} {uid}:{gid} {text}", visit.path));
        }
    }
    lines
}

/// What a build told and gave.
fn solve(engine: &mut Engine, runtime: &mut Runtime, request: &SolveRequest) -> (String, Option<Tree>) {
    let mut solve =
        Solve { start: engine.now(), names: BTreeMap::new(), text: String::new(), events: Vec::new() };
    let reply = engine.solve(runtime, request, &mut solve);
    toy::note("solve", &solve.events);
    match reply {
        Ok(reply) => match reply.exported.into_iter().flatten().next() {
            Some(Exported::Files(tree)) => (solve.text, Some(tree)),
            _ => (solve.text, None),
        },
        Err(error) => (format!("{}{:?}: {}\n", solve.text, error.kind, error.message), None),
    }
}

/// Runs the commands of a case: `build OPTIONS`, and `write FILE TEXT` between builds.
fn run(case: &Case) -> String {
    let (mut engine, mut runtime) = world();
    let mut files = case.files.clone();
    let mut console = String::new();
    for line in case.console.lines().filter(|line| line.starts_with("$ ")) {
        console += &format!("{line}\n");
        if let Some(rest) = line.strip_prefix("$ write ") {
            let (name, text) = rest.split_once(' ').unwrap();
            files.retain(|(known, _)| known != name);
            files.push((name.to_owned(), format!("{}\n", text.replace("\\n", "\n"))));
            continue;
        }
        let (text, tree) = solve(&mut engine, &mut runtime, &request(&files, line));
        console += &text;
        let lines = tree.iter().flat_map(listed);
        lines.for_each(|line| console += &format!("  {line}\n"));
    }
    console
}

/// Every fixture with the path of its file.
fn fixtures() -> Vec<(std::path::PathBuf, Vec<Case>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/solves");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, cases(&text))
        })
        .collect()
}

#[test]
fn vertices_are_as_written() {
    let mut wrong = String::new();
    for (path, cases) in fixtures() {
        for case in cases {
            let actual = run(&case);
            assert_eq!(actual, run(&case), "{} is not deterministic", case.name);
            if actual != case.console {
                write!(wrong, "=== {} of {}\n{actual}\n", case.name, path.display()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "these build something else:\n{wrong}");
}

#[test]
fn a_cached_build_gives_what_an_uncached_one_does() {
    for case in fixtures().into_iter().flat_map(|(_, cases)| cases) {
        let (mut engine, mut runtime) = world();
        let line = case.console.lines().find(|line| line.starts_with("$ build")).unwrap();
        // What is in a cache mount is the one thing that may make a difference.
        if case.files.iter().any(|(_, text)| text.contains("type=cache")) {
            continue;
        }
        let request = request(&case.files, line);
        let (_, first) = solve(&mut engine, &mut runtime, &request);
        let (text, cached) = solve(&mut engine, &mut runtime, &request);
        let again = SolveRequest { no_cache: true, ..request };
        let (_, uncached) = solve(&mut engine, &mut runtime, &again);
        let files = |tree: &Option<Tree>| tree.as_ref().map(listed);
        assert_eq!(files(&first), files(&cached), "{}", case.name);
        assert_eq!(files(&first), files(&uncached), "{}", case.name);
        if first.is_some() {
            assert!(text.contains("was cached"), "{} has no step that could be cached:\n{text}", case.name);
        }
    }
}

#[test]
fn both_builders_give_the_same_files() {
    let mut compared = 0;
    for case in fixtures().into_iter().flat_map(|(_, cases)| cases) {
        // What the classic builder does not know, and what it does otherwise on purpose.
        let alone = ["--mount", "--link", "<<", "VOLUME", "--parents"];
        if case.files.iter().any(|(_, text)| alone.iter().any(|word| text.contains(word))) {
            continue;
        }
        let line = case.console.lines().find(|line| line.starts_with("$ build")).unwrap();
        let (mut engine, mut runtime) = world();
        let (_, tree) = solve(&mut engine, &mut runtime, &request(&case.files, line));
        let Some(tree) = tree else { continue };
        let classic = classic(&case, line);
        assert_eq!(listed(&tree), listed(&classic), "{}", case.name);
        compared += 1;
    }
    assert!(compared >= 3, "{compared} builds were compared");
}

/// The files of the same build by the classic builder.
fn classic(case: &Case, line: &str) -> Tree {
    let (mut engine, mut runtime) = world();
    let words: Vec<&str> = line.split_whitespace().collect();
    let args = pairs(&words, "--build-arg").into_iter().map(|(name, value)| (name, Some(value)));
    let context = BuildContext { tree: folder(&case.files), wire_bytes: 2048, entries: 1 };
    let mut request = BuildRequest::new(context);
    request.build_args = args.collect();
    request.target = values(&words, "--target").pop();
    let mut silent =
        Solve { start: engine.now(), names: BTreeMap::new(), text: String::new(), events: Vec::new() };
    let reply = engine.build(&mut runtime, &request, &mut silent).unwrap();
    engine.image_tree(&reply.image).unwrap()
}

const THREE_STAGES: &str = "FROM alpine AS one\nRUN echo 1 > /one\nFROM alpine AS two\nRUN echo 2 > /two\n\
                            FROM alpine AS unused\nRUN echo 3 > /three\nFROM alpine\nCOPY --from=one /one /\nCOPY --from=two /two /\n";

/// The steps of the classic builder that a build began, in order.
struct Steps(Vec<String>);

impl Io for Steps {
    fn event(&mut self, event: &Event) {
        if let EventKind::StepStarted { text, .. } = &event.kind {
            self.0.push(text.clone());
        }
    }

    fn write(&mut self, _: Stream, _: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}

#[test]
fn stages_run_side_by_side_in_one_builder_and_one_after_the_other_in_the_other() {
    let files = vec![("Dockerfile".to_owned(), THREE_STAGES.to_owned())];
    let (mut engine, mut runtime) = world();
    let (text, tree) = solve(&mut engine, &mut runtime, &request(&files, "build"));
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in\n{text}"));
    let (begins, ends) =
        (place("[two 2/2] RUN echo 2 > /two begins"), place("[one 2/2] RUN echo 1 > /one is done"));
    assert!(begins < ends, "the second stage waits for the first:\n{text}");
    assert!(!text.contains("echo 3"), "a stage that nothing needs was built:\n{text}");
    let (mut engine, mut runtime) = world();
    let mut steps = Steps(Vec::new());
    let context = BuildContext { tree: folder(&files), wire_bytes: 2048, entries: 1 };
    let reply = engine.build(&mut runtime, &BuildRequest::new(context), &mut steps).unwrap();
    assert_eq!(steps.0.concat() + "\n", THREE_STAGES.replace('\n', "") + "\n", "all lines, in their order");
    let classic = engine.image_tree(&reply.image).unwrap();
    let tree = tree.unwrap();
    assert_eq!(listed(&tree), listed(&classic));
    assert_eq!(listed(&tree), ["/one 644 0:0 \"1\\n\"", "/two 644 0:0 \"2\\n\""]);
}
