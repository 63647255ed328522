//! `glasshull check`: how a project folder does in a lesson.

use std::{fmt::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use docker::{Host, Select};
use lessons::{Grade, Lesson, builtin, grade};
use simulator::{Options as World, Simulator};

use crate::host::NativeHost;

#[derive(Args)]
pub(crate) struct Options {
    /// A lesson that comes with the program, or a lesson.yaml
    lesson: String,
    /// The folder with the Dockerfile
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// The grade with its evidence
    Json,
    /// Test Anything Protocol
    Tap,
}

/// Grades a folder and prints the result; true when every check passes.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let mut host = NativeHost::new();
    let yaml = match builtin(&options.lesson) {
        Some(lesson) => lesson.yaml.to_owned(),
        None => std::fs::read_to_string(&options.lesson).map_err(|error| unknown(&options.lesson, &error))?,
    };
    let lesson = Lesson::parse(&yaml).map_err(|error| format!("{}: {error}", options.lesson))?;
    let shown = options.folder.display().to_string();
    let project =
        host.load_dir(&shown, &mut |_, _| Select::Include).map_err(|error| format!("{shown}: {error}"))?;
    let mut world = Simulator::new(World::default()).map_err(|error| error.to_string())?;
    let grade = grade(&lesson, &project, &mut world);
    let text = match options.format {
        Format::Text => text(&lesson, &grade),
        Format::Json => serde_json::to_string_pretty(&grade).map_err(|error| error.to_string())? + "\n",
        Format::Tap => tap(&grade),
    };
    host.write(api::Stream::Stdout, text.as_bytes());
    Ok(grade.checks.iter().all(|check| check.evidence.passed))
}

fn unknown(lesson: &str, error: &std::io::Error) -> String {
    let known: Vec<&str> = lessons::BUILTIN.iter().map(|lesson| lesson.id).collect();
    format!("{lesson}: {error}\nLessons that come with the program: {}", known.join(", "))
}

fn text(lesson: &Lesson, grade: &Grade) -> String {
    let mut out = format!("{}\n", lesson.title);
    if let Some(error) = &grade.build_error {
        let _ = writeln!(out, "\nThe build failed: {error}");
    }
    for check in &grade.checks {
        let (mark, points) = if check.evidence.passed { ("passed", check.points) } else { ("failed", 0) };
        let _ = writeln!(out, "\n{mark}  {} ({points} of {} points)", check.message, check.points);
        if !check.evidence.passed {
            let _ = writeln!(out, "        expected: {}", check.evidence.expected);
            let _ = writeln!(out, "        found:    {}", check.evidence.found);
            if !check.hint.is_empty() {
                let _ = writeln!(out, "        hint:     {}", check.hint);
            }
        }
    }
    out + &format!("\n{} of {} points\n", grade.points, grade.possible)
}

fn tap(grade: &Grade) -> String {
    let mut out = format!("TAP version 14\n1..{}\n", grade.checks.len());
    for (number, check) in (1..).zip(&grade.checks) {
        let verdict = if check.evidence.passed { "ok" } else { "not ok" };
        let _ = writeln!(out, "{verdict} {number} - {}: {}", check.id, check.message);
        if !check.evidence.passed {
            let (expected, found) = (&check.evidence.expected, &check.evidence.found);
            let _ = writeln!(out, "  ---\n  expected: {expected:?}\n  found: {found:?}\n  ...");
        }
    }
    out
}
