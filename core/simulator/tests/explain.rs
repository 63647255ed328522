//! A build explained: what the next edits would cost is what builds after those edits do cost.

use std::collections::{BTreeMap, BTreeSet};

use api::{Backend, CacheVerdict};
use simulator::whatif::{Explanation, NextEdit, Question, explain};
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

/// Line by line an instruction each, so that a line of it stands for the instruction.
const DOCKERFILE: [&str; 13] = [
    "FROM alpine AS build",
    "ENV LEVEL=1",
    "COPY src /src",
    "RUN cat /src/main > /out",
    "FROM alpine AS docs",
    "COPY guide /guide",
    "FROM alpine",
    "LABEL made=by-hand",
    "ARG WHO=me",
    "COPY --from=build /out /app/out",
    "RUN cp /app/out /copy",
    "RUN rm /app/out && echo x > /app/x",
    "CMD [\"cat\", \"/copy\"]",
];

/// Another text for each line but those with FROM, with which the build still works.
const EDITS: [(usize, &str); 9] = [
    (2, "ENV LEVEL=2"),
    (3, "COPY src /src/"),
    (4, "RUN cat /src/main > /out && :"),
    (8, "LABEL made=by-machine"),
    (9, "ARG WHO=you"),
    (10, "COPY --from=build --chown=1:1 /out /app/out"),
    (11, "RUN cp /app/out /copy && :"),
    (12, "RUN rm /app/out && echo y > /app/x"),
    (13, "CMD [\"cat\"]"),
];

fn project(lines: &[&str]) -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    tree.mkdir_all("/src", 0o755, Time::EPOCH).expect("a folder");
    let dockerfile = lines.join("\n") + "\n";
    let files = [
        ("Dockerfile", dockerfile.as_str()),
        ("src/main", "main\n"),
        ("src/other", "other\n"),
        ("guide", "read\n"),
        ("notes", "n\n"),
    ];
    for (name, text) in files {
        tree.write_file(name, text, 0o644, Time::EPOCH).expect("a file");
    }
    tree
}

fn ask(world: &Simulator, project: &Tree, buildkit: bool) -> Explanation {
    let builder = if buildkit { "1" } else { "0" };
    let variables = BTreeMap::from([("DOCKER_BUILDKIT".to_owned(), builder.to_owned())]);
    let question =
        Question { project, dockerfile: "Dockerfile", words: &[], variables, change: None, edits: &[] };
    explain(world, &question).expect("the project builds")
}

/// A world in which the project has been built.
fn built(buildkit: bool) -> Simulator {
    let mut world = Simulator::new(Options::default()).expect("the facts are sound");
    let builder = if buildkit { "1" } else { "0" };
    let variables = BTreeMap::from([("DOCKER_BUILDKIT".to_owned(), builder.to_owned())]);
    let mut host = simulator::machine::FolderHost::project(&project(&DOCKERFILE), world.now(), variables);
    let words = ["build", "."].map(str::to_owned);
    assert_eq!(docker::run(&words, docker::Persona::Docker, &mut world, &mut host), 0);
    world
}

fn of_line(explanation: &Explanation, line: usize) -> &NextEdit {
    let found = explanation.next_edits.iter().find(|edit| edit.line == Some(line));
    found.unwrap_or_else(|| panic!("line {line} has no entry"))
}

#[test]
fn what_is_foretold_comes_true() {
    for buildkit in [false, true] {
        let world = built(buildkit);
        let before = ask(&world, &project(&DOCKERFILE), buildkit);
        for (line, text) in EDITS {
            let mut lines = DOCKERFILE;
            lines[line - 1] = text;
            let after = ask(&world, &project(&lines), buildkit);
            let anew = after.steps.iter().filter(|step| !matches!(step.verdict, CacheVerdict::Hit { .. }));
            let anew: BTreeSet<usize> = anew.map(|step| step.line).collect();
            let edit = of_line(&before, line);
            let certain: BTreeSet<usize> = edit.invalidates.iter().copied().collect();
            let possible: BTreeSet<usize> = certain.iter().chain(&edit.may_invalidate).copied().collect();
            assert!(certain.is_subset(&anew), "BuildKit {buildkit}, line {line}: {certain:?} of {anew:?}");
            assert!(anew.is_subset(&possible), "BuildKit {buildkit}, line {line}: {anew:?} in {possible:?}");
        }
    }
}

#[test]
fn each_builder_has_its_own_answer() {
    let costs = |buildkit: bool| {
        let explanation = ask(&built(buildkit), &project(&DOCKERFILE), buildkit);
        let show = |edit: &NextEdit| {
            let what = edit.line.map_or_else(|| edit.files.join(" "), |line| line.to_string());
            format!("{what}: {:?} {:?}", edit.invalidates, edit.may_invalidate)
        };
        explanation.next_edits.iter().map(show).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!("classic", costs(false));
    insta::assert_snapshot!("buildkit", costs(true));
}

#[test]
fn a_step_tells_its_key_its_changes_and_what_it_hides() {
    for buildkit in [false, true] {
        let world = Simulator::new(Options::default()).expect("the facts are sound");
        let explanation = ask(&world, &project(&DOCKERFILE), buildkit);
        let step = |line: usize| explanation.steps.iter().find(|step| step.line == line).expect("a step");
        let copied: Vec<&str> =
            step(3).key.iter().filter_map(|part| part.name.strip_prefix("file:src/")).collect();
        assert_eq!(copied, ["main", "other"], "BuildKit {buildkit}");
        let changed: Vec<String> =
            step(12).changes.iter().map(|change| format!("{:?} {}", change.kind, change.path)).collect();
        assert!(changed.contains(&"Deleted /app/out".to_owned()), "BuildKit {buildkit}: {changed:?}");
        assert_eq!((step(12).added, step(12).hidden), (2, 5), "BuildKit {buildkit}");
    }
}

#[test]
fn a_miss_names_the_file_that_differs() {
    for buildkit in [false, true] {
        let mut changed = project(&DOCKERFILE);
        changed.write_file("src/other", "new\n", 0o644, Time::EPOCH).expect("a file");
        let explanation = ask(&built(buildkit), &changed, buildkit);
        let step = explanation.steps.iter().find(|step| step.line == 3).expect("a step");
        let reason = "src/other has changed (content, mode or owner)".to_owned();
        assert_eq!(step.verdict, CacheVerdict::Miss { reason }, "BuildKit {buildkit}");
    }
}
