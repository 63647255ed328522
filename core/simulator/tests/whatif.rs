//! What if? The answers that teachers give, computed.

use std::collections::BTreeMap;

use simulator::whatif::{Answer, Change, Question, StepRow, Verdict, WhatIfError, what_if};
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

const DOCKERFILE: &str =
    "FROM alpine\n\n# everything at once\nCOPY . /app\nRUN sort \\\n    /app/list > /sorted\nCMD [\"cat\"]\n";

fn project() -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    for (name, text) in [("Dockerfile", DOCKERFILE), ("list", "b\na\n"), ("notes", "n\n")] {
        tree.write_file(name, text, 0o644, Time::EPOCH).expect("an empty root takes a file");
    }
    tree
}

fn ask(change: Option<Change>, edits: &[&str], variables: &[(&str, &str)]) -> Result<Answer, WhatIfError> {
    let world = Simulator::new(Options::default()).expect("the facts are sound");
    let edits: Vec<String> = edits.iter().map(|path| (*path).to_owned()).collect();
    let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    what_if(
        &world,
        &Question {
            project: &project(),
            dockerfile: "Dockerfile",
            words: &[],
            variables: variables.iter().map(own).collect::<BTreeMap<_, _>>(),
            change,
            edits: &edits,
        },
    )
}

/// Each row as `instruction | now | what if`: `=` cached, `!` done, nothing where it is not.
fn rows(answer: &Answer) -> Vec<String> {
    let mark = |step: &Option<simulator::whatif::Step>| match step.as_ref().map(|step| &step.verdict) {
        None => "",
        Some(Verdict::Cached) => "=",
        Some(_) => "!",
    };
    let row = |row: &StepRow| {
        let word = row.text.split(' ').next().unwrap_or_default();
        format!("{word}|{}|{}", mark(&row.now), mark(&row.then))
    };
    answer.steps.iter().map(row).collect()
}

#[test]
fn an_edit_makes_the_copy_and_all_after_it_anew() {
    let answer = ask(None, &["notes"], &[]).expect("the project builds");
    assert_eq!(rows(&answer), ["FROM|=|=", "COPY|=|!", "RUN|=|!", "CMD|=|!"]);
    let files: Vec<&str> = answer.files.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(files, ["/app/notes"]);
    let reasons: Vec<_> = answer.then.steps.iter().map(|step| step.verdict.clone()).collect();
    assert_eq!(
        reasons[1],
        Verdict::Missed { reason: "notes has changed (content, mode or owner)".to_owned() }
    );
}

#[test]
fn a_better_order_saves_the_step_that_does_not_need_the_file() {
    let better = "FROM alpine\nCOPY list /app/\nRUN sort /app/list > /sorted\nCOPY . /app\nCMD [\"cat\"]\n";
    let answer = ask(Some(Change::Replace(better.into())), &["notes"], &[]).expect("both build");
    let then: Vec<bool> = answer.then.steps.iter().map(|step| step.verdict == Verdict::Cached).collect();
    assert_eq!(then, [true, true, true, false, false]);
    let now: Vec<bool> = answer.now.steps.iter().map(|step| step.verdict == Verdict::Cached).collect();
    assert_eq!(now, [true, false, false, false]);
}

#[test]
fn instructions_of_several_lines_move_as_a_whole() {
    for change in [Change::Swap(6, 7), Change::Move { line: 5, to: 8 }, Change::Move { line: 7, to: 5 }] {
        let answer = ask(Some(change.clone()), &[], &[]).expect("both build");
        let words: Vec<&str> =
            answer.then.steps.iter().filter_map(|step| step.text.split(' ').next()).collect();
        assert_eq!(words, ["FROM", "COPY", "CMD", "RUN"], "{change:?}");
    }
}

#[test]
fn an_order_that_cannot_be_built_is_an_answer() {
    let answer = ask(Some(Change::Swap(4, 5)), &[], &[]).expect("the project builds");
    assert_eq!(
        answer.then.failure.as_deref(),
        Some("The command '/bin/sh -c sort     /app/list > /sorted' returned a non-zero code: 2")
    );
    assert_eq!((answer.then.image, answer.then.steps.len()), (None, 2));
}

#[test]
fn buildkit_answers_too() {
    let answer = ask(None, &["list"], &[("DOCKER_BUILDKIT", "1")]).expect("the project builds");
    assert_eq!(rows(&answer), ["FROM|=|=", "COPY|=|!", "RUN|=|!"]);
    let files: Vec<&str> = answer.files.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(files, ["/app/list", "/sorted"]);
}

#[test]
fn what_cannot_be_asked_says_why() {
    let error = |change, edits: &[&str]| ask(change, edits, &[]).expect_err("no answer").to_string();
    assert_eq!(error(None, &[]), "nothing would change: neither the Dockerfile nor a file");
    assert_eq!(
        error(Some(Change::Swap(3, 4)), &[]),
        "line 3 of the Dockerfile belongs to no instruction; they begin at the lines 1, 4, 5, 7"
    );
    assert_eq!(error(Some(Change::Swap(5, 6)), &[]), "the lines 5 and 6 belong to one instruction");
    assert_eq!(error(None, &["gone"]), "gone: No such file or directory");
}
