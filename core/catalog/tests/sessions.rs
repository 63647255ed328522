//! Sessions in containers of the base image: every file of `tests/sessions` is a list of
//! sessions, each a heading and commands with all that they print.

mod machine;

use catalog::Catalog;
use machine::Machine;

/// The sessions, by file.
const FILES: [(&str, &str); 6] = [
    ("apk.txt", include_str!("sessions/apk.txt")),
    ("base.txt", include_str!("sessions/base.txt")),
    ("files.txt", include_str!("sessions/files.txt")),
    ("log.txt", include_str!("sessions/log.txt")),
    ("odd.txt", include_str!("sessions/odd.txt")),
    ("programs.txt", include_str!("sessions/programs.txt")),
];

#[test]
fn sessions() {
    let catalog = Catalog::new().unwrap();
    let mut differences = String::new();
    for (file, text) in FILES {
        let played = play(&catalog, text);
        if played != text {
            differences += &format!("--- {file} plays like this\n{played}");
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// Plays the sessions of a file and writes them down as they should be in it.
fn play(catalog: &Catalog, text: &str) -> String {
    let mut played = String::new();
    let mut machine = Machine::new(catalog);
    for line in text.lines() {
        if line.starts_with("=== ") {
            if !played.is_empty() {
                played.push('\n');
            }
            played += &format!("{line}\n");
            machine = Machine::new(catalog);
        } else if let Some(command) = line.strip_prefix("$ ") {
            let (status, output) = machine.run(command);
            played += &format!("{line}\n{output}");
            if status != 0 {
                played += &format!("[{status}]\n");
            }
        }
    }
    played
}
