//! `glasshull explain`: why each step of a build is cached or not, and what the next edit would cost.

use std::{fmt::Write, path::PathBuf};

use api::{CacheVerdict, FileChangeKind, Stream};
use clap::Args;
use docker::{Host, Select, human_size_precise};
use simulator::whatif::{ExplainedStep, Explanation, NextEdit, Question, explain};

use crate::{host::NativeHost, state::State, whatif::builder};

/// Rows of one kind shown before the rest is counted.
const SHOWN: usize = 12;

#[derive(Args)]
pub(crate) struct Options {
    /// The project's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The Dockerfile, in the folder
    #[arg(short = 'f', long = "file", value_name = "DOCKERFILE", default_value = "Dockerfile")]
    dockerfile: String,
    /// Print the explanation as JSON
    #[arg(long)]
    json: bool,
    /// Further flags of docker build, e.g. --build-arg NAME=VALUE
    #[arg(last = true, value_name = "BUILD FLAGS")]
    words: Vec<String>,
}

/// Explains a build in a branch of the world on disk, which stays as it is.
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
        change: None,
        edits: &[],
    };
    let explanation = explain(&state.simulator.borrow(), &question).map_err(|error| error.to_string())?;
    let text = match options.json {
        true => serde_json::to_string_pretty(&explanation).map_err(|error| error.to_string())? + "\n",
        false => text(&explanation),
    };
    host.write(Stream::Stdout, text.as_bytes());
    Ok(0)
}

fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    explanation.steps.iter().for_each(|step| tell(&mut out, step));
    out += "THE NEXT EDIT OF     DOES ANEW THE LINES\n";
    for edit in &explanation.next_edits {
        let what = match (edit.line, edit.files.as_slice()) {
            (Some(line), _) => format!("line {line}"),
            (None, [file]) => file.clone(),
            (None, files) => format!("{} and {} more files", files[0], files.len() - 1),
        };
        let _ = writeln!(out, "{what:<20} {}", cost(edit));
    }
    out
}

fn cost(edit: &NextEdit) -> String {
    let numbers = |lines: &[usize]| lines.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let certain = match edit.invalidates.as_slice() {
        [] => "none".to_owned(),
        lines => numbers(lines),
    };
    match edit.may_invalidate.as_slice() {
        [] => certain,
        perhaps => format!("{certain}, and {} if what they copy comes out otherwise", numbers(perhaps)),
    }
}

fn tell(out: &mut String, step: &ExplainedStep) {
    let _ = writeln!(out, "line {}: {}", step.line, step.text);
    for part in step.key.iter().take(SHOWN) {
        let _ = writeln!(out, "    key       {} = {}", part.name, part.value);
    }
    if step.key.len() > SHOWN {
        let _ = writeln!(out, "    key       ... and {} more", step.key.len() - SHOWN);
    }
    let (word, why) = match &step.verdict {
        CacheVerdict::Hit { image } => ("cached", image.short()),
        CacheVerdict::Miss { reason } => ("missed", reason.clone()),
        CacheVerdict::Unused { reason } => ("not asked", reason.clone()),
    };
    let _ = writeln!(out, "    {word:<9} {why}");
    for change in step.changes.iter().take(SHOWN) {
        let letter = match change.kind {
            FileChangeKind::Added => 'A',
            FileChangeKind::Changed => 'C',
            FileChangeKind::Deleted => 'D',
        };
        let _ = writeln!(out, "    {letter}         {}", change.path);
    }
    if step.changes.len() > SHOWN {
        let _ = writeln!(out, "              ... and {} more", step.changes.len() - SHOWN);
    }
    if !matches!(step.verdict, CacheVerdict::Hit { .. }) {
        let (added, hidden) = (human_size_precise(step.added, 3), human_size_precise(step.hidden, 3));
        let _ = writeln!(out, "    layer     {added} added, {hidden} of lower layers hidden");
    }
    out.push('\n');
}
