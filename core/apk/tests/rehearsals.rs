//! Rehearsed commands: every scenario of `rehearsals.txt` names an engine, states a world, packages and a command, and
//! ends with all that is printed.

use apk::{
    Checksum, Engine,
    rehearsal::{Rehearsal, Shelf},
};

const SCENARIOS: &str = include_str!("rehearsals.txt");

/// `NAME VERSION LETTER:VALUE...`, fields separated by ` | `, as a stanza.
fn stanza(line: &str) -> String {
    let mut fields = line.split(" | ");
    let (name, version) = fields.next().and_then(|head| head.split_once(' ')).expect("a name and a version");
    let rest: String = fields.map(|field| format!("{field}\n")).collect();
    format!("C:{}\nP:{name}\nV:{version}\nS:1\nI:1\n{rest}\n", Checksum::of(line))
}

/// Plays one scenario and writes it down as it should be in the file.
fn play(scenario: &str) -> String {
    let mut played = String::new();
    let mut stage = Rehearsal { timestamp: "20260101.000000", ..Rehearsal::default() };
    let (mut installed, mut repository) = (String::new(), String::new());
    for line in scenario.lines() {
        played += &format!("{line}\n");
        match line.split_once(": ") {
            Some(("engine", version)) => stage.engine = Engine::like(version),
            Some(("world", words)) => stage.world = words,
            Some(("installed", package)) => installed += &stanza(package),
            Some(("offered", package)) => repository += &stanza(package),
            _ => {}
        }
        if let Some(command) = line.strip_prefix("$ apk ") {
            stage.installed = installed.as_bytes();
            stage.shelves = vec![Shelf::Repository(None, repository.as_bytes())];
            let words: Vec<&str> = command.split_whitespace().collect();
            return played + &stage.run(&words).expect("stanzas that can be read");
        }
    }
    played
}

#[test]
fn rehearsals() {
    let scenarios = SCENARIOS.split("=== ").skip(1);
    let played: String = scenarios.map(|scenario| format!("=== {}\n", play(scenario))).collect();
    assert!(played.trim_end() == SCENARIOS.trim_end(), "they play like this:\n{played}");
}
