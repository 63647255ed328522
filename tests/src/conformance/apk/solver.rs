//! `solver-*/*.test`: what the test build of apk prints.

use std::collections::BTreeMap;
use std::path::Path;

use apk::Engine;
use apk::rehearsal::{Rehearsal, Shelf};

use crate::conformance::SuiteReport;

/// The time that the test build takes for the present.
const TIMESTAMP: &str = "20190603.131426";

pub(super) fn v2_14_4(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_4)
}

pub(super) fn v2_14_9(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_9)
}

pub(super) fn v3_0_6(data: &Path) -> SuiteReport {
    run(data, Engine::V3_0_6)
}

fn run(data: &Path, engine: Engine) -> SuiteReport {
    let mut report = SuiteReport::new(&format!("apk solver {}", engine.version()));
    let folder = data.join(format!("solver-{}", engine.version()));
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".test"))
        .collect();
    names.sort();
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
        let parts = text.split_once("@ARGS").and_then(|(_, rest)| rest.split_once("@EXPECT\n"));
        match parts {
            Some((args, expected)) => {
                let args = if engine == Engine::V3_0_6 { as_options(args) } else { args.to_owned() };
                report.check(&name, &expected.to_owned(), &rehearse(&folder, &args, engine));
            }
            None => report.broken(&name, "no @ARGS and @EXPECT"),
        }
    }
    report
}

/// The blocks of the tests of 3.0 as the options of the earlier ones.
fn as_options(text: &str) -> String {
    let mut options = String::new();
    for line in format!("@ARGS{text}").lines() {
        let (block, value) = line.split_once(' ').unwrap_or((line, ""));
        options += &match block {
            "@ARGS" => format!(" {value}"),
            "@REPO" => match value.strip_prefix('@').and_then(|value| value.split_once(' ')) {
                Some((tag, file)) => format!(" --test-repo {tag}:{file}"),
                None => format!(" --test-repo {value}"),
            },
            "@CACHE" => format!(" --test-repo !{value}"),
            "@INSTALLED" => format!(" --test-instdb {value}"),
            "@WORLD" => format!(" --test-world \"{value}\""),
            _ => String::new(),
        };
    }
    options
}

/// Words, those in double quotes together.
fn words(text: &str) -> Vec<String> {
    let pieces = text.split('"').enumerate();
    pieces
        .flat_map(|(number, piece)| match number % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        })
        .collect()
}

fn rehearse(folder: &Path, args: &str, engine: Engine) -> String {
    let words = words(args);
    let file = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    let files: BTreeMap<&str, Vec<u8>> = words
        .windows(2)
        .filter(|pair| matches!(pair[0].as_str(), "--test-repo" | "--test-instdb"))
        .map(|pair| {
            (pair[1].as_str(), file(pair[1].trim_start_matches('!').rsplit(':').next().unwrap_or("")))
        })
        .collect();
    let mut stage = Rehearsal { timestamp: TIMESTAMP, engine, ..Rehearsal::default() };
    let mut command = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut next = || rest.next().map(String::as_str).unwrap_or_default();
        match word.as_str() {
            "--test-world" => stage.world = next(),
            "--test-instdb" => stage.installed = &files[next()],
            "--test-repo" => {
                let name = next();
                let text = files[name].as_slice();
                stage.shelves.push(match name.strip_prefix('!') {
                    Some(_) => Shelf::Cache(text),
                    None => Shelf::Repository(name.split_once(':').map(|(tag, _)| tag), text),
                });
            }
            word => command.push(word),
        }
    }
    stage.run(&command).unwrap_or_else(|error| error.to_string())
}
