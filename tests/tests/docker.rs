//! Docker command lines, as a real dockerd 20.10.24 answered them: `docker/*.txt` beside this file.

use std::{fs, path::Path};

use libtest_mimic::{Arguments, Failed, Trial};
use tests::docker::{Case, World, cases, render};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docker");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    let mut trials = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a fixture is text");
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for case in cases(&text) {
            trials.push(Trial::test(format!("{stem}: {}", case.name), move || play(&case)));
        }
    }
    trials.push(Trial::test("every command and flag of docker's help is known", help));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Completions, man pages and `--help` come from the same table.
fn help() -> Result<(), Failed> {
    let mut missing = Vec::new();
    for row in include_str!("docker-help.txt").lines().filter(|row| !row.starts_with('#')) {
        let (name, flags) = row.split_once(':').ok_or(row)?;
        let Some(command) = docker::COMMANDS.iter().find(|command| command.names.contains(&name)) else {
            missing.push(name.to_owned());
            continue;
        };
        for flag in flags.split_whitespace() {
            let (long, short) =
                flag.split_once('/').map_or((flag, None), |(long, short)| (long, short.chars().next()));
            if !command.flags.iter().any(|known| known.long == long && known.short == short) {
                missing.push(format!("{name} --{flag}"));
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n").into()) }
}

thread_local! {
    static FRESH: World = World::new().expect("a world begins");
}

fn play(case: &Case) -> Result<(), Failed> {
    let mut world = FRESH.with(World::fork);
    let played = world.play(case)?;
    match played == *case {
        true => Ok(()),
        false => {
            let (expected, got) = (render(std::slice::from_ref(case)), render(&[played]));
            let diff = similar::TextDiff::from_lines(&expected, &got);
            Err(diff
                .unified_diff()
                .context_radius(3)
                .header("docker 20.10.24", "simulated")
                .to_string()
                .into())
        }
    }
}
