//! Every file in `tests/fixtures` is a list of cases: command lines and what the real busybox 1.36.1 of Alpine 3.20
//! answered to them (standard output and error in one stream, then the status in brackets unless it is 0).
//!
//! The case's lines run one after the other in `/tmp/w` of a fresh container. After a `Usage:` line nothing is
//! compared: the prose of the help texts is our own. A line of output that could be taken for one of the format's own
//! begins with a backslash, and so does an empty line; control characters may stand for themselves or be `\xNN`.
//! A case whose name begins with `terminal:` runs on a terminal; `< KEYS` is typed into the command before it, and what
//! comes after is what the terminal gets until more keys are waited for.

#![allow(clippy::unwrap_used, reason = "a test driver: what fails here is a failed test")]

mod driver;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use driver::world::World;

struct Case {
    name: String,
    steps: Vec<Step>,
}

struct Step {
    command: String,
    answer: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.split('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), steps: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(command) =
            line.strip_prefix("$ ").or_else(|| Some(line).filter(|line| line.starts_with("< ")))
        {
            case.steps.push(Step { command: command.to_owned(), answer: String::new() });
        } else if let Some(step) = case.steps.last_mut()
            && !line.is_empty()
        {
            step.answer.push_str(&escaped(unmarked(line).as_bytes()));
            step.answer.push('\n');
        }
    }
    cases
}

/// What a step gave, in the notation of the fixtures.
fn notation(output: &[u8], status: u8) -> String {
    let mut text = escaped(output);
    if let Some(at) = text.find("\nUsage:").filter(|_| text.contains("BusyBox v")) {
        let end = text[at + 1..].find('\n').map_or(text.len(), |length| at + length + 2);
        text.truncate(end);
    }
    let mut result = String::new();
    let ended = text.is_empty() || text.ends_with('\n');
    for line in text.lines() {
        let _ = writeln!(result, "{}", unmarked(line));
    }
    if !ended {
        result.push_str("-- no newline --\n");
    }
    if status != 0 {
        let _ = writeln!(result, "[{status}]");
    }
    result
}

/// The line without the backslash that sets it apart from the format's own lines.
fn unmarked(line: &str) -> &str {
    let rest = line
        .strip_prefix('\\')
        .filter(|rest| rest.is_empty() || rest.starts_with(['$', '[', '=', '<', '\\']));
    rest.unwrap_or(line)
}

/// Control characters, and bytes that are not UTF-8, as `\xNN`.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' => text.push(c),
                '\0'..' ' | '\x7f' => {
                    let _ = write!(text, "\\x{:02x}", c as u32);
                }
                _ => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Keys, of which some are written `\xNN`.
fn typed(keys: &str) -> Vec<u8> {
    let mut parts = keys.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

/// The steps that cannot agree yet, by file and command line, from `known.tsv`: they must differ.
fn known(folder: &str) -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(format!("{folder}/../known.tsv")).unwrap();
    let rows = text.lines().filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok());
    rows.map(|[file, command, _reason]: [&str; 3]| (file.to_owned(), command.to_owned())).collect()
}

#[test]
fn applets_answer_as_busybox_does() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let known = known(folder);
    let mut report = String::new();
    let (mut run, mut failed) = (0, 0);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for case in cases(&text) {
            run += 1;
            let mut world = World::new();
            for step in case.steps {
                let on_terminal = case.name.starts_with("terminal: ");
                let (output, status) = match step.command.strip_prefix("< ") {
                    Some(keys) => world.type_in(&typed(keys)),
                    None if on_terminal => world.run_on_terminal(&step.command),
                    None => world.run(&step.command),
                };
                let got = notation(&output, status);
                let place = file.file_name().unwrap_or_default().to_string_lossy();
                if known.contains(&(place.to_string(), step.command.clone())) {
                    assert_ne!(got, step.answer, "{}: take it out of known.tsv", step.command);
                } else if got != step.answer {
                    failed += 1;
                    let _ = write!(
                        report,
                        "\n{place}: {}\n$ {}\n--- real\n{}--- ours\n{got}",
                        case.name, step.command, step.answer
                    );
                }
            }
        }
    }
    assert!(run > 0);
    assert!(failed == 0, "{failed} steps of {run} cases differ\n{report}");
}
