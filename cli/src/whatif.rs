//! `glasshull whatif`: what a change would do to a build, step by step.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf, time::Duration};

use api::Stream;
use clap::Args;
use docker::{Host, Select, human_size_precise};
use simulator::whatif::{Answer, Built, Change, FileRow, Question, Step, StepRow, Verdict, what_if};

use crate::{host::NativeHost, state::State};

/// Rows of files shown before the rest is counted.
const SHOWN_FILES: usize = 10;
/// Letters of an instruction that the table shows.
const INSTRUCTION: usize = 44;

/// The variables by which docker's client picks the builder.
const BUILDERS: [&str; 1] = ["DOCKER_BUILDKIT"];

#[derive(Args)]
pub(crate) struct Options {
    /// The project's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Two instructions change places, each named by one of its lines
    #[arg(long, value_name = "LINE,LINE", value_parser = pair, group = "change")]
    swap: Option<(usize, usize)>,
    /// An instruction goes to where another begins, or to the line after the last
    #[arg(long = "move", value_name = "LINE,TO", value_parser = pair, group = "change")]
    moved: Option<(usize, usize)>,
    /// The project is built by another Dockerfile
    #[arg(long, value_name = "DOCKERFILE", group = "change")]
    file: Option<PathBuf>,
    /// A file of the project is edited before the next build (may be given several times)
    #[arg(long, value_name = "FILE")]
    edit: Vec<String>,
    /// The Dockerfile as it is, in the folder
    #[arg(short = 'f', long = "of", value_name = "DOCKERFILE", default_value = "Dockerfile")]
    dockerfile: String,
    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
    /// Further flags of docker build, e.g. --build-arg NAME=VALUE
    #[arg(last = true, value_name = "BUILD FLAGS")]
    words: Vec<String>,
}

fn pair(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once(',').map(|(a, b)| (a.trim().parse(), b.trim().parse()));
    match numbers {
        Some((Ok(a), Ok(b))) if a > 0 && b > 0 => Ok((a, b)),
        _ => Err("two line numbers from 1, with a comma between".to_owned()),
    }
}

/// Compares the two builds in branches of the world on disk, which stays as it is.
pub(crate) fn run(options: &Options, state: &State) -> Result<u8, String> {
    let mut host = NativeHost::new();
    let shown = options.folder.display().to_string();
    let project =
        host.load_dir(&shown, &mut |_, _| Select::Include).map_err(|error| format!("{shown}: {error}"))?;
    let question = Question {
        project: &project,
        dockerfile: &options.dockerfile,
        words: &options.words,
        variables: builder(&host),
        change: change(options, &host)?,
        edits: &options.edit,
    };
    let answer = what_if(&state.simulator.borrow(), &question).map_err(|error| error.to_string())?;
    let text = match options.json {
        true => serde_json::to_string_pretty(&answer).map_err(|error| error.to_string())? + "\n",
        false => text(&answer),
    };
    host.write(Stream::Stdout, text.as_bytes());
    Ok(0)
}

/// By what docker's client picks the builder.
pub(crate) fn builder(host: &NativeHost) -> BTreeMap<String, String> {
    BUILDERS.iter().filter_map(|name| Some(((*name).to_owned(), host.variable(name)?))).collect()
}

fn change(options: &Options, host: &NativeHost) -> Result<Option<Change>, String> {
    if let Some((a, b)) = options.swap {
        return Ok(Some(Change::Swap(a, b)));
    }
    if let Some((line, to)) = options.moved {
        return Ok(Some(Change::Move { line, to }));
    }
    let Some(file) = &options.file else { return Ok(None) };
    let shown = file.display().to_string();
    let text = host.read_file(&shown).map_err(|error| format!("{shown}: {error}"))?;
    Ok(Some(Change::Replace(text)))
}

fn text(answer: &Answer) -> String {
    let mut out = format!("{:<INSTRUCTION$}  {:<22}  WHAT IF\n", "INSTRUCTION", "NOW");
    for row in &answer.steps {
        let line = format!(
            "{:<INSTRUCTION$}  {:<22}  {}",
            shortened(&row.text),
            cell(row.now.as_ref()),
            cell(row.then.as_ref())
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let mut total = |name: &str, of: &dyn Fn(&Built) -> String| {
        let _ = writeln!(out, "{name:<INSTRUCTION$}  {:<22}  {}", of(&answer.now), of(&answer.then));
    };
    total("", &|_| String::new());
    total("steps done anew", &|built| done(built).to_string());
    total("simulated time", &|built| seconds(built.took));
    total("image", &|built| match built.image {
        Some(_) => human_size_precise(built.size, 3),
        None => "none".to_owned(),
    });
    let out = out.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
    out + &reasons(&answer.steps) + &files(answer)
}

/// The first miss of each side with its reason, and how the build failed if it did.
fn reasons(rows: &[StepRow]) -> String {
    let first = |side: fn(&StepRow) -> Option<&Step>| {
        rows.iter().filter_map(side).find_map(|step| match &step.verdict {
            Verdict::Missed { reason } => Some(format!("{}: {reason}", shortened(&step.text))),
            _ => None,
        })
    };
    let mut out = String::new();
    for (name, found) in [("now", first(|row| row.now.as_ref())), ("what if", first(|row| row.then.as_ref()))]
    {
        if let Some(found) = found {
            let _ = write!(out, "\nFirst miss, {name}: {found}\n");
        }
    }
    out
}

fn files(answer: &Answer) -> String {
    for (name, built) in [("now", &answer.now), ("what if", &answer.then)] {
        if let Some(failure) = &built.failure {
            return format!("\nThe build fails, {name}:\n{failure}\n");
        }
    }
    if answer.files.is_empty() {
        return "\nThe images have the same files.\n".to_owned();
    }
    let mut out = "\nFiles that differ (- now alone, + what if alone, ~ in both):\n".to_owned();
    for FileRow { path, now, then } in answer.files.iter().take(SHOWN_FILES) {
        let mark = match (now, then) {
            (true, false) => '-',
            (false, true) => '+',
            _ => '~',
        };
        let _ = writeln!(out, "  {mark} {path}");
    }
    if answer.files.len() > SHOWN_FILES {
        let _ = writeln!(out, "  ... and {} more", answer.files.len() - SHOWN_FILES);
    }
    out
}

fn done(built: &Built) -> usize {
    built.steps.iter().filter(|step| step.verdict != Verdict::Cached).count()
}

fn cell(step: Option<&Step>) -> String {
    let Some(step) = step else { return "-".to_owned() };
    let what = match step.verdict {
        Verdict::Cached => "cached".to_owned(),
        _ => seconds(step.took),
    };
    match step.size {
        Some(size) if size > 0 => format!("{what}, {}", human_size_precise(size, 3)),
        _ => what,
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(INSTRUCTION - 1) {
        Some((end, _)) if text.chars().count() > INSTRUCTION => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}
