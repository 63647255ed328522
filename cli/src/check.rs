//! `glasshull check`: how a project folder does in a lesson.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use docker::Host;
use lessons::{Grade, Lesson, LessonFolder, builtin, report};

use crate::{host::NativeHost, submission};

#[derive(Args)]
pub(crate) struct Options {
    /// A lesson that comes with the program, or the folder of one
    lesson: String,
    /// The folder with the project
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a grade is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// The grade with its evidence
    Json,
    /// JUnit's XML
    Junit,
    /// Test Anything Protocol
    Tap,
    /// Gradescope's results.json
    Gradescope,
}

/// Grades a folder and prints the result; true when every check passes.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let folder = open(&options.lesson)?;
    let grade = grade(&folder, &options.folder)?;
    let name = options.folder.display().to_string();
    let text = print(&folder.lesson, &name, &grade, options.format)?;
    NativeHost::new().write(api::Stream::Stdout, text.as_bytes());
    Ok(grade.passed())
}

/// A lesson that comes with the program, or one in a folder.
pub(crate) fn open(lesson: &str) -> Result<LessonFolder, String> {
    let opened = match builtin(lesson) {
        Some(lesson) => lesson.open(),
        None => {
            let path = Path::new(lesson);
            let path = path.strip_prefix("lesson.yaml").unwrap_or(path);
            let files = submission::files(path).map_err(|error| unknown(lesson, &error))?;
            LessonFolder::open(files)
        }
    };
    opened.map_err(|error| format!("{lesson}: {error}"))
}

fn unknown(lesson: &str, error: &str) -> String {
    let known: Vec<&str> = lessons::BUILTIN.iter().map(|lesson| lesson.id).collect();
    format!("{lesson}: {error}\nLessons that come with the program: {}", known.join(", "))
}

/// The grade of a folder in a fresh world.
pub(crate) fn grade(folder: &LessonFolder, project: &Path) -> Result<Grade, String> {
    let begin = lessons::start(folder).map_err(|error| error.to_string())?;
    match submission::load(project) {
        Ok(tree) => lessons::grade(&folder.lesson, &begin, &tree).map_err(|error| error.to_string()),
        Err(submission::Refused::Limit(limit)) => Ok(Grade::refused(&folder.lesson, &limit)),
        Err(submission::Refused::Unreadable(error)) => Err(error),
    }
}

/// A grade in a format.
pub(crate) fn print(lesson: &Lesson, name: &str, grade: &Grade, format: Format) -> Result<String, String> {
    let pretty =
        |value: serde_json::Result<String>| value.map(|text| text + "\n").map_err(|error| error.to_string());
    Ok(match format {
        Format::Text => report::text(lesson, grade),
        Format::Json => pretty(serde_json::to_string_pretty(grade))?,
        Format::Junit => report::junit(lesson, [(name, grade)]),
        Format::Tap => report::tap(grade),
        Format::Gradescope => pretty(serde_json::to_string_pretty(&report::gradescope(grade)))?,
    })
}
