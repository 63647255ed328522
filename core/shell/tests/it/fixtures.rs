//! Scripts with what busybox 1.36.1 of Alpine 3.20 makes of them (1.37 in what `dup2(9,1)` is called in messages):
//! every file in `tests/fixtures`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::world::script;

/// Fixtures whose difference is known, with the reason. One that passes turns the run red.
const KNOWN: &[(&str, &str)] = &[];

struct Case {
    name: String,
    script: String,
    status: String,
    stdout: String,
    stderr: String,
}

/// The cases of a file: `=== name`, then the sections `-- script --`, `-- status --`, `-- stdout --`, `-- stderr --`.
/// A section ends before the next mark; one that lacks its last newline ends in `\c`.
fn parse(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for block in text.split("=== ").skip(1) {
        let (name, body) = block.split_once('\n').unwrap();
        let section = |mark: &str| {
            let start = body.find(&format!("-- {mark} --\n")).unwrap() + mark.len() + 7;
            let rest = &body[start..];
            let end = ["-- status --\n", "-- stdout --\n", "-- stderr --\n"]
                .iter()
                .filter_map(|mark| {
                    if rest.starts_with(mark) {
                        Some(0)
                    } else {
                        rest.find(&format!("\n{mark}")).map(|at| at + 1)
                    }
                })
                .min()
                .unwrap_or(rest.len());
            let text = &rest[..end];
            text.strip_suffix("\\c\n").unwrap_or(text).to_owned()
        };
        cases.push(Case {
            name: name.to_owned(),
            script: section("script"),
            status: section("status").trim().to_owned(),
            stdout: section("stdout"),
            stderr: section("stderr"),
        });
    }
    cases
}

#[test]
fn scripts_do_what_they_do_in_alpine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut report, mut count, mut wrong) = (String::new(), 0, 0);
    for file in files {
        for case in parse(&fs::read_to_string(&file).unwrap()) {
            count += 1;
            let got = script(case.script.strip_suffix('\n').unwrap());
            if let Some(events) = got.events.filter(|_| std::env::var_os("GLASSHULL_EVENTS").is_some()) {
                println!("events: shell: {}: {events}", case.name);
            }
            let same = got.status == case.status && got.stdout == case.stdout && got.stderr == case.stderr;
            let known = KNOWN.iter().any(|(name, _)| *name == case.name);
            if same == known {
                wrong += 1;
                let Case { name, script, status, stdout, stderr } = case;
                writeln!(report, "=== {name}\n{script}--- expected {status}\n{stdout}{stderr}").unwrap();
                writeln!(report, "--- got {}\n{}{}", got.status, got.stdout, got.stderr).unwrap();
            }
        }
    }
    assert!(count >= 250, "only {count} cases were found");
    assert!(wrong == 0, "{wrong} of {count} differ:\n{report}");
}
